"""Signing up, in and out, and the links of mails."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from flask import Blueprint, g, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import StringConstraints, ValidationError
from werkzeug.wrappers import Response as Answered

from app.accounts import addresses, service, sign_ins, throttle
from app.accounts.models import Purpose
from app.authority.actor import VISITOR
from app.kernel import context
from app.kernel.context import Form, FormUnclear
from app.kernel.labels import WRITTEN
from app.kernel.refusals import shows_again
from app.web.accounts import devices
from app.web.accounts.sign_in import begin, end, guesses_at, mails, onward
from app.web.parts.done import Done, way_on
from app.web.parts.slowing_down import guessing, network

blueprint = Blueprint("accounts", __name__, url_prefix="/<lang:lang>")

HELD = "held."
Secret = Annotated[str, StringConstraints(strip_whitespace=False)]
Page = str | tuple[Any, ...] | Answered


class SignInForm(Form):
    email: str
    password: Secret
    next: str = ""


class SignUp(Form):
    email: str
    name: str
    password: Secret


class Email(Form):
    email: str


class Password(Form):
    password: Secret


def held() -> list[tuple[str, str]]:
    """What was typed on another page before signing in, and waits to be sent."""
    sent = request.form.items(multi=True)
    return [(name.removeprefix(HELD), value) for name, value in sent if name.startswith(HELD)]


def read_sign_in() -> SignInForm:
    """The sign-in form without what is held beside it.

    :raises FormUnclear: naming the fields.
    """
    own = {name: value for name, value in request.form.items() if not name.startswith(HELD)}
    own.pop("csrf_token", None)
    try:
        return SignInForm.model_validate(own)
    except ValidationError as error:
        raise FormUnclear([str(problem["loc"][0]) for problem in error.errors()]) from error


@blueprint.get("/sign-in/")
def sign_in() -> str:
    return render_template("accounts/sign_in.html", next=onward(request.args.get("next")), held=[], email="")


def sign_in_again(typed: Mapping[str, str], **extra: Any) -> str:
    target, email = onward(typed.get("next")), typed.get("email", "")
    return render_template("accounts/sign_in.html", next=target, held=held(), email=email, **extra)


@blueprint.post("/sign-in/")
@shows_again(sign_in_again)
def enter() -> Page:
    kept, target = held(), onward(request.form.get("next"))
    form = read_sign_in()
    address = addresses.normal(form.email)
    with guessing(*guesses_at(address)):
        user = sign_ins.recognise(context.session(), email=form.email, password=form.password)
    with context.work() as db:
        token = sign_ins.sign_in(db, VISITOR, user, password=form.password, now=context.now())
    begin(token, user)
    if kept:
        return render_template("accounts/held.html", typed=kept, written=WRITTEN, target=target)
    return redirect(target, code=303)


@blueprint.post("/sign-out/")
def sign_out() -> Answered:
    if current_user.is_authenticated:
        with context.work():
            context.act(sign_ins.sign_out, current_user.token)
    end()
    signed_out = Done(
        _("You are signed out."),
        _("Everything public can still be read."),
        way_on(_("Sign in"), "accounts.sign_in"),
    )
    return signed_out.on("site.index")


@blueprint.get("/sign-up/")
def sign_up() -> str:
    return sign_up_page(typed={})


def sign_up_page(**extra: Any) -> str:
    return render_template("accounts/sign_up.html", **extra)


@blueprint.post("/sign-up/")
@shows_again(sign_up_page)
def register() -> Page:
    form = context.read(SignUp)
    if mails(addresses.normal(form.email)):
        with context.work() as db:
            values = form.model_dump()
            service.sign_up(db, VISITOR, **values, language=g.lang, now=context.now())
    return context.see_other("accounts.sent")


@blueprint.get("/sign-up/sent/")
def sent() -> str:
    return render_template("accounts/sent.html")


def page_of_link(template: str) -> Callable[..., str]:
    """The page to which a mail's link leads."""

    def shown(token: str, **extra: Any) -> str:
        return render_template(template, **extra)

    return shown


confirm_page = page_of_link("accounts/confirm.html")
new_password_page = page_of_link("accounts/choose_password.html")


def check_link(purpose: Purpose, token: str) -> None:
    """:raises LinkSpent: it has been used, or is too old."""
    if not service.is_live(context.session(), purpose, token, now=context.now()):
        raise service.LinkSpent


@blueprint.get("/confirm/<token>/")
def confirm(token: str) -> str:
    check_link(Purpose.CONFIRM, token)
    return confirm_page(token)


@blueprint.post("/confirm/<token>/")
@shows_again(confirm_page)
def confirmed(token: str) -> Page:
    form = context.read(Password)
    with guessing((throttle.PASSWORD, token), (throttle.PASSWORD_FROM, network())), context.work() as db:
        user = service.confirm(db, VISITOR, token=token, password=form.password, now=context.now())
        cookie = sign_ins.sign_in(db, VISITOR, user, password=form.password, now=context.now())
    begin(cookie, user)
    follows = _("To take part, register as an individual or an entity on this page.")
    done = Done(
        _("Your address has been confirmed and you are signed in."),
        follows,
        way_on(_("Norms"), "norms.index"),
    )
    return done.on("stakeholders.register")


@blueprint.get("/reset/")
def reset() -> str:
    return reset_page({})


def reset_page(typed: Mapping[str, str], **extra: Any) -> str:
    return render_template("accounts/reset.html", email=typed.get("email", ""), **extra)


@blueprint.post("/reset/")
@shows_again(reset_page)
def request_reset() -> Page:
    form = context.read(Email)
    if mails(addresses.normal(form.email)):
        with context.work() as db:
            service.request_reset(db, VISITOR, email=form.email, now=context.now())
    return context.see_other("accounts.sent")


@blueprint.get("/reset/<token>/")
def choose_password(token: str) -> str:
    check_link(Purpose.RESET, token)
    return new_password_page(token)


@blueprint.post("/reset/<token>/")
@shows_again(new_password_page)
def password_chosen(token: str) -> Page:
    form = context.read(Password)
    with guessing((throttle.PASSWORD_FROM, network())), context.work() as db:
        user = service.reset(db, VISITOR, token=token, password=form.password, now=context.now())
    end()
    devices.remember(user.email or "")  # the link came to its mailbox
    home = way_on(_("Norms"), "norms.index")
    done = Done(_("Your password has been changed."), _("Sign in with the new one."), home)
    return done.on("accounts.sign_in")
