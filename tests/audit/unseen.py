"""Rows changed as by a person who has all rights on the database and puts the triggers back."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.database import GUARDED, append_only_statements, unit_of_work


def by_hand(session: Session, *statements: str, **values: object) -> None:
    with unit_of_work(session):
        unseen(session, *statements, **values)


def unseen(session: Session, *statements: str, **values: object) -> None:
    dialect = session.get_bind().dialect.name
    for table in GUARDED:
        if dialect == "postgresql":
            session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            for verb in ("update", "delete"):
                session.execute(sa.text(f"DROP TRIGGER {table}_no_{verb}"))
    for statement in statements:
        session.execute(sa.text(statement), values)
    for table in GUARDED:
        if dialect == "postgresql":
            session.execute(sa.text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))
        else:
            for statement in append_only_statements(table, dialect):
                session.execute(sa.text(statement))
