"""Reading positions: what is said of each clause, and what one stakeholder has said."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from app.audit.models import AuditEntry
from app.foundation.paging import page as first_page
from app.norms.models import Clause, ClauseKind, ClauseText, Norm, Provision
from app.norms.queries import Place
from app.positions.models import NO_REASON, Objection, ObjectionAnswer, ObjectionState, Position
from app.positions.readers import READ_OTHERWISE, TEXT_THAT_WAS_READ
from app.stakeholders.models import Category, Stakeholder, Verification

PAGE = 60
Stood = tuple[int, ObjectionState]  #: the id of an objection's position, and its state
REFUSED = sa.select(Stakeholder.id).where(Stakeholder.verification == Verification.REFUSED)
STATED = ("position-stated", "position-reaffirmed")  #: acts whose entry tells of a position
COUNTED = Objection.stakeholder_id.not_in(REFUSED)  #: who was refused objects as text alone
_STATED_ON = sa.exists().where(
    Position.provision_id == Clause.provision_id,
    Position.stakeholder_id == sa.bindparam("stakeholder"),
    Position.superseded_at.is_(None),
    Position.text_digest == Clause.text_digest,
)
NEXT_WITHOUT = (
    sa.select(Provision.code, sa.func.coalesce(sa.func.nullif(Clause.label, ""), Provision.code))
    .join(Clause, Clause.provision_id == Provision.id)
    .where(Clause.draft_id == sa.bindparam("draft"), Clause.kind != ClauseKind.HEADING, ~_STATED_ON)
    .order_by(Clause.place <= sa.bindparam("after"), Clause.place)
    .limit(1)
)


def of_individuals(session: Session, entries: Sequence[AuditEntry]) -> dict[int, bool]:
    """Of entries of the record on a position: number → whether it is an individual's; one statement."""
    speaker = {one.number: one.details["stakeholder"] for one in entries if one.act in STATED}
    named = sa.select(Stakeholder.id).where(
        Stakeholder.id.in_(set(speaker.values())), Stakeholder.category == Category.INDIVIDUAL
    )
    individuals = set(session.scalars(named)) if speaker else set()
    return {number: holder in individuals for number, holder in speaker.items()}


class Continuity(StrEnum):
    """How a position stands to the wording of a draft."""

    STATED = "stated"  #: on this very draft
    CARRIED = "carried"  #: on an earlier draft, whose wording was the same
    REAFFIRMED = "reaffirmed"  #: said again of this wording
    UNCONFIRMED = "unconfirmed"  #: on another wording: kept, and counted apart


@dataclass(frozen=True)
class CurrentPosition:
    """A current position beside the draft's wording; it counts only where the two wordings are one."""

    position: Position
    counts: bool
    is_of_this_draft: bool = True
    is_read_otherwise: bool = False  #: the translation that was read has other words by now

    @property
    def continuity(self) -> Continuity:
        if not self.counts:
            return Continuity.UNCONFIRMED
        if not self.is_of_this_draft:
            return Continuity.CARRIED
        return Continuity.REAFFIRMED if self.position.reaffirms_id else Continuity.STATED


def _standing(
    session: Session, draft_id: int, *conditions: sa.ColumnElement[bool], limit: int | None = None
) -> list[CurrentPosition]:
    rows = session.execute(
        sa.select(
            Position,
            Position.text_digest == Clause.text_digest,
            Position.clause_id == Clause.id,
            READ_OTHERWISE,
        )
        .join(Clause, Clause.provision_id == Position.provision_id)
        .outerjoin(ClauseText, TEXT_THAT_WAS_READ)
        .where(Clause.draft_id == draft_id, Position.superseded_at.is_(None), *conditions)
        .order_by(Clause.place, Position.id)
        .limit(limit)
        .options(joinedload(Position.stakeholder))
    )
    return [CurrentPosition(position, *map(bool, facts)) for position, *facts in rows]


def standing(
    session: Session, draft_id: int, stakeholders: Collection[int], provisions: Collection[int]
) -> Sequence[CurrentPosition]:
    """These stakeholders' current positions on some clauses of a draft; one statement."""
    theirs, there = Position.stakeholder_id.in_(stakeholders), Position.provision_id.in_(provisions)
    return _standing(session, draft_id, theirs, there)


def next_without(session: Session, clause: Clause, stakeholder_id: int) -> Place | None:
    """The next clause of the draft on whose wording the stakeholder has no position: after this one, or else
    from the beginning. One statement, written once: it follows every position that is stated.
    """
    given = {"draft": clause.draft_id, "after": clause.place, "stakeholder": stakeholder_id}
    found = session.execute(NEXT_WITHOUT, given).first()
    return None if found is None else Place(*found)


def on_provision(
    session: Session, draft_id: int, provision_id: int, *, after: int = 0, limit: int = PAGE
) -> tuple[Sequence[CurrentPosition], int | None]:
    """Current positions on one provision of a draft in the order they were stated, after one's id; and the id
    after which others follow, None at the end. One statement.
    """
    about = (Position.provision_id == provision_id, Position.id > after)
    found = _standing(session, draft_id, *about, limit=limit + 1)
    return first_page(found, limit, lambda one: one.position.id)


@dataclass(frozen=True)
class LedgerLine:
    """An objection with its latest statement and every answer given to it."""

    objection: Objection
    answers: Sequence[ObjectionAnswer]


@dataclass(frozen=True)
class ObjectionFilter:
    """Which of a norm's objections are meant: of some states, stakeholders, one provision, one category, with
    one of these reasons; ``without_reason``: those that an import brought without one; ``answered_as``: those
    that got the same answer, by its id.
    """

    states: Sequence[ObjectionState] = ()
    stakeholder_ids: Sequence[int] | sa.Select[int] | None = None
    code: str = ""
    category: Category | None = None
    without_reason: bool = False
    reasons: Sequence[str] | None = None
    answered_as: int | None = None

    def conditions(self) -> list[sa.ColumnElement[bool]]:
        found: list[sa.ColumnElement[bool]] = []
        if self.states:
            found.append(Objection.state.in_(self.states))
        if self.stakeholder_ids is not None:
            found.append(Objection.stakeholder_id.in_(self.stakeholder_ids))
        if self.code:
            found.append(Objection.provision.has(Provision.code == self.code))
        if self.category is not None:
            found.append(Objection.stakeholder.has(Stakeholder.category == self.category))
        if self.without_reason:
            found.append(Objection.position.has(sa.and_(Position.reason == NO_REASON, Position.remedy == "")))
        if self.reasons is not None:
            found.append(Objection.position.has(Position.reason.in_(self.reasons)))
        if self.answered_as is not None:
            given, same = aliased(ObjectionAnswer), aliased(ObjectionAnswer)
            alike = sa.select(same.objection_id).join(given, same_answer(given, same))
            found.append(Objection.id.in_(alike.where(given.id == self.answered_as)))
        return found


def same_answer(one: type[ObjectionAnswer], other: type[ObjectionAnswer]) -> sa.ColumnElement[bool]:
    """Whether two answers are one: the same words, both answers or both notes."""
    return sa.and_(one.text == other.text, one.language == other.language, one.is_note == other.is_note)


def ledger(
    session: Session,
    norm_id: int,
    wanted: ObjectionFilter | None = None,
    *,
    after: int = 0,
    limit: int | None = None,
) -> Sequence[LedgerLine]:
    """The norm's objections that are meant, oldest first.

    Two statements. ``after`` is the id of the objection before the first, ``limit`` how many at most.
    """
    query = (
        sa.select(Objection)
        .where(
            Objection.norm_id == norm_id, Objection.id > after, *(wanted or ObjectionFilter()).conditions()
        )
        .order_by(Objection.id)
        .limit(limit)
        .options(
            joinedload(Objection.stakeholder),
            joinedload(Objection.provision),
            joinedload(Objection.position).joinedload(Position.clause),
        )
    )
    objections = session.scalars(query).all()
    answers: dict[int, list[ObjectionAnswer]] = {}
    for answer in session.scalars(
        sa.select(ObjectionAnswer)
        .join(Objection)
        .where(
            Objection.norm_id == norm_id,
            Objection.id.between(objections[0].id, objections[-1].id) if objections else sa.false(),
        )
        .order_by(ObjectionAnswer.id)
    ):
        answers.setdefault(answer.objection_id, []).append(answer)
    return [LedgerLine(one, answers.get(one.id, [])) for one in objections]


def addressed(
    session: Session, stakeholder_ids: Sequence[int], states: Sequence[ObjectionState]
) -> Sequence[tuple[Objection, Norm]]:
    """These stakeholders' objections in some states, with their norms; one statement."""
    rows = session.execute(
        sa.select(Objection, Norm)
        .join(Norm, Norm.id == Objection.norm_id)
        .where(Objection.stakeholder_id.in_(stakeholder_ids), Objection.state.in_(states))
        .order_by(Objection.changed_at)
        .options(joinedload(Objection.position).joinedload(Position.clause))
    )
    return [(objection, norm) for objection, norm in rows]


def to_answer(session: Session, norm_ids: Sequence[int] | None = None) -> Sequence[tuple[Norm, int]]:
    """Norms with open objections, and how many; of some norms only."""
    query = (
        sa.select(Norm, sa.func.count())
        .join(Objection, Objection.norm_id == Norm.id)
        .where(Objection.state == ObjectionState.OPEN, COUNTED)
        .group_by(Norm.id)
        .order_by(Norm.id)
    )
    rows = session.execute(query if norm_ids is None else query.where(Norm.id.in_(norm_ids)))
    return [(norm, number) for norm, number in rows]


def spoken_on(session: Session) -> Sequence[Norm]:
    """Norms on which a position has been taken, newest first."""
    return session.scalars(
        sa.select(Norm)
        .where(sa.exists().where(Position.norm_id == Norm.id))
        .order_by(Norm.created_at.desc(), Norm.id.desc())
        .options(joinedload(Norm.current_draft))
    ).all()
