"""How long the upgrade of the oldest release's database takes with many positions, and whom it keeps waiting.

python -m bench.upgrading [positions]
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from alembic.script import ScriptDirectory
from flask import Flask

from app import create_app
from app.kernel.extensions import db
from bench.pages import databases
from bench.server import ROOT
from config import Config
from tests.stored import fill, releases, stored

POSITIONS = 5_000_000
EVERY = 0.02  #: seconds between two looks of those who read and write meanwhile
PATIENCE = 3_600  #: seconds that they wait
ABOUT = """# Upgrading

The database of release {release}, with {count:,} positions and as many entries of the record put into it, is
upgraded migration by migration while one person reads a position and another writes one, again and again:
what an upgrade would keep waiting, if server and worker were not stopped, as the guide to operation has it.
On disk; load average of the five minutes before: {load:.1f}.

| database | migration | s | reader waits, s | writer waits, s | tables locked | for writers | MB | MB after |
|---|---|---|---|---|---|---|---|---|"""

#: So many stakeholders that each of them on each clause of the norm makes the positions.
MANY = """
INSERT INTO stakeholder
  (id, category, country, name, language, evidence, verification, created_at, folded, skeleton)
WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 999 + :holders)
SELECT i, category, country, 'Body ' || i, language, evidence, verification, created_at,
  'body ' || i, 'body ' || i
FROM n, stakeholder WHERE stakeholder.id = 1
"""
STATED = """
INSERT INTO position (id, norm_id, provision_id, clause_id, stakeholder_id, stance, reason, remedy, language,
  read_language, text_digest, stated_by, stated_at)
SELECT 1000000 + row_number() OVER (), draft.norm_id, clause.provision_id, clause.id, holder.id, 'support',
  '', '', 'en', 'en', clause.text_digest, first.stated_by, first.stated_at
FROM stakeholder AS holder, clause JOIN draft ON draft.id = clause.draft_id, position AS first
WHERE holder.id >= 1000 AND clause.draft_id = :draft AND first.id = 1
"""
RECORDED = """
INSERT INTO audit_entry
  (number, at, actor, act, norm, subject, details, binds, previous, digest, chain, place)
SELECT 1000000 + said.id, at, actor, act, norm, 'position:' || said.id, details, binds, previous, digest,
  'many', said.id
FROM position AS said,
  (SELECT * FROM audit_entry WHERE act = 'position-stated' ORDER BY number LIMIT 1) AS first
WHERE said.id > 1000000
"""
LOCKED = """
SELECT DISTINCT relation::regclass::text, mode FROM pg_locks JOIN pg_class ON pg_class.oid = relation
WHERE granted AND relkind = 'r' AND relnamespace = 'public'::regnamespace AND pid <> pg_backend_pid()
  AND mode IN ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock')
"""


@dataclass
class Meanwhile:
    """Those who would go on during an upgrade: the longest wait of each, and the tables that were locked."""

    engine: sa.Engine
    waited: dict[str, float] = field(default_factory=lambda: {"reads": 0.0, "writes": 0.0})
    locked: set[tuple[str, str]] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)

    def reads(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("SELECT reason FROM position WHERE id = 1").all()

    def writes(self, connection: sa.Connection) -> None:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.exec_driver_sql("UPDATE position SET reason = reason WHERE id = 1")

    def looks(self, connection: sa.Connection) -> None:
        if connection.dialect.name == "postgresql":
            self.locked |= {(name, mode) for name, mode in connection.exec_driver_sql(LOCKED)}

    def _go_on(self, what: str) -> None:
        with self.engine.connect() as connection:
            while not self.over.is_set():
                began = time.perf_counter()
                getattr(self, what)(connection)
                connection.rollback()
                if what in self.waited:
                    self.waited[what] = max(self.waited[what], time.perf_counter() - began)
                time.sleep(EVERY)

    @contextmanager
    def watched(self) -> Iterator[None]:
        threads = [
            threading.Thread(target=self._go_on, args=(what,)) for what in ("reads", "writes", "looks")
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()

    def locks(self) -> str:
        """Two cells: what nobody could read or write, and what nobody could write."""
        if self.engine.dialect.name == "sqlite":
            return "none | the file"
        for_all = {name for name, mode in self.locked if mode == "AccessExclusiveLock"}
        return f"{len(for_all)} | {len({name for name, _ in self.locked} - for_all)}"


def patient(url: str) -> sa.Engine:
    """Connections of their own, that wait as long as it takes."""
    engine = sa.create_engine(Config(database_url=url).database_url)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def _wait(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
            connection.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")  # type: ignore[attr-defined]

    return engine


def furnish(engine: sa.Engine, count: int) -> None:
    """Put so many positions, each with its entry, on the clauses of the largest norm."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        draft, clauses = connection.execute(
            sa.text("SELECT draft_id, count(*) FROM clause GROUP BY draft_id ORDER BY 2 DESC LIMIT 1")
        ).one()
        connection.execute(sa.text(MANY), {"holders": -(-count // clauses)})
        connection.execute(sa.text(STATED), {"draft": draft})
        connection.execute(sa.text(RECORDED))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def megabytes(engine: sa.Engine) -> float:
    if engine.dialect.name == "sqlite":
        path = Path(str(engine.url.database))
        return sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*")) / 1e6
    with engine.connect() as connection:
        return float(connection.scalar(sa.text("SELECT pg_database_size(current_database())")) or 0) / 1e6


def ahead(app: Flask) -> list[str]:
    """The migrations that the database lacks, in order."""
    with db.engine.connect() as connection:
        there = str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))
    script = ScriptDirectory(app.extensions["migrate"].directory)
    return [one.revision for one in script.iterate_revisions("head", there)][::-1]


def measured(name: str, url: str, count: int) -> Iterator[str]:
    """A row for each migration."""
    content = stored(releases()[0])
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Config(database_url=url, data_dir=Path(folder), secret_key="of no server"))
        with app.app_context():
            flask_migrate.upgrade(directory=str(ROOT / "migrations"), revision=content["revision"])
            fill(db.engine, Path(folder), content)
            furnish(db.engine, count)
            for revision in ahead(app):
                before, meanwhile = megabytes(db.engine), Meanwhile(patient(url))
                with meanwhile.watched():
                    began = time.perf_counter()
                    flask_migrate.upgrade(directory=str(ROOT / "migrations"), revision=revision)
                    took = time.perf_counter() - began
                meanwhile.engine.dispose()
                waits = " | ".join(f"{meanwhile.waited[what]:.2f}" for what in ("reads", "writes"))
                sizes = f"{before:,.0f} | {megabytes(db.engine):,.0f}"
                yield f"| {name} | {revision} | {took:.1f} | {waits} | {meanwhile.locks()} | {sizes} |"
            db.engine.dispose()


def main(count: int) -> None:
    print(ABOUT.format(release=releases()[0], count=count, load=os.getloadavg()[1]))
    with databases() as kinds:
        for name, url in kinds:
            for row in measured(name, url, count):
                print(row, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else POSITIONS)
