"""Parts that all commands share: the session, the clock, and the wording of refusals."""

import functools
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.accounts.queries import by_email
from app.authority.actor import SYSTEM, Actor
from app.foundation.database import unit_of_work
from app.foundation.errors import AppError, NotFound
from app.foundation.text import for_terminal
from app.kernel.extensions import db
from app.norms.queries import actor_for

REFUSED = 1


def session() -> Session:
    return db.session()


def work() -> AbstractContextManager[Session]:
    return unit_of_work(db.session())


def now() -> Any:
    return current_app.extensions["clock"]()


def say(line: str, *, err: bool = False) -> None:
    """Print one line; what others wrote into it cannot steer the terminal."""
    click.echo(for_terminal(line), err=err)


def actor_named(email: str | None) -> Actor:
    """The person with this e-mail address, or the system where none is named.

    :raises NotFound: nobody has this address.
    """
    if email is None:
        return SYSTEM
    user = by_email(session(), email)
    if user is None:
        raise NotFound
    return actor_for(session(), user, now=now())


def refusable(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run inside the application; say a refusal on stderr and end with exit code 1."""

    @with_appcontext
    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except AppError as refusal:
            say(str(refusal.phrase), err=True)
            for detail in refusal.details:
                say(f"  - {detail}", err=True)
            sys.exit(REFUSED)

    return run
