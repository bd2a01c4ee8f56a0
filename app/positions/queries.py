"""Reading positions: what is said of each clause, and what one stakeholder has said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.norms.models import Clause
from app.positions.models import Position, Stance
from app.stakeholders.models import Stakeholder


@dataclass(frozen=True)
class Heard:
    """How many stakeholders hold each stance on a wording, and how many have yet to confirm theirs."""

    counts: Mapping[Stance, int] = field(default_factory=dict)
    unconfirmed: int = 0

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class Standing:
    """A current position beside the draft's wording; it counts only where the two wordings are one."""

    position: Position
    counts: bool


@dataclass(frozen=True)
class Participation:
    stakeholders: int
    countries: int


def heard(session: Session, draft_id: int) -> dict[int, Heard]:
    """What is heard of each clause of a draft, by provision; one statement."""
    counts_here = Position.text_digest == Clause.text_digest
    rows = session.execute(
        sa.select(Clause.provision_id, counts_here, Position.stance, sa.func.count())
        .join(Position, Position.provision_id == Clause.provision_id)
        .where(Clause.draft_id == draft_id, Position.superseded_at.is_(None))
        .group_by(Clause.provision_id, counts_here, Position.stance)
    )
    counts: dict[int, dict[Stance, int]] = {}
    unconfirmed: dict[int, int] = {}
    for provision_id, counted, stance, number in rows:
        if counted:
            counts.setdefault(provision_id, {})[stance] = number
        else:
            unconfirmed[provision_id] = unconfirmed.get(provision_id, 0) + number
    return {
        provision_id: Heard(counts.get(provision_id, {}), unconfirmed.get(provision_id, 0))
        for provision_id in counts.keys() | unconfirmed.keys()
    }


def _standing(session: Session, draft_id: int, condition: sa.ColumnElement[bool]) -> Sequence[Standing]:
    rows = session.execute(
        sa.select(Position, Position.text_digest == Clause.text_digest)
        .join(Clause, Clause.provision_id == Position.provision_id)
        .where(Clause.draft_id == draft_id, Position.superseded_at.is_(None), condition)
        .order_by(Clause.place, Position.id)
        .options(joinedload(Position.stakeholder))
    )
    return [Standing(position, bool(counts)) for position, counts in rows]


def standing(session: Session, draft_id: int, stakeholder_id: int) -> Sequence[Standing]:
    """One stakeholder's current positions on a draft; one statement."""
    return _standing(session, draft_id, Position.stakeholder_id == stakeholder_id)


def on_provision(session: Session, draft_id: int, provision_id: int) -> Sequence[Standing]:
    """Everybody's current positions on one provision of a draft; one statement."""
    return _standing(session, draft_id, Position.provision_id == provision_id)


def participation(session: Session, draft_id: int) -> Participation:
    """How many stakeholders of how many countries have a position on a draft, confirmed or not."""
    row = session.execute(
        sa.select(
            sa.func.count(sa.distinct(Position.stakeholder_id)),
            sa.func.count(sa.distinct(Stakeholder.country)),
        )
        .join(Clause, Clause.provision_id == Position.provision_id)
        .join(Stakeholder, Stakeholder.id == Position.stakeholder_id)
        .where(Clause.draft_id == draft_id, Position.superseded_at.is_(None))
    ).one()
    return Participation(row[0], row[1])
