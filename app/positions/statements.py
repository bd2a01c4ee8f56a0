"""Stances on each clause by stakeholder, counted and uncounted."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.norms.models import Clause, Draft
from app.norms.queries import without_verification
from app.positions.models import Position, Stance
from app.stakeholders.models import Category, Stakeholder, Verification

SELF_DECLARED_ENTITY = sa.and_(
    Stakeholder.verification == Verification.SELF_DECLARED, Stakeholder.category != Category.INDIVIDUAL
)


@dataclass(frozen=True)
class Heard:
    """How many stakeholders hold each stance on a wording, and how many have yet to confirm theirs.

    ``beside``: the stances of self-declared entities, which are shown and not counted.
    """

    counts: Mapping[Stance, int] = field(default_factory=dict)
    unconfirmed: int = 0
    beside: Mapping[Stance, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def without(self, some: "Heard") -> "Heard":
        """The same but for some of those who are counted in it."""
        left = dict(Counter(self.counts) - Counter(some.counts))
        return replace(self, counts=left, unconfirmed=self.unconfirmed - some.unconfirmed)

    def with_beside(self) -> list[tuple[Stance, int]]:
        """Every stance, self-declared entities among those who hold it."""
        return [(stance, count + self.beside.get(stance, 0)) for stance, count in self.ordered()]

    def ordered(self) -> list[tuple[Stance, int]]:
        """Every stance from support to object, with 0 where none is held."""
        return [(stance, self.counts.get(stance, 0)) for stance in Stance]

    def stripes(self) -> list[tuple[Stance, float, float]]:
        """Start and width of each stance's part of a bar, in hundredths."""
        found, start = [], 0.0
        for stance, count in self.ordered():
            width = round(100 * count / self.total, 2) if self.total else 0.0
            if width:
                found.append((stance, round(start, 2), width))
            start += width
        return found


@dataclass(frozen=True)
class Participation:
    """How many stakeholders, of how many countries, are counted on a draft, and how many stand beside."""

    stakeholders: int
    countries: int
    beside: int


def heard(session: Session, draft_id: int, provisions: Collection[int]) -> dict[int, Heard]:
    """What is heard of some clauses of a draft, by provision, but for those refused; two statements."""
    found = _heard(session, draft_id, provisions)
    heard_of = {provision_id: said for (provision_id, _), said in found.items()}
    apart = (
        sa.select(Stakeholder.id, Stakeholder.verification)
        .where(sa.or_(Stakeholder.verification == Verification.REFUSED, _is_beside(draft_id)))
        .subquery()
    )
    for (provision_id, verification), said in _heard(session, draft_id, provisions, apart).items():
        counted = heard_of[provision_id].without(said)
        beside = counted.beside if verification == Verification.REFUSED else said.counts
        heard_of[provision_id] = replace(counted, beside=beside)
    return heard_of


def participation(session: Session, draft_id: int) -> Participation:
    """How many stakeholders not refused have a position on a draft; one statement."""
    beside = _is_beside(draft_id)
    row = session.execute(
        sa.select(
            sa.func.count().filter(~beside),
            sa.func.count(Stakeholder.country.distinct()).filter(~beside),
            sa.func.count().filter(beside),
        ).where(*_have_spoken(draft_id))
    ).one()
    return Participation(row[0], row[1], row[2])


def people(session: Session, draft_id: int) -> Sequence[tuple[str | None, Category]]:
    """Country and category of each stakeholder counted who has a position on a draft; one statement."""
    rows = session.execute(
        sa.select(Stakeholder.country, Stakeholder.category)
        .where(*_have_spoken(draft_id), ~_is_beside(draft_id))
        .order_by(Stakeholder.id)
    )
    return [(country, category) for country, category in rows]


def standing(categories: Sequence[str]) -> sa.Select[int]:
    """Whose objections stand against a status: verified stakeholders of the categories that are counted."""
    return sa.select(Stakeholder.id).where(
        Stakeholder.verification == Verification.VERIFIED, Stakeholder.category.in_(categories)
    )


def _have_spoken(draft_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    spoken = sa.exists().where(
        Position.stakeholder_id == Stakeholder.id,
        Position.superseded_at.is_(None),
        Clause.provision_id == Position.provision_id,
        Clause.draft_id == draft_id,
    )
    return Stakeholder.verification != Verification.REFUSED, spoken


def _is_beside(draft_id: int) -> sa.ColumnElement[bool]:
    """The condition that a stakeholder is shown beside what is counted on a draft."""
    of_norm = sa.select(Draft.norm_id).where(Draft.id == draft_id).scalar_subquery()
    return sa.and_(SELF_DECLARED_ENTITY, ~without_verification(of_norm))


def _heard(
    session: Session, draft_id: int, provisions: Collection[int], among: sa.Subquery | None = None
) -> dict[tuple[int, Verification | None], Heard]:
    """By provision; ``among`` some stakeholders only (``id``, ``verification``), and by that as well."""
    of_norm = sa.select(Draft.norm_id).where(Draft.id == draft_id).scalar_subquery()
    said = [Position.provision_id, Position.text_digest, Position.stance]
    held = sa.select(*said, sa.func.count().label("number")).where(
        Position.norm_id == of_norm, Position.provision_id.in_(provisions), Position.superseded_at.is_(None)
    )
    if among is None:
        by_wording = held.add_columns(sa.null().label("verification")).group_by(*said).subquery()
    else:
        by_wording = (
            held.add_columns(among.c.verification)
            .join(among, among.c.id == Position.stakeholder_id)
            .group_by(*said, among.c.verification)
            .subquery()
        )
    rows = session.execute(
        sa.select(
            Clause.provision_id,
            by_wording.c.verification,
            by_wording.c.text_digest == Clause.text_digest,
            by_wording.c.stance,
            by_wording.c.number,
        )
        .join(by_wording, by_wording.c.provision_id == Clause.provision_id)
        .where(Clause.draft_id == draft_id)
    )
    counts: dict[tuple[int, Verification | None], dict[Stance, int]] = {}
    unconfirmed: Counter[tuple[int, Verification | None]] = Counter()
    for provision_id, verification, counted, stance, number in rows:
        if counted:
            counts.setdefault((provision_id, verification), {})[stance] = number
        else:
            unconfirmed[provision_id, verification] += number
    return {
        key: Heard(counts.get(key, {}), unconfirmed.get(key, 0)) for key in counts.keys() | unconfirmed.keys()
    }
