"""Mandates are offered to an address and accepted by its owner; until then they bind nobody.

An offer is answered alike whether or not the address has an account, so that it tells nothing of that.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts import addresses
from app.accounts.models import User
from app.audit import service as audit
from app.authority import grants
from app.authority.actor import SPEAKERS, Actor, MandateRole, Matter
from app.authority.grants import Permission
from app.foundation import jobs, locking
from app.foundation.database import once
from app.foundation.errors import N_, Conflict
from app.foundation.locking import Hold
from app.stakeholders import mandates
from app.stakeholders.models import Mandate, MandateOffer, OfferAnswer, Stakeholder, Verification
from app.stakeholders.unverified_limits import check_room

STANDS = dt.timedelta(days=30)  #: how long an offer can be accepted


class OfferGone(Conflict):
    code = "offer-gone"
    message = N_("This offer of a mandate has been answered or withdrawn, or has expired. Request a new one.")


class OfferedAlready(Conflict):
    code = "offered-already"
    message = N_("A mandate has already been offered to this address. Withdraw that offer first.")


def offer(
    session: Session,
    actor: Actor,
    entity: Stakeholder,
    *,
    email: str,
    role: MandateRole,
    from_date: dt.date | None = None,
    last_date: dt.date | None = None,
    now: dt.datetime,
) -> MandateOffer:
    """Offer a mandate for the entity to whoever owns the address.

    ``from_date``: the day (UTC) on which it begins; None or today: when it is accepted. ``last_date``: the
    last day of it; None: until it is ended.

    :raises SpeaksForHerself: the stakeholder is an individual.
    :raises SameMandate: the person has it then. :raises DatePast, EndsTooSoon: of the dates.
    :raises OfferedAlready: an offer to the address is open.
    """
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=entity.id))
    mandates.check_entity(entity)
    mandates.check_days(from_date, last_date, now=now)
    locking.lock(session, entity, Hold.IN_TURN)
    address = addresses.check(email)
    mandates.check_new(session, entity, address, role, mandates.moment(from_date, now), now=now)
    return _put(session, actor, entity, address, now, role=role, from_date=from_date, last_date=last_date)


def offer_succession(
    session: Session,
    actor: Actor,
    mandate: Mandate,
    *,
    email: str,
    from_date: dt.date | None = None,
    now: dt.datetime,
) -> MandateOffer:
    """Offer a contact point's own mandate to a successor: it ends in the moment in which the other begins.

    ``from_date`` as in :func:`offer`.

    :raises NotAContactPoint: it is another mandate. :raises HandedOver: its end is set already.
    :raises SameMandate: the successor is a contact point already. :raises OfferedAlready: as in offer.
    """
    entity = mandate.stakeholder
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=entity.id))
    mandates.check_entity(entity)
    mandates.check_days(from_date, None, now=now)
    locking.lock(session, entity, Hold.IN_TURN)
    session.refresh(mandate)
    mandates.check_can_be_handed_over(mandate, now=now)
    address, role = addresses.check(email), MandateRole.CONTACT_POINT
    mandates.check_new(session, entity, address, role, mandates.moment(from_date, now), now=now)
    return _put(session, actor, entity, address, now, role=role, from_date=from_date, replaces_id=mandate.id)


def accept(session: Session, actor: Actor, user: User, offered: MandateOffer, *, now: dt.datetime) -> Mandate:
    """Take the mandate: from now on, or from the day that was named, the person may act.

    :raises OfferGone: it was answered or withdrawn, has lapsed, or goes to another address.
    :raises TooManyUnverified, OneUnverifiedGovernment: they would speak for more such bodies than one may.
    """
    _answer(session, actor, user, offered, OfferAnswer.ACCEPTED, now=now)
    entity = offered.stakeholder
    if offered.role in SPEAKERS and entity.verification is not Verification.VERIFIED:
        check_room(session, user.id, entity.category, but=entity.id, now=now)
    begins = mandates.moment(offered.from_date, now) if _is_to_come(offered, now) else now
    if offered.last_date is not None and offered.last_date < begins.astimezone(dt.UTC).date():
        raise OfferGone
    if offered.replaces_id is None:
        given = mandates.give(session, actor, user, entity, offered.role, begins, offered.last_date, now=now)
    else:
        given = mandates.hand_over(
            session, actor, user, session.get_one(Mandate, offered.replaces_id), begins, now=now
        )
    offered.mandate_id = given.id
    session.flush()
    return given


def decline(session: Session, actor: Actor, user: User, offered: MandateOffer, *, now: dt.datetime) -> None:
    """Refuse the mandate. :raises OfferGone: as in accept."""
    _answer(session, actor, user, offered, OfferAnswer.DECLINED, now=now)
    _record(session, actor, "mandate.declined", offered, now)


def withdraw(session: Session, actor: Actor, offered: MandateOffer, *, now: dt.datetime) -> None:
    """Take an offer back. :raises OfferGone: it was answered, or has lapsed."""
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=offered.stakeholder_id))
    _close(session, offered, OfferAnswer.WITHDRAWN, now=now)
    _record(session, actor, "mandate.offer-withdrawn", offered, now)


def open_offers(session: Session, entity: Stakeholder, *, now: dt.datetime) -> Sequence[MandateOffer]:
    """The entity's offers that can still be accepted, oldest first."""
    return session.scalars(
        sa.select(MandateOffer)
        .where(MandateOffer.stakeholder_id == entity.id, *_open(now))
        .order_by(MandateOffer.id)
    ).all()


def offered_to(session: Session, user: User, *, now: dt.datetime) -> Sequence[MandateOffer]:
    """The offers a person can accept, each with its entity."""
    if user.confirmed_at is None:
        return []
    return session.scalars(
        sa.select(MandateOffer)
        .where(MandateOffer.email == user.email, *_open(now))
        .order_by(MandateOffer.id)
        .options(joinedload(MandateOffer.stakeholder, innerjoin=True))
    ).all()


def forget_person(session: Session, user: User, *, now: dt.datetime) -> None:
    """Leave no address of a person behind in offers to them."""
    session.execute(
        sa.update(MandateOffer)
        .where(MandateOffer.email == user.email)
        .values(email=None, answer=OfferAnswer.DECLINED, answered_at=now)
    )


def _put(
    session: Session, actor: Actor, entity: Stakeholder, address: str, now: dt.datetime, **values: object
) -> MandateOffer:
    made = MandateOffer(
        stakeholder_id=entity.id,
        email=address,
        offered_by=actor.user_id,
        offered_at=now,
        expires_at=now + STANDS,
        **values,
    )
    # An offer nobody answered in time makes room for the next to the same address.
    session.execute(
        sa.update(MandateOffer)
        .where(MandateOffer.stakeholder_id == entity.id, MandateOffer.expires_at <= now, _UNANSWERED)
        .values(email=None, answer=OfferAnswer.LAPSED, answered_at=now)
    )
    with once(session, OfferedAlready(field="email")):
        session.add(made)
    payload = {"mail": "mandate", "offer_id": made.id, "values": {"entity": entity.name}}
    jobs.enqueue(session, "mail", payload, now=now)
    _record(session, actor, "mandate.offered", made, now)
    return made


_UNANSWERED = MandateOffer.answered_at.is_(None)


def _open(now: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return _UNANSWERED, MandateOffer.expires_at > now


def _is_to_come(offered: MandateOffer, now: dt.datetime) -> bool:
    return offered.from_date is not None and offered.from_date > now.astimezone(dt.UTC).date()


def _answer(
    session: Session,
    actor: Actor,
    user: User,
    offered: MandateOffer,
    answer: OfferAnswer,
    *,
    now: dt.datetime,
) -> None:
    grants.require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))
    if user.confirmed_at is None or offered.email != user.email:
        raise OfferGone
    _close(session, offered, answer, now=now)


def _close(session: Session, offered: MandateOffer, answer: OfferAnswer, *, now: dt.datetime) -> None:
    # One statement, so that of two answers only one finds it open.
    closed = session.scalar(
        sa.update(MandateOffer)
        .where(MandateOffer.id == offered.id, *_open(now))
        .values(email=None, answer=answer, answered_at=now)
        .returning(MandateOffer.id)
        .execution_options(synchronize_session=False)
    )
    if closed is None:
        raise OfferGone
    session.refresh(offered)


def _record(session: Session, actor: Actor, act: str, offered: MandateOffer, now: dt.datetime) -> None:
    subject, details = f"stakeholder/{offered.stakeholder_id}", {"role": offered.role.value}
    audit.record(session, actor, act, subject, now=now, details=details)
