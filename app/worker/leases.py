"""What a worker has in hand: leases renewed while it works, given back when it has to stop."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation import jobs
from app.foundation.clock import Clock
from app.kernel.command_line import now, work


class Leases:
    """The jobs in hand, by their numbers, with the tokens of their claims."""

    def __init__(self) -> None:
        self._held, self._lock = dict[int, str](), Lock()

    @contextmanager
    def holding(self, job: jobs.Job) -> Iterator[None]:
        with self._lock:
            self._held[job.id] = job.token or ""
        try:
            yield
        finally:
            with self._lock:
                self._held.pop(job.id, None)

    def renew(self) -> None:
        """Nobody else is to begin while one works, however long that takes."""
        self._each(lambda session, job, token: jobs.keep(session, job, token, now=now()))

    def give_back(self) -> None:
        """Let others begin at once; what is still done on them here does not take effect after that."""
        self._each(lambda session, job, token: jobs.give_back(session, job, token, now=now()))

    def _each(self, settle: Callable[[Session, int, str], None]) -> None:
        with self._lock:
            held = list(self._held.items())
        for job, token in held:
            with suppress(jobs.LeaseLost), work() as session:  # lost also where it has ended just now
                settle(session, job, token)


class SharedClock:
    """The time as the database has it, so that hosts agree on when a lease has run out.

    SQLite has no clock of its own, and no second host.
    """

    def __init__(self, own: Clock) -> None:
        self._own, self._behind = own, dt.timedelta(0)

    def __call__(self) -> dt.datetime:
        return self._own() + self._behind

    def compare(self, session: Session) -> None:
        if session.get_bind().dialect.name == "postgresql":
            there = session.scalar(sa.select(sa.func.clock_timestamp()))
            assert there is not None  # noqa: S101 - a clock always says something
            self._behind = there - self._own()
        session.rollback()
