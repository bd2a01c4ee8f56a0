"""Limits on acts that can be tried again and again, as pages ask for them."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request

from app.accounts import throttle
from app.foundation.errors import AppError
from app.kernel import context


def slow_down(*tries: throttle.Try) -> None:
    """Count a try of each kind, in a transaction of its own, so that a refusal does not undo it.

    :raises TooMany: one of the limits is reached.
    """
    with context.work() as db:
        for limit, who in tries:
            throttle.count(db, limit, who, now=context.now())


@contextmanager
def guessing(*tries: throttle.Try) -> Iterator[None]:
    """Around a question that may be guessed: only answers that are refused stay counted.

    :raises TooMany: one of the limits is reached.
    """
    slow_down(*tries)
    yield
    with context.work() as db:
        throttle.give_back(db, tries)


@contextmanager
def making(*tries: throttle.Try) -> Iterator[None]:
    """Around an act that may succeed so often: what was refused does not count.

    :raises TooMany: one of the limits is reached.
    """
    slow_down(*tries)
    try:
        yield
    except AppError:
        with context.work() as db:
            throttle.give_back(db, tries)
        raise


def network() -> str:
    """Where the request comes from, as far as throttling is concerned."""
    return throttle.network_of(request.remote_addr)
