"""The declarative base, portable column types, and the unit of work."""

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from app.foundation import metrics
from app.foundation.errors import AppError

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
BUSY_TIMEOUT_MS = 10_000
PRIMARY = 0xFF  #: the part of an SQLite error that names its kind
LATER = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
}

BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")

#: Of SQLSTATE: lost connections; undone transactions; too little room; ended or cancelled by an operator.
LATER_CLASSES = {"08", "40", "53", "57"}
#: A lock that is not to be had, an input or output error, a server that only reads, a session that was idle.
LATER_STATES = {"55P03", "58030", "25006", "25P03"}


class Moment(TypeDecorator[dt.datetime]):
    """An instant: aware in Python, UTC in the database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: sa.Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


def choice(kind: type[StrEnum], name: str) -> sa.Enum:
    """A column of one of the enumeration's values, checked by the database too."""
    return sa.Enum(
        kind,
        name=name,
        native_enum=False,
        length=32,
        create_constraint=True,
        values_callable=lambda values: [value.value for value in values],
    )


def agrees(table: str, **columns: str) -> sa.ForeignKeyConstraint:
    """That a row stores what the row it points to stores as well: our column = its column in that table."""
    return sa.ForeignKeyConstraint(list(columns), [f"{table}.{its}" for its in columns.values()])


class Base(DeclarativeBase):
    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own hook
        int: BigId,
        dt.datetime: Moment,
        dict[str, Any]: sa.JSON,
        list[Any]: sa.JSON,
        dict[str, str]: sa.JSON,
        list[str]: sa.JSON,
    }


@event.listens_for(Engine, "do_connect")
def _keep_private(dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> None:
    """Let nobody but the server's own account read an SQLite database; its companions take over the mode."""
    if dialect.name != "sqlite" or options.get("uri") or arguments[0] in ("", ":memory:"):
        return
    path = Path(arguments[0])
    if path.parent.is_dir():  # SQLite itself says what is wrong otherwise
        path.touch(mode=0o600)
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # BEGIN is ours, below
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    asked = connection.get_execution_options()
    if connection.dialect.name == "sqlite" and asked.get("isolation_level") != "AUTOCOMMIT":
        if asked.get("writes"):
            with metrics.LOCK_SECONDS.measured("database"):
                connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql("BEGIN DEFERRED")


def is_away(error: Exception) -> bool:
    """Whether it tells of a database that is away, busy or full, so that the same may succeed later."""
    if isinstance(error, sa.exc.TimeoutError):  # every connection of the pool is taken
        return True
    if not isinstance(error, sa.exc.DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & PRIMARY in LATER
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
    return state[:2] in LATER_CLASSES or state in LATER_STATES


def code_of(error: Exception) -> str:
    """The database's own code of an error: "SQLITE_BUSY", "57P01"; "" where it gave none."""
    orig = getattr(error, "orig", None)
    return str(getattr(orig, "sqlite_errorname", None) or getattr(orig, "sqlstate", None) or "")


@contextmanager
def unless_away() -> Iterator[None]:
    """For what is only worth noting: where the database is away it is left out."""
    try:
        yield
    except Exception as error:
        if not is_away(error):
            raise


@contextmanager
def unit_of_work(session: Session) -> Iterator[Session]:
    """One transaction that writes: committed once at the end, or nothing of it happens.

    What was read before is read again inside, so that no decision rests on stale facts.
    """
    session.rollback()
    session.connection(execution_options={"writes": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def as_of_now(session: Session) -> None:
    """What is read from here to the end of the transaction is the database as it is at one moment, whatever
    others commit meanwhile. On SQLite every transaction that reads is such.
    """
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


@contextmanager
def once(session: Session, refusal: AppError | type[AppError]) -> Iterator[None]:
    """Write what is done inside; of two who write in the same moment what may be there once, the second gets
    the ``refusal``. The database decides, and the transaction with the second is undone.
    """
    try:
        yield
        session.flush()
    except IntegrityError as error:
        raise refusal from error


def number(session: Session, rows: Sequence[Base]) -> None:
    """Give new rows of one table their numbers where that makes one statement of many.

    SQLAlchemy reads the numbers that SQLite gives one row at a time. Who writes there is alone, so that these
    are the ones it would give.
    """
    if len(rows) > 1 and session.get_bind().dialect.name == "sqlite":
        [key] = sa.inspect(type(rows[0])).primary_key
        last = session.scalar(sa.select(sa.func.max(key))) or 0
        for own, row in enumerate(rows, last + 1):
            setattr(row, key.name, own)


def id_of(row: Base) -> int | None:
    """The number of a row that was read, without asking the database for it once more."""
    known = sa.inspect(row).identity
    return known[0] if known else None


GUARDED: list[str] = []  #: tables that are append-only
ITS_TRIGGERS = {"sqlite": ("no_update", "no_delete"), "postgresql": ("append_only", "no_truncate")}


def missing_guards(session: Session) -> list[str]:
    """Triggers of the append-only tables that are not there or are switched off."""
    dialect = session.get_bind().dialect.name
    there = sa.text(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if dialect == "sqlite"
        else "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal "
        "AND tgenabled IN ('O', 'A') AND relnamespace = current_schema()::regnamespace"
    )
    found = set(session.scalars(there))
    wanted = (f"{table}_{name}" for table in sorted(GUARDED) for name in ITS_TRIGGERS[dialect])
    return [f"the trigger {name} is missing" for name in wanted if name not in found]


def append_only_statements(table: str, dialect: str) -> list[str]:
    """The SQL of triggers that refuse UPDATE and DELETE on a table, for "sqlite" or "postgresql"."""
    words = f"{table} is append-only"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{words}'; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
    ]


def append_only(table: sa.FromClause) -> None:
    """Attach those triggers to the table's creation."""
    GUARDED.append(str(table.description))

    def guard(target: sa.Table, connection: Connection, **_: Any) -> None:
        for statement in append_only_statements(target.name, connection.dialect.name):
            connection.exec_driver_sql(statement)

    event.listen(table, "after_create", guard, propagate=True)
