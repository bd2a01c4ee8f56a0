"""The role that owns nothing, as docs/operation.md describes it, is enough to work and not to rewrite."""

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

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "operation.md"
ROLE, REFUSED = "concord_app", "permission denied|must be owner"


def grants() -> list[str]:
    found = re.search(r"```sql\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S)
    assert found is not None
    lines = (line.partition("--")[0].strip() for line in found[1].splitlines())
    return [statement for statement in " ".join(lines).split(";") if statement.strip()]


def test_the_role_works_and_cannot_rewrite(database_url: str, engine: sa.Engine) -> None:
    if engine.dialect.name != "postgresql":
        return  # SQLite knows no roles
    url = engine.url.set(database=sa.make_url(database_url).database)
    role = f"{ROLE}_{url.database}"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as owner:
        for statement in grants():
            owner.execute(sa.text(statement.replace(ROLE, role).replace("concord_db", url.database or "")))
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
