"""Finding people, and everything that is kept about one of them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts import addresses
from app.accounts.models import SignIn, User
from app.foundation.database import Base
from app.reference.lookalikes import folded

SIGN_IN_BY_DIGEST = (
    sa.select(SignIn)
    .where(SignIn.digest == sa.bindparam("digest"))
    .options(joinedload(SignIn.user, innerjoin=True))
)
SECRETS = frozenset({"password_hash", "digest"})
Row = dict[str, Any]


def by_email(session: Session, email: str) -> User | None:
    """The person with this e-mail address, confirmed or not."""
    return session.scalars(sa.select(User).where(User.email == addresses.normal(email))).one_or_none()


def by_pseudonym(session: Session, pseudonym: str) -> User:
    """Who is called so in the record; also who was erased."""
    return session.scalars(sa.select(User).where(User.pseudonym == pseudonym)).one()


def sign_in_by_digest(session: Session, digest: bytes) -> SignIn | None:
    """The sign-in with its person, in one statement."""
    return session.scalars(SIGN_IN_BY_DIGEST, {"digest": digest}).one_or_none()


def people(session: Session, *, like: str = "", after: int = 0, limit: int = 100) -> Sequence[User]:
    """Accounts in the order of their making, those whose name or address contains ``like``."""
    query = sa.select(User).where(User.id > after, User.erased_at.is_(None)).order_by(User.id).limit(limit)
    if wanted := folded(like):
        query = query.where(
            sa.or_(
                User.folded.contains(wanted, autoescape=True),
                User.email.icontains(addresses.normal(like), autoescape=True),
            )
        )
    return session.scalars(query).all()


def rows_about(session: Session, table: sa.FromClause, value: int) -> dict[str, list[Row]]:
    """The row of ``table`` with this id and every row of every table that points at it, without secrets.

    Asked of the tables themselves, so that a new table cannot be forgotten.
    """
    target = table.c.id
    found: dict[str, list[Row]] = {}
    for other in Base.metadata.sorted_tables:
        pointers = [
            column
            for column in other.c
            if column is target or any(key.column is target for key in column.foreign_keys)
        ]
        if pointers:
            condition = sa.or_(*(pointer == value for pointer in pointers))
            rows = session.execute(sa.select(other).where(condition)).mappings().all()
            found[other.name] = [
                {name: _plain(row[name]) for name in row if name not in SECRETS} for row in rows
            ]
    return {name: rows for name, rows in found.items() if rows}


def personal_data(session: Session, user: User) -> dict[str, list[Row]]:
    """Everything that is kept about a person: table → rows."""
    return rows_about(session, User.__table__, user.id)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else value
