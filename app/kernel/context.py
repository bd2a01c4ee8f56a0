"""Parts that all views need: the session, the clock, the actor, and the form as values."""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, TypeVar, get_origin

import pydantic
from flask import current_app, g, has_request_context, redirect, request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.models import User
from app.authority.actor import VISITOR, Actor
from app.authority.grants import Permission, allowed
from app.foundation.database import unit_of_work
from app.foundation.errors import N_, BadInput, NotFound, SignInNeeded
from app.kernel.extensions import db
from app.norms.locking import held
from app.norms.models import Norm
from app.norms.queries import actor_for, norm_by_slug
from config import Config


class FormUnclear(BadInput):
    """The form's fields are missing, unknown or not what they should be."""

    code = "form-unclear"
    message = N_("The form has missing or invalid entries. Your entries have been kept.")

    def __init__(self, fields: list[str]) -> None:
        self.fields = fields
        super().__init__(field=fields[0] if fields else None)


class Form(pydantic.BaseModel):
    """A form's fields; anything else that is sent is refused."""

    model_config = pydantic.ConfigDict(extra="forbid", str_strip_whitespace=True)

    @classmethod
    @cache
    def several(cls) -> frozenset[str]:
        """The fields of which a page has several inputs."""
        return frozenset(name for name, one in cls.model_fields.items() if get_origin(one.annotation) is list)


F = TypeVar("F", bound=Form)
T = TypeVar("T")


def settings() -> Config:
    config: Config = current_app.extensions["config"]
    return config


def session() -> Session:
    return db.session()


def now() -> dt.datetime:
    moment: dt.datetime = current_app.extensions["clock"]()
    return moment


def work() -> AbstractContextManager[Session]:
    """One transaction that writes, on this request's session.

    Who asks is known before it begins, so that nobody waits for that; what they may do is asked inside.
    """
    signed_in()
    g.pop("actor", None)
    return unit_of_work(db.session())


def signed_in() -> User | None:
    """The person who asks, if anybody is known."""
    if "user" not in g:
        asked = has_request_context() and current_user.is_authenticated  # a command or a job asks for nobody
        g.user = current_user.user if asked else None
    user: User | None = g.user
    return user


def is_visitor() -> bool:
    """Whether it is settled that nobody is signed in, without asking the database."""
    return "user" in g and g.user is None


def person() -> User:
    """:raises SignInNeeded: nobody is signed in."""
    user = signed_in()
    if user is None:
        raise SignInNeeded
    return user


def known_as(user: User | None) -> None:
    """From now on this person asks, or a visitor."""
    g.user = user
    g.pop("actor", None)


def actor() -> Actor:
    """Who acts in this request; asked of the database once, and once more in each transaction that writes."""
    if "actor" not in g:
        user = signed_in()
        g.actor = VISITOR if user is None else actor_for(session(), user, now=now())
    acting: Actor = g.actor
    return acting


def act(verb: Callable[..., T], *about: Any, **said: Any) -> T:
    """Do a verb now, in the name of whoever asks: ``act(hide, norm, said, reason=reason)``."""
    return verb(session(), actor(), *about, **said, now=now())


def may(permission: Permission, norm: Norm, **matter: Any) -> bool:
    """Whether to offer an act; the verb decides again."""
    return allowed(actor(), permission, norm.matter(now(), **matter))


def norm_or_404(slug: str) -> Norm:
    """The norm, if it exists and this person may read it.

    :raises NotFound: otherwise, so that a closed norm cannot be guessed.
    """
    return _readable(norm_by_slug(session(), slug))


def held_or_404(slug: str) -> Norm:
    """The same for an act beside others: the norm is held from its first reading on.

    :raises NotFound: as there.
    """
    return _readable(held(session(), slug))


def _readable(norm: Norm | None) -> Norm:
    if norm is None or not may(Permission.READ_NORM, norm):
        raise NotFound
    return norm


def read(form: type[F]) -> F:
    """The request's form as values.

    A field named in several inputs of the page becomes a list where the form declares one.

    :raises FormUnclear: naming the fields.
    """
    values: dict[str, Any] = {}
    for name in request.form:
        if name == "csrf_token":
            continue
        sent = request.form.getlist(name)
        values[name] = sent if name in form.several() else sent[-1]
    try:
        return form.model_validate(values)
    except pydantic.ValidationError as error:
        raise FormUnclear([str(problem["loc"][0]) for problem in error.errors() if problem["loc"]]) from error


def see_other(endpoint: str, **values: Any) -> Response:
    """After a successful act: look at the page, so that reloading does not act again."""
    return redirect(url_for(endpoint, **values), code=303)


def page_language() -> str:
    """The language the page speaks."""
    language: str = g.lang
    return language
