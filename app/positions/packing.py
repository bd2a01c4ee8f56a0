"""Positions as packed numbers, by the fastest way each database has."""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.arrays import Ints
from app.foundation.libraries import np
from app.positions.models import Position, Stance

STANCE_BITS, CLAUSE_BITS = 2, 28  #: clauses below 2²⁸ and stakeholders below 2³³ fit into 63 bits
HOLDER_SHIFT = CLAUSE_BITS + STANCE_BITS
PORTION = 1_000_000  #: rows read at a time, so that memory stays bounded


def packed(session: Session, norm_id: int, *, after: int = 0) -> Iterator[Ints]:
    """Current positions on a norm with an id above ``after``, as numbers of ``key``; in portions."""
    scope = (Position.norm_id == norm_id, Position.id > after)
    first, last = session.execute(
        sa.select(sa.func.min(Position.id), sa.func.max(Position.id)).where(*scope)
    ).one()
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    for begin in range(first or 0, (last or -1) + 1, PORTION):
        within = (*scope, Position.id.between(begin, begin + PORTION - 1), Position.superseded_at.is_(None))
        if is_postgresql:
            column = sa.func.string_agg(sa.func.int8send(key()), sa.literal(b"", sa.LargeBinary))
            found = session.scalar(sa.select(column).where(*within))
            yield np.frombuffer(found or b"", dtype=">i8").astype(np.int64)
        else:
            text = session.scalar(sa.select(sa.func.group_concat(key())).where(*within))
            yield np.fromstring(text or "", dtype=np.int64, sep=",")


@dataclass(frozen=True)
class PositionMark:
    """A position by its id, with what it said and when: another database does not have the same."""

    id: int = 0
    key: int = 0
    stated_at: int = 0  #: microseconds since 1970


def newest(session: Session, norm_id: int) -> PositionMark:
    """The position stated last on the norm."""
    last = sa.select(sa.func.max(Position.id)).where(Position.norm_id == norm_id).scalar_subquery()
    return _mark(session, Position.id == last)


def still_there(session: Session, norm_id: int, mark: PositionMark) -> bool:
    """Whether the norm has this very position; a database brought back from a backup may not."""
    return mark == _mark(session, sa.and_(Position.norm_id == norm_id, Position.id == mark.id))


def _mark(session: Session, condition: sa.ColumnElement[bool]) -> PositionMark:
    row = session.execute(sa.select(Position.id, key(), Position.stated_at).where(condition)).one_or_none()
    return PositionMark(row[0], row[1], round(row[2].timestamp() * 1_000_000)) if row else PositionMark()


def key() -> sa.ColumnElement[int]:
    """stakeholder · 2³⁰ + clause · 2² + stance, with the stance's place in ``Stance``."""
    stance = sa.case({one: number for number, one in enumerate(Stance)}, value=Position.stance)
    number = sa.cast(Position.stakeholder_id, sa.BigInteger)
    return number * (1 << HOLDER_SHIFT) + Position.clause_id * (1 << STANCE_BITS) + stance


def unpacked(keys: Ints) -> tuple[Ints, Ints, Ints]:
    """Stakeholder ids, clause ids and stances of the keys."""
    clauses = (keys >> STANCE_BITS) & ((1 << CLAUSE_BITS) - 1)
    return keys >> HOLDER_SHIFT, clauses, keys & ((1 << STANCE_BITS) - 1)
