"""The bridge between Flask-Login and the accounts package: the cookie holds a sign-in's token."""

from urllib.parse import urlsplit

from flask import Flask, g, session
from flask_login import UserMixin, login_user, logout_user
from werkzeug.wrappers import Response

from app.accounts import sign_ins, throttle
from app.accounts.models import User
from app.foundation.database import unless_away
from app.foundation.errors import TooMany
from app.kernel import context
from app.kernel.extensions import login
from app.web.accounts import devices
from app.web.parts.slowing_down import network, slow_down

HOME = "/"


class Person(UserMixin):
    """Who is signed in, as Flask-Login wants it; known by the sign-in's token, not by a number."""

    def __init__(self, token: str, user: User) -> None:
        self.token, self.user = token, user

    def get_id(self) -> str:
        return self.token


def begin(token: str, user: User) -> None:
    """Give this browser a fresh cookie for a sign-in that was just begun."""
    session.clear()
    session.permanent = True
    login_user(Person(token, user))
    devices.remember(user.email or "")
    context.known_as(user)


def end() -> None:
    """Leave nothing of the sign-in in this browser."""
    logout_user()
    session.clear()
    context.known_as(None)


def guesses_at(address: str) -> tuple[throttle.Try, ...]:
    """What counts when a password for this address is guessed from this browser."""
    device = devices.known(address)
    if device is not None:
        return ((throttle.PASSWORD_HERE, device),)
    return (
        (throttle.PASSWORD, f"{address} {network()}"),
        (throttle.PASSWORD_FROM, network()),
        (throttle.PASSWORD_ANYWHERE, address),
    )


def mails(address: str) -> bool:
    """Count a mail to the address; whether one more may be sent.

    Where none may, the earlier ones have come and their links work: the page answers as always.

    :raises TooMany: this network has asked for too many mails.
    """
    slow_down((throttle.MAIL_FROM, network()))
    try:
        slow_down((throttle.MAIL, f"{address} {network()}"), (throttle.MAIL_TO, address))
    except TooMany:
        return False
    return True


def onward(address: str | None) -> str:
    """The address if it is a path of this site, else the start page: nobody is sent elsewhere.

    >>> onward("/en/norms/?page=2"), onward("//evil.example"), onward("https:evil"), onward("/\\\\evil")
    ('/en/norms/?page=2', '/', '/', '/')
    """
    path = address or HOME
    try:
        parts = urlsplit(path)
    except ValueError:
        return HOME
    unsafe = "\\" in path or any(ord(letter) <= 32 or ord(letter) == 127 for letter in path)
    if parts.scheme or parts.netloc or unsafe or not path.startswith("/") or path.startswith("//"):
        return HOME
    return path


def register(app: Flask) -> None:
    login.session_protection = None  # a travelling delegate changes networks

    @login.user_loader
    def person(token: str) -> Person | None:
        if context.is_visitor():
            return None
        found = sign_ins.of_token(context.session(), token, now=context.now())
        if found is None:
            return None
        if sign_ins.is_worth_noting(found, now=context.now()):
            g.seen = found.id
        return Person(token, found.user)

    @app.after_request
    def note_seen(response: Response) -> Response:
        if "seen" in g and response.status_code < 500:
            with unless_away(), context.work() as db:  # the answer is worth more than the note
                sign_ins.note_seen(db, g.pop("seen"), now=context.now())
        return response
