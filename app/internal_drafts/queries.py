"""Reading what is drafted inside entities: for their members alone, but where the rules show it."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.authority.actor import DRAFTERS, SPEAKERS, Actor
from app.internal_drafts.models import ContributionVersion, InternalDraft, State
from app.norms.models import Clause, Norm, RulesOfProcedure
from app.norms.rules import Rules, Screening
from app.stakeholders.models import Category, Stakeholder, Verification

PAGE = 50


def drafts_for(session: Session, actor: Actor) -> Sequence[Stakeholder]:
    """The entities inside which a person may draft, by name; one statement."""
    holders = {holder for role, holder in actor.mandates if role in DRAFTERS}
    return session.scalars(
        sa.select(Stakeholder)
        .where(Stakeholder.id.in_(holders), Stakeholder.category != Category.INDIVIDUAL)
        .order_by(Stakeholder.name, Stakeholder.id)
    ).all()


def by_id(session: Session, actor: Actor, contribution_id: int) -> InternalDraft | None:
    """The contribution, if the person may draft inside its entity."""
    found = session.get(InternalDraft, contribution_id)
    return found if found is not None and actor.drafts_inside(found.stakeholder_id) else None


def inside(
    session: Session,
    stakeholder_id: int,
    *,
    state: State | None = None,
    norm_ids: Sequence[int] | None = None,
    before: int = 0,
    limit: int = PAGE,
) -> Sequence[InternalDraft]:
    """An entity's contributions, newest first, below the id ``before`` where it is given; two statements."""
    query = sa.select(InternalDraft).where(InternalDraft.stakeholder_id == stakeholder_id)
    if state is not None:
        query = query.where(InternalDraft.state == state)
    if norm_ids is not None:
        query = query.where(InternalDraft.norm_id.in_(norm_ids))
    if before:
        query = query.where(InternalDraft.id < before)
    return session.scalars(
        query.order_by(InternalDraft.id.desc())
        .limit(limit)
        .options(
            joinedload(InternalDraft.author),
            joinedload(InternalDraft.decider),
            joinedload(InternalDraft.claimer),
            joinedload(InternalDraft.norm),
            joinedload(InternalDraft.clause).selectinload(Clause.texts),
            joinedload(InternalDraft.provision),
            joinedload(InternalDraft.comment),
        )
    ).all()


def norms_inside(session: Session, stakeholder_id: int) -> Sequence[Norm]:
    """The norms on which an entity has contributions; one statement."""
    theirs = sa.select(InternalDraft.norm_id).where(InternalDraft.stakeholder_id == stakeholder_id)
    return session.scalars(sa.select(Norm).where(Norm.id.in_(theirs)).order_by(Norm.id)).all()


def versions(session: Session, contribution: InternalDraft) -> Sequence[ContributionVersion]:
    """The words before each edit, the latest first; one statement."""
    return session.scalars(
        sa.select(ContributionVersion)
        .where(ContributionVersion.contribution_id == contribution.id)
        .order_by(ContributionVersion.version.desc())
    ).all()


@dataclass(frozen=True)
class WaitingDrafts:
    """How many drafts wait inside an entity for a person who speaks for it."""

    stakeholder: Stakeholder
    number: int


def to_endorse(session: Session, actor: Actor) -> list[WaitingDrafts]:
    """The entities a person speaks for in which drafts wait, by name; one statement."""
    holders = {holder for role, holder in actor.mandates if role in SPEAKERS}
    rows = session.execute(
        sa.select(Stakeholder, sa.func.count())
        .join(InternalDraft, InternalDraft.stakeholder_id == Stakeholder.id)
        .where(InternalDraft.stakeholder_id.in_(holders), InternalDraft.state == State.DRAFTED)
        .group_by(Stakeholder.id)
        .order_by(Stakeholder.name, Stakeholder.id)
    )
    return [WaitingDrafts(*row) for row in rows]


def declined_of(session: Session, actor: Actor) -> Sequence[InternalDraft]:
    """What of theirs was declined, inside entities they still draft in, the latest first; one statement."""
    holders: Collection[int] = {holder for role, holder in actor.mandates if role in DRAFTERS}
    return session.scalars(
        sa.select(InternalDraft)
        .where(
            InternalDraft.author_id == actor.user_id,
            InternalDraft.stakeholder_id.in_(holders),
            InternalDraft.state == State.DECLINED,
        )
        .order_by(InternalDraft.id.desc())
        .limit(PAGE)
        .options(joinedload(InternalDraft.stakeholder), joinedload(InternalDraft.norm))
    ).all()


def shown_unendorsed(
    session: Session, norm: Norm, provision_id: int, *, before: int = 0, now: dt.datetime
) -> Sequence[InternalDraft]:
    """Drafts on a provision that everybody may read, newest first, below the id ``before`` where it is given.

    There are some where the rules show them and hold no comment back, while comments are taken; of entities
    that were not refused. At most ``PAGE`` and one more, so that one knows of the next.
    """
    content = session.scalar(sa.select(RulesOfProcedure.content).where(RulesOfProcedure.norm_id == norm.id))
    rules = Rules.read(content or {})
    is_held = rules.screening is Screening.HELD
    if not rules.shows_unendorsed or is_held or not norm.matter(now).takes_comments:
        return ()
    query = (
        sa.select(InternalDraft)
        .join(InternalDraft.stakeholder)
        .where(
            InternalDraft.provision_id == provision_id,
            InternalDraft.state == State.DRAFTED,
            InternalDraft.hiding_reason.is_(None),
            Stakeholder.verification != Verification.REFUSED,
        )
        .order_by(InternalDraft.id.desc())
        .limit(PAGE + 1)
        .options(
            contains_eager(InternalDraft.stakeholder),
            joinedload(InternalDraft.clause).selectinload(Clause.texts),
        )
    )
    return session.scalars(query.where(InternalDraft.id < before) if before else query).all()
