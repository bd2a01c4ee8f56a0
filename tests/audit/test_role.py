"""The role that owns nothing, with what deploy/grants.sql allows, is enough to work and not to rewrite."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit.binding.queries import differences
from app.audit.chain import first_break
from app.audit.queries import links
from app.audit.service import record
from app.authority.actor import SYSTEM
from app.foundation.database import unit_of_work
from tests.conftest import NOW
from tests.factories import Make
from tests.publication.adopted import adopted

GRANTS = Path(__file__).parent.parent.parent / "deploy" / "grants.sql"
ROLE = "concord_app"


def grants(role: str, database: str | None) -> str:
    text = GRANTS.read_text().replace(':"DBNAME"', f'"{database}"')
    return re.sub(r"\b(TO|FROM) concord\b", rf"\1 {role}", text)


def test_the_role_works_and_cannot_rewrite(database_url: str, engine: sa.Engine) -> None:
    if engine.dialect.name != "postgresql":
        return  # SQLite knows no roles
    url = engine.url.set(database=sa.make_url(database_url).database)
    role = f"{ROLE}_{url.database}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        owner.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
        owner.exec_driver_sql(grants(role, url.database))
    mine = sa.create_engine(url.set(username=role))
    try:
        with Session(mine, expire_on_commit=False) as session:
            with unit_of_work(session):
                adopted(Make(session, NOW))
                record(session, SYSTEM, "tried", "t", norm="s", now=NOW)
            assert first_break(links(session)) is None and list(differences(session)) == []
            for statement in (
                "UPDATE audit_entry SET act = 'x'",
                "DELETE FROM audit_entry",
                "TRUNCATE audit_entry CASCADE",
                "TRUNCATE publication CASCADE",
                "ALTER TABLE audit_entry DISABLE TRIGGER USER",
                "DROP TRIGGER audit_entry_append_only ON audit_entry",
                "UPDATE publication SET number = 2",
                "UPDATE record_key SET id = 1",
                "UPDATE package_chunk SET place = 1",
                "DELETE FROM stored_package",
                "SET session_replication_role = replica",
                "CREATE TABLE mine (id int)",
            ):
                with (
                    pytest.raises(DBAPIError, match=r"permission denied|must be owner"),
                    unit_of_work(session),
                ):
                    session.execute(sa.text(statement))
    finally:
        mine.dispose()
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
            owner.execute(sa.text(f"DROP OWNED BY {role}"))
            owner.execute(sa.text(f"DROP ROLE {role}"))


def test_not_even_the_owner_empties_the_record_unseen(engine: sa.Engine, session: Session) -> None:
    if engine.dialect.name != "postgresql":
        return
    with pytest.raises(DBAPIError, match="append-only"), unit_of_work(session):
        session.execute(sa.text("TRUNCATE audit_entry CASCADE"))
