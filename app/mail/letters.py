"""Mails: what each says, in its reader's language."""

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from app.accounts.models import Purpose, User
from app.accounts.queries import by_email
from app.accounts.service import issue_token
from app.foundation import metrics
from app.foundation.errors import N_
from app.foundation.mail import Message, Post, post_at
from app.reference.languages import INTERFACE_LANGUAGES
from app.stakeholders.models import MandateOffer, Stakeholder
from config import Config


@dataclass(frozen=True, slots=True)
class Kind:
    """What a mail says. ``page`` is where its link leads, with a single-use token if it has a purpose."""

    subject: str
    body: str
    page: str
    purpose: Purpose | None = None


KINDS: Mapping[str, Kind] = {
    "confirm": Kind(
        N_("Confirm your e-mail address"),
        N_(
            "A person signed up with this address. If you did so, confirm the address within an hour "
            "with the password you chose. If you did not, no action is needed: the account cannot be "
            "used without your confirmation."
        ),
        "accounts.confirm",
        Purpose.CONFIRM,
    ),
    "known": Kind(
        N_("You already have an account"),
        N_(
            "A person tried to sign up with this address, which already has an account. If you did so, "
            "sign in, or request a new password there. If you did not, no action is needed."
        ),
        "accounts.sign_in",
    ),
    "reset": Kind(
        N_("Choose a new password"),
        N_(
            "A new password has been requested for this address. If you made the request, choose a new "
            "password within an hour. If you did not, no action is needed: your password has not "
            "changed."
        ),
        "accounts.choose_password",
        Purpose.RESET,
    ),
    "password-changed": Kind(
        N_("Your password was changed"),
        N_(
            "The password of your account was changed, and every browser was signed out. If you did "
            "not change it, request a new password immediately."
        ),
        "accounts.reset",
    ),
    "mandate": Kind(
        N_("%(entity)s offers you a mandate"),
        N_(
            "%(entity)s offers you a mandate to act on its behalf. Sign in to accept or decline it; if "
            "you have no account here, sign up with this e-mail address first. The mandate takes "
            "effect only if you accept it."
        ),
        "my.index",
    ),
    "verified-entity": Kind(
        N_("%(entity)s has been verified"),
        N_("A moderator has verified %(entity)s. The reason is on its page."),
        "stakeholders.show",
    ),
    "refused-entity": Kind(
        N_("%(entity)s has not been verified"),
        N_(
            "A moderator has refused to verify %(entity)s. The reason is on its page, where you can "
            "submit further evidence."
        ),
        "stakeholders.show",
    ),
    "set-aside-proposed": Kind(
        N_("Exclusion of your positions on “%(norm)s” has been proposed"),
        N_(
            "The chair of “%(norm)s” proposes to exclude the positions of a stakeholder you represent. "
            "They count until a second person confirms the exclusion. Reason: %(reason)s"
        ),
        "conduct.decisions",
    ),
    "set-aside": Kind(
        N_("Your positions on “%(norm)s” have been excluded"),
        N_(
            "A second person has confirmed that the positions of a stakeholder you represent are "
            "excluded from “%(norm)s”. The figures with and without them are public. Reason: %(reason)s"
        ),
        "conduct.decisions",
    ),
}  # fmt: skip


def post() -> Post:
    config: Config = current_app.extensions["config"]
    return post_at(config.mail_url, folder=folder(config), sender=config.mail_from)


def folder(config: Config) -> Path:
    return config.data_dir / "mail"


def send(message: Message) -> None:
    """:raises Hopeless: the mail server will never take it."""
    try:
        post().send(message)
    except Exception:
        metrics.MAILS.add("failed")
        raise
    metrics.MAILS.add("sent")


def deliver(session: Session, payload: Mapping[str, Any], now: dt.datetime) -> Callable[[], None] | None:
    """The job: issue the link's token, write the mail, and answer with the errand of sending it.

    The same job gives the same link and the same key each time, so that a repetition is not a second mail.
    """
    reader = reader_of(session, payload)
    if reader is None:
        return None
    kind, (user, address, language) = KINDS[payload["mail"]], reader
    where = {"lang": language, **payload.get("place", {})}
    if kind.purpose is not None and user is not None:
        where["token"] = token_of(payload["nonce"])
        issue_token(session, user, kind.purpose, where["token"], now=now)
    values = {**payload["values"], "link": address_of(kind.page, where)}
    with force_locale(language):
        subject = gettext(kind.subject, **values)
        body = "\n\n".join((gettext(kind.body, **values), values["link"], "Concord"))
    message = Message(f"job-{payload['job_id']}", address, subject, body + "\n", language, now)
    return partial(send, message)


def reader_of(session: Session, payload: Mapping[str, Any]) -> tuple[User | None, str, str] | None:
    """Whom a mail goes to, if it is an account's, with its address and language; None: nobody any more."""
    if "offer_id" in payload:
        offered = session.get(MandateOffer, payload["offer_id"])
        if offered is None or offered.email is None:  # answered or withdrawn in the meantime
            return None
        user = by_email(session, offered.email)
        return user, offered.email, language_of(user or offered.stakeholder)
    user = session.get(User, payload["user_id"])
    if user is None or user.email is None:  # erased in the meantime
        return None
    return user, user.email, language_of(user)


def language_of(reader: User | Stakeholder) -> str:
    """The language of a reader's mails."""
    return reader.language if reader.language in INTERFACE_LANGUAGES else "en"


def token_of(nonce: str) -> str:
    """A link's token: half of what makes it is in the database, the other half only in the secret key."""
    key: str = current_app.config["SECRET_KEY"]
    return hmac.new(key.encode(), f"mail-link:{nonce}".encode(), hashlib.sha256).hexdigest()


def address_of(endpoint: str, values: Mapping[str, Any]) -> str:
    config: Config = current_app.extensions["config"]
    return config.base_url + current_app.url_map.bind("").build(endpoint, values)
