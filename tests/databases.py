"""Databases with all tables and no rows, in a moment, and one engine for all that are of a kind."""

import importlib
import itertools
import os
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import sqlalchemy as sa
from psycopg import sql

from app.foundation import jobs  # noqa: F401 - its table belongs to the metadata
from app.foundation.database import Base
from config import Config

APPLICATION = "the engine of all tests"
STATEMENTS = 10_000  #: more than there are, so that none is compiled twice

#: Notes what changes a table, a trigger or a right.
WATCH = """
CREATE SCHEMA tests CREATE TABLE alteration (command text);
CREATE FUNCTION tests.note() RETURNS event_trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO tests.alteration VALUES (tg_tag); END $$;
CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION tests.note();
"""
#: Whether something was altered, or somebody but the idle connections of the tests' engine is there.
IS_IN_USE = """
SELECT EXISTS (SELECT FROM tests.alteration) OR EXISTS (
  SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
    AND (application_name, state) IS DISTINCT FROM (%s, 'idle'))
"""
#: Without triggers, which refuse it for the record, and without foreign keys.
EMPTY = """
DO $$ DECLARE filled regclass; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR filled IN SELECT oid FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
  LOOP EXECUTE 'DELETE FROM ' || filled; END LOOP;
  PERFORM setval(oid, 1, false) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
END $$
"""
USED = """
SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""

serial = itertools.count(1)

for models in sorted(Path(__file__).parent.parent.glob("app/*/models.py")):
    importlib.import_module(f"app.{models.parent.name}.models")


class Databases(ABC):
    """Of one kind."""

    OPTIONS: ClassVar[dict[str, str]] = {}  #: of the engine's connections

    def __init__(self, template: str) -> None:
        fill(template)
        self._connected_to = template
        options = Config(database_url=template).engine_options
        self._engine = engine_for(template, query_cache_size=STATEMENTS, **options)
        sa.event.listen(self._engine, "do_connect", self._connect)

    def _connect(
        self, dialect: sa.Dialect, _record: Any, arguments: list[Any], options: dict[str, Any]
    ) -> None:
        arguments[:], there = dialect.create_connect_args(sa.make_url(self._connected_to))
        options |= there | self.OPTIONS

    def engine(self, url: str) -> sa.Engine:
        """Always the same, now connected to this database: an engine compiles each statement only once."""
        if url != self._connected_to:
            self._engine.dispose()
            self._connected_to = url
        return self._engine

    @abstractmethod
    def empty(self) -> AbstractContextManager[str]:
        """The address of a database without a single table."""

    @abstractmethod
    def filled(self) -> AbstractContextManager[str]:
        """The address of a database with all tables and no rows."""

    def close(self) -> None:
        self._engine.dispose()


class SqliteDatabases(Databases):
    """Files in one folder, each new."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = self._path("template")
        super().__init__(f"sqlite:///{self._template}")

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    @contextmanager
    def empty(self) -> Iterator[str]:
        yield f"sqlite:///{self._path(f'empty{next(serial)}')}"

    @contextmanager
    def filled(self) -> Iterator[str]:
        path = self._path(f"test{next(serial)}")
        shutil.copy(self._template, path)
        yield f"sqlite:///{path}"
        for leftover in path.parent.glob(f"{path.name}*"):
            leftover.unlink()


class PostgresDatabases(Databases):
    """Of one server, named after this process so that several may share it. One is used again and again."""

    OPTIONS = {"application_name": APPLICATION}  # noqa: RUF012

    def __init__(self, url: str) -> None:
        self._url = url
        self._prefix = f"concord_test_{os.getpid()}_"
        self._template = self._prefix + "template"
        self._spare: list[str] = []
        self._run("CREATE DATABASE {}", self._template)
        super().__init__(self._address(self._template))
        with psycopg.connect(self._address(self._template)) as connection:
            connection.execute(WATCH)

    def close(self) -> None:
        super().close()
        for name in (*self._spare, self._template):
            self._drop(name)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _create(self, template: str) -> str:
        name = f"{self._prefix}{next(serial)}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return name

    def _drop(self, name: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _address(self, name: str) -> str:
        return sa.make_url(self._url).set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def empty(self) -> Iterator[str]:
        name = self._create("template0")
        try:
            yield self._address(name)
        finally:
            self._drop(name)

    @contextmanager
    def filled(self) -> Iterator[str]:
        name = self._spare.pop() if self._spare else self._create(self._template)
        try:
            yield self._address(name)
        finally:
            if self._emptied(name):
                self._spare.append(name)
            else:
                self._drop(name)

    def _emptied(self, name: str) -> bool:
        """Empty its tables, unless a test altered them or left somebody at work in the database."""
        engine = self.engine(self._address(name))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if connection.exec_driver_sql(IS_IN_USE, (APPLICATION,)).scalar():
                return False
            connection.exec_driver_sql(EMPTY)
            used = connection.exec_driver_sql(USED).scalar()
            if used:  # rows come to lie in the order in which they are written, as in a new database
                connection.exec_driver_sql(f"VACUUM {used}")
            return True


def engine_for(url: str, **options: Any) -> sa.Engine:
    return sa.create_engine(Config(database_url=url).sqlalchemy_url, **options)


def tables() -> sa.MetaData:
    """A copy of what the models say.

    A copy, since SQLAlchemy marks a key that PostgreSQL adds to a table afterwards as no part of that table:
    an SQLite database made later in the same process would lack it.
    """
    copy = sa.MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        table.to_metadata(copy)
    return copy


def fill(url: str) -> None:
    """Create all tables as the models say; tests/test_migrations.py shows that migrations do the same."""
    engine = engine_for(url)
    tables().create_all(engine)
    engine.dispose()
