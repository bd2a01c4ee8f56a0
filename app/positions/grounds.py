"""Objections on the same grounds, and objections that got the same answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.foundation.text import plain
from app.positions.models import NO_REASON, Objection, ObjectionAnswer, Position
from app.positions.queries import ObjectionFilter, same_answer

FEWEST = 2  #: objections that share something


@dataclass(frozen=True)
class Grounds:
    """A reason that several objections give, however it is set; ``first``: the oldest of them."""

    first: int
    number: int
    reason: str
    language: str


def shared(session: Session, norm_id: int, wanted: ObjectionFilter) -> dict[str, Grounds]:
    """Plain reason → those of the meant objections that give it, where two or more do; most first.

    One statement. An objection that was imported without a reason shares none.
    """
    found: dict[str, Grounds] = {}
    for row in _reasons(session, norm_id, Position.reason != NO_REASON, *wanted.conditions()):
        folded = plain(row.reason)
        before = found.get(folded)
        found[folded] = Grounds(
            first=before.first if before else row.first,
            number=(before.number if before else 0) + row.alike,
            reason=before.reason if before else row.reason,
            language=before.language if before else row.language,
        )
    several = ((folded, one) for folded, one in found.items() if one.number >= FEWEST)
    return dict(sorted(several, key=lambda pair: (-pair[1].number, pair[1].first)))


def ways_to_say(session: Session, norm_id: int, number: int) -> list[str]:
    """The reason of a norm's objection as its objections write it; none where there is no such objection."""
    meant = session.scalar(
        sa.select(Position.reason)
        .join(Objection, Objection.position_id == Position.id)
        .where(Objection.id == number, Objection.norm_id == norm_id)
    )
    if meant is None:
        return []
    return [row.reason for row in _reasons(session, norm_id) if plain(row.reason) == plain(meant)]


def _reasons(
    session: Session, norm_id: int, *conditions: sa.ColumnElement[bool]
) -> sa.Result[str, str, int, int]:
    """Each reason with its oldest objection and how many give it, oldest first."""
    first = sa.func.min(Objection.id).label("first")
    return session.execute(
        sa.select(
            Position.reason,
            sa.func.min(Position.language).label("language"),
            first,
            sa.func.count().label("alike"),
        )
        .join(Objection, Objection.position_id == Position.id)
        .where(Objection.norm_id == norm_id, *conditions)
        .group_by(Position.reason)
        .order_by(first)
    )


def reach(session: Session, norm_id: int, answers: Sequence[ObjectionAnswer]) -> Mapping[int, int]:
    """Of answers that several objections of the norm got: id → how many objections; one statement."""
    alike: dict[tuple[str, str, bool], list[int]] = {}
    for one in answers:
        alike.setdefault((one.text, one.language, one.is_note), []).append(one.id)
    given, same = aliased(ObjectionAnswer), aliased(ObjectionAnswer)
    number = sa.func.count(sa.distinct(same.objection_id))
    rows = session.execute(
        sa.select(given.id, number.label("objections"))
        .join(same, same_answer(given, same))
        .join(Objection, Objection.id == same.objection_id)
        .where(given.id.in_([ids[0] for ids in alike.values()]), Objection.norm_id == norm_id)
        .group_by(given.id)
        .having(number >= FEWEST)
    )
    counts = {row.id: row.objections for row in rows}
    return {each: counts[ids[0]] for ids in alike.values() if ids[0] in counts for each in ids}
