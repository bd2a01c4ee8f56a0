"""Acts that begin in the same moment, each in a thread and a session of its own; and counting statements."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.database import unit_of_work
from app.foundation.errors import AppError


def at_once(engine: sa.Engine, *acts: Callable[[Session], object]) -> list[object]:
    """What each act returned, or the refusal it met; any other error of a thread is raised here."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)
    failures: list[BaseException] = []

    def run(place: int, act: Callable[[Session], object]) -> None:
        try:
            with Session(engine) as session:
                barrier.wait()
                with unit_of_work(session):
                    results[place] = act(session)
        except AppError as refusal:
            results[place] = refusal
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results


@contextmanager
def statements(where: Session | sa.Engine) -> Iterator[list[str]]:
    """The SQL statements sent in the meantime by a session, or by all of an engine's."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    engine = where.get_bind() if isinstance(where, Session) else where
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


class Meanwhile:
    """An act in a thread and session of its own while a transaction that has begun is still open.

    It goes on as soon as the act has ended or the database says that it waits; SQLite, which says nothing,
    lets nobody write beside the transaction anyway.
    """

    def __init__(self, engine: sa.Engine, act: Callable[[Session], object]) -> None:
        self._engine, self._act = engine, act
        self._result: object = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        if engine.dialect.name == "postgresql":
            while self._thread.is_alive() and not self._waits():
                self._thread.join(0.01)

    def outcome(self) -> object:
        """What the act returned, or the refusal it met, once it has ended; another error is raised here."""
        self._thread.join()
        if self._failure is not None:
            raise self._failure
        return self._result

    def _run(self) -> None:
        try:
            with Session(self._engine) as session, unit_of_work(session):
                self._result = self._act(session)
        except AppError as refusal:
            self._result = refusal
        except BaseException as error:
            self._failure = error

    def _waits(self) -> bool:
        blocked = sa.text(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
        )
        with self._engine.connect() as connection:
            return bool(connection.scalar(blocked))
