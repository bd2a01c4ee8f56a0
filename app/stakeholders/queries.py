"""Finding stakeholders, who acts for them, and what is known of them."""

import datetime as dt
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.accounts.queries import Row, rows_about
from app.authority.actor import Actor, MandateRole
from app.reference.lookalikes import folded, skeleton
from app.stakeholders.models import Category, Mandate, Stakeholder, Verification, VerificationDecision


def by_id(session: Session, stakeholder_id: int) -> Stakeholder | None:
    return session.get(Stakeholder, stakeholder_id)


def individual_of(session: Session, user: User) -> Stakeholder | None:
    """The stakeholder that a person is."""
    return session.scalars(sa.select(Stakeholder).where(Stakeholder.user_id == user.id)).one_or_none()


def listed(
    session: Session, *, category: Category | None = None, like: str = "", after: int = 0, limit: int = 200
) -> Sequence[Stakeholder]:
    """Stakeholders that came by themselves, in the order of their registration."""
    query = sa.select(Stakeholder).where(Stakeholder.origin.is_(None), Stakeholder.id > after)
    if category is not None:
        query = query.where(Stakeholder.category == category)
    if wanted := folded(like):
        query = query.where(Stakeholder.folded.contains(wanted, autoescape=True))
    return session.scalars(query.order_by(Stakeholder.id).limit(limit)).all()


def bodies_alike(session: Session, name: str, *, but: int | None = None) -> Sequence[Stakeholder]:
    """Entities that came by themselves, were not refused, and have this name or one that looks like it."""
    return session.scalars(
        sa.select(Stakeholder)
        .where(
            sa.or_(Stakeholder.skeleton == skeleton(name), Stakeholder.folded == folded(name)),
            Stakeholder.origin.is_(None),
            Stakeholder.category != Category.INDIVIDUAL,
            Stakeholder.verification != Verification.REFUSED,
            Stakeholder.id != (but or 0),
        )
        .order_by(Stakeholder.id)
        .execution_options(populate_existing=True)
    ).all()


def waiting(session: Session, *, limit: int = 200) -> Sequence[Stakeholder]:
    """Entities nobody has decided on yet, and refused ones with better evidence since; oldest first."""
    undecided = sa.and_(
        Stakeholder.verification == Verification.SELF_DECLARED, Stakeholder.category != Category.INDIVIDUAL
    )
    return session.scalars(
        sa.select(Stakeholder)
        .where(sa.or_(undecided, Stakeholder.appealed_at.is_not(None)), Stakeholder.origin.is_(None))
        .order_by(Stakeholder.id)
        .limit(limit)
    ).all()


WITH_PERSON = joinedload(Mandate.user, innerjoin=True)


def holds(now: dt.datetime) -> sa.ColumnElement[bool]:
    """The condition that a mandate holds at this moment."""
    return sa.and_(Mandate.starts_at <= now, sa.or_(Mandate.ends_at.is_(None), Mandate.ends_at > now))


def mandates_of(session: Session, stakeholder: Stakeholder, *, now: dt.datetime) -> Sequence[Mandate]:
    """The mandates that hold, each with its person."""
    its = sa.select(Mandate).where(Mandate.stakeholder_id == stakeholder.id, holds(now))
    return session.scalars(its.order_by(Mandate.id).options(WITH_PERSON)).all()


def coming(session: Session, stakeholder: Stakeholder, *, now: dt.datetime) -> Sequence[Mandate]:
    """The mandates that begin later, each with its person."""
    its = sa.select(Mandate).where(
        Mandate.stakeholder_id == stakeholder.id,
        Mandate.starts_at > now,
        sa.or_(Mandate.ends_at.is_(None), Mandate.ends_at > Mandate.starts_at),
    )
    return session.scalars(its.order_by(Mandate.starts_at, Mandate.id).options(WITH_PERSON)).all()


def ever_mandated(session: Session, stakeholder: Stakeholder) -> Sequence[User]:
    """Everybody who has or had a mandate for the stakeholder, by name."""
    ids = sa.select(Mandate.user_id).where(Mandate.stakeholder_id == stakeholder.id)
    return session.scalars(sa.select(User).where(User.id.in_(ids)).order_by(User.name, User.id)).all()


def held_by(session: Session, user: User, *, now: dt.datetime) -> Sequence[Mandate]:
    """The mandates a person holds, each with its stakeholder."""
    hers = sa.select(Mandate).where(Mandate.user_id == user.id, holds(now)).order_by(Mandate.id)
    return session.scalars(hers.options(joinedload(Mandate.stakeholder, innerjoin=True))).all()


def decisions_on(session: Session, stakeholder: Stakeholder) -> Sequence[VerificationDecision]:
    """Every decision and every word on how well the stakeholder is known, newest first."""
    return session.scalars(
        sa.select(VerificationDecision)
        .where(VerificationDecision.stakeholder_id == stakeholder.id)
        .order_by(VerificationDecision.id.desc())
    ).all()


def standing_vouches_by(session: Session, entity: Stakeholder) -> Sequence[VerificationDecision]:
    """The individuals an entity vouches for at present."""
    return session.scalars(
        sa.select(VerificationDecision)
        .where(VerificationDecision.voucher_id == entity.id, VerificationDecision.revoked_at.is_(None))
        .order_by(VerificationDecision.id)
    ).all()


def may_vouch_for_others(session: Session, actor: Actor) -> Sequence[Stakeholder]:
    """The verified entities whose contact point the actor is."""
    ids = [holder for role, holder in actor.mandates if role is MandateRole.CONTACT_POINT]
    return session.scalars(
        sa.select(Stakeholder)
        .where(
            Stakeholder.id.in_(ids),
            Stakeholder.verification == Verification.VERIFIED,
            Stakeholder.category != Category.INDIVIDUAL,
        )
        .order_by(Stakeholder.id)
    ).all()


def by_ids(session: Session, ids: Collection[int]) -> Sequence[Stakeholder]:
    """Those with these ids, by name."""
    query = sa.select(Stakeholder).where(Stakeholder.id.in_(ids)).order_by(Stakeholder.name)
    return session.scalars(query).all()


def names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """id → name."""
    rows = session.execute(sa.select(Stakeholder.id, Stakeholder.name).where(Stakeholder.id.in_(ids)))
    return {row.id: row.name for row in rows}


def personal_data(session: Session, user: User) -> dict[str, list[Row]]:
    """Everything that is kept about the individual a person is: table → rows."""
    individual = individual_of(session, user)
    return rows_about(session, Stakeholder.__table__, individual.id) if individual else {}
