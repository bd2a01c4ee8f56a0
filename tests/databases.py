"""Fresh databases in a moment: one template for each kind and process, and a copy of it for each test."""

import importlib
import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from app.foundation import jobs  # noqa: F401 - its table belongs to the metadata
from app.foundation.database import Base
from config import Config

serial = itertools.count(1)

for models in sorted(Path(__file__).parent.parent.glob("app/*/models.py")):
    importlib.import_module(f"app.{models.parent.name}.models")


class SqliteDatabases:
    """Files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with self._created("template") as url:
            fill(url)
        self._template = folder / "template.db"

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    @contextmanager
    def _created(self, name: str) -> Iterator[str]:
        yield f"sqlite:///{self._path(name)}"

    @contextmanager
    def empty(self) -> Iterator[str]:
        with self._created(f"empty{next(serial)}") as url:
            yield url

    @contextmanager
    def filled(self) -> Iterator[str]:
        path = self._path(f"test{next(serial)}")
        shutil.copy(self._template, path)
        yield f"sqlite:///{path}"
        for leftover in path.parent.glob(f"{path.name}*"):
            leftover.unlink()


class PostgresDatabases:
    """Databases of one server, named after this process so that several may share it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._prefix = f"concord_test_{os.getpid()}_"
        self._template = self._prefix + "template"
        self._run("CREATE DATABASE {}", self._template)
        fill(self._address(self._template))

    def close(self) -> None:
        self._drop(self._template)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _drop(self, name: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _address(self, name: str) -> str:
        return sa.make_url(self._url).set(database=name).render_as_string(hide_password=False)

    @contextmanager
    def _from(self, template: str) -> Iterator[str]:
        name = f"{self._prefix}{next(serial)}"
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        try:
            yield self._address(name)
        finally:
            self._drop(name)

    @contextmanager
    def empty(self) -> Iterator[str]:
        with self._from("template0") as url:
            yield url

    @contextmanager
    def filled(self) -> Iterator[str]:
        with self._from(self._template) as url:
            yield url


Databases = SqliteDatabases | PostgresDatabases


def engine_for(url: str) -> sa.Engine:
    return sa.create_engine(Config(database_url=url).sqlalchemy_url)


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
