"""Reading the record."""

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.chain import Link
from app.audit.models import Entry


def links(session: Session) -> Iterator[Link]:
    """Every entry in order, read in blocks."""
    query = sa.select(Entry).order_by(Entry.number).execution_options(yield_per=1000)
    with session.execute(query) as rows:
        for entry in rows.scalars():
            yield link(entry)


def link(entry: Entry) -> Link:
    """An entry as the chain sees it."""
    return Link(
        entry.number,
        entry.at,
        entry.actor,
        entry.act,
        entry.norm,
        entry.subject,
        entry.details,
        entry.previous,
        entry.digest,
    )


def _last(condition: sa.ColumnElement[bool]) -> sa.ScalarSelect[int | None]:
    return sa.select(Entry.number).where(condition).order_by(Entry.number.desc()).limit(1).scalar_subquery()


# Built once: every page of a norm asks this first.
REVISION = sa.select(_last(Entry.norm == sa.bindparam("norm")), _last(Entry.norm.is_(None)))


def revision(connection: sa.Connection, norm: str) -> tuple[int, int]:
    """The last entry on the norm and the last on the platform: what a page of the norm depends on."""
    row = connection.execute(REVISION, {"norm": norm}).one()
    return row[0] or 0, row[1] or 0


def last_number(session: Session) -> int:
    """The number of the newest entry; 0 before the first."""
    return session.scalar(sa.select(sa.func.max(Entry.number))) or 0


def page(
    session: Session, *, before: int | None = None, norm: str | None = None, limit: int = 50
) -> list[Entry]:
    """Newest entries first; ``before`` continues below that number."""
    query = sa.select(Entry).order_by(Entry.number.desc()).limit(limit)
    if before is not None:
        query = query.where(Entry.number < before)
    if norm is not None:
        query = query.where(Entry.norm == norm)
    return list(session.scalars(query))


def of_person(
    session: Session, actor: str, stakeholder_id: int, *, before: int | None = None, limit: int = 50
) -> list[Entry]:
    """What somebody, by her pseudonym, did on or for a stakeholder, newest first, below ``before``."""
    for_it = sa.cast(Entry.details["stakeholder"].as_string(), sa.String) == str(stakeholder_id)
    query = (
        sa.select(Entry)
        .where(Entry.actor == actor, sa.or_(Entry.subject == f"stakeholder/{stakeholder_id}", for_it))
        .order_by(Entry.number.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Entry.number < before)
    return list(session.scalars(query))


def of_act(session: Session, norm: str, act: str) -> list[Entry]:
    """Every entry of one act on a norm, oldest first."""
    query = sa.select(Entry).where(Entry.norm == norm, Entry.act == act).order_by(Entry.number)
    return list(session.scalars(query))
