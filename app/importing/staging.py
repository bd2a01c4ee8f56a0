"""The temporary table that an import streams into, so that sorting and joining happen in the database."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.database import Moment
from app.importing.records import Taking
from app.positions.models import NO_REASON, Stance

CHUNK = 2000  #: rows held in memory at a time

stage = sa.Table(
    "intake",
    sa.MetaData(),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("clause", sa.String, nullable=False),
    sa.Column("stakeholder", sa.String, nullable=False),
    sa.Column("category", sa.String, nullable=False),
    sa.Column("country", sa.String),
    sa.Column("stance", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("verification", sa.String, nullable=False),
    sa.Column("clause_text", sa.String),
    sa.Column("stated_at", Moment, nullable=False),
    prefixes=["TEMPORARY"],
)


@contextmanager
def staged(
    session: Session, takings: Iterable[Taking], *, language: str, now: dt.datetime
) -> Iterator[sa.Table]:
    """The takings as rows of a table that is gone afterwards."""
    connection = session.connection()
    stage.create(connection)
    rows = (_row(place, taking, language, now) for place, taking in enumerate(takings))
    while chunk := list(islice(rows, CHUNK)):
        connection.execute(stage.insert(), chunk)
    yield stage
    stage.drop(connection)


def _row(place: int, taking: Taking, language: str, now: dt.datetime) -> dict[str, object]:
    stated_at = now if taking.at is None else dt.datetime.fromtimestamp(taking.at / 1000, dt.UTC)
    fallback = NO_REASON if taking.stance is Stance.OBJECT else ""
    return {
        "place": place,
        "line": taking.row.line,
        "clause": taking.clause,
        "stakeholder": taking.stakeholder,
        "category": taking.category.value,
        "country": taking.country,
        "stance": taking.stance.value,
        "reason": taking.reason or fallback,
        "language": taking.language or (language if taking.reason else "en"),
        "verification": "verified" if taking.is_verified else "self-declared",
        "clause_text": taking.clause_text or None,
        "stated_at": stated_at,
    }
