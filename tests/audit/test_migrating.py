"""The record of an installation from before each norm had its own chain."""

import json
from collections.abc import Callable
from pathlib import Path

import flask_migrate
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.audit.chain import START, Link, first_break, link_digest
from app.audit.queries import links, page, unrooted
from app.audit.service import record
from app.authority.actor import SYSTEM
from app.foundation.database import unit_of_work
from config import Config
from tests.conftest import NOW
from tests.databases import engine_for

OLD = sa.text(
    "INSERT INTO audit_entry (number, at, actor, act, norm, subject, details, previous, digest) "
    "VALUES (:number, :at, :actor, :act, :norm, :subject, :details, :previous, :digest)"
)


def write_as_before(engine: sa.Engine, count: int) -> list[bytes]:
    """One chain for all norms, numbered from 1."""
    digests = [START]
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for number in range(1, count + 1):
            norm = "s" if number % 2 else None
            link = Link(number, "", number, NOW, "person-1", "tried", norm, "t", {"n": number}, digests[-1])
            digests.append(link_digest(link))
            row = {name: getattr(link, name) for name in OLD.compile().params} | {"digest": digests[-1]}
            row |= {"at": NOW.isoformat(sep=" "), "details": json.dumps(link.details)}
            connection.execute(OLD, row)
    return digests[1:]


def test_old_entries_keep_their_digests_and_new_chains_begin_in_them(
    empty_database_url: str, tmp_path: Path, make_app: Callable[[Config], Flask]
) -> None:
    app = make_app(Config(database_url=empty_database_url, data_dir=tmp_path / "var", secret_key="x"))
    engine = engine_for(empty_database_url)
    with app.app_context():
        flask_migrate.upgrade(revision="0001")
        digests = write_as_before(engine, 5)
        flask_migrate.upgrade()
    with Session(engine) as session:
        with unit_of_work(session):
            record(session, SYSTEM, "tried", "new", norm="s", now=NOW)
            record(session, SYSTEM, "tried", "new", now=NOW)
        entries = [(entry.number, entry.chain, entry.place) for entry in reversed(page(session))]
        assert entries == [*((n, "", n) for n in range(1, 6)), (6, "s", 1), (7, "", 6)]
        assert [entry.digest for entry in reversed(page(session))][:5] == digests
        assert first_break(links(session)) is None and unrooted(session) is None
    engine.dispose()
