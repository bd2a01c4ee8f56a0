"""Who may act for an entity: mandates begin, give way, are handed over and end."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import queries as people
from app.accounts.models import User
from app.audit import service as audit
from app.authority import grants
from app.authority.actor import Actor, MandateRole, Matter
from app.authority.grants import Permission
from app.foundation import locking
from app.foundation.errors import N_, BadInput, Conflict, RuleBroken
from app.foundation.locking import Hold
from app.stakeholders import queries
from app.stakeholders.models import Category, Mandate, Stakeholder


class SpeaksForHerself(RuleBroken):
    code = "speaks-for-herself"
    message = N_("Individuals represent themselves; no other person can be given a mandate for them.")


class LastContactPoint(Conflict):
    code = "last-contact-point"
    message = N_("An entity must have at least one contact point. Hand over to another person first.")


class MandateEnded(Conflict):
    code = "mandate-ended"
    message = N_("This mandate has already ended.")


class NotBegun(Conflict):
    code = "mandate-not-begun"
    message = N_("This mandate has not begun yet.")


class HandedOver(Conflict):
    code = "handed-over"
    message = N_("The end date of this mandate has already been set.")


class NotAContactPoint(RuleBroken):
    code = "not-a-contact-point"
    message = N_(
        "Only a contact point can hand over. To replace any other member, grant a new mandate and end "
        "the old one."
    )


class DatePast(BadInput):
    code = "date-past"
    message = N_("A mandate must begin today or later.")


class EndsTooSoon(BadInput):
    code = "ends-too-soon"
    message = N_("A mandate must end on or after the day on which it begins.")


class SameMandate(Conflict):
    code = "same-mandate"
    message = N_("This person already has this mandate.")


def give(
    session: Session,
    actor: Actor,
    user: User,
    entity: Stakeholder,
    role: MandateRole,
    begins: dt.datetime,
    last_date: dt.date | None,
    *,
    now: dt.datetime,
) -> Mandate:
    """A person who accepted it acts for the entity; another mandate that they hold for it ends then.

    ``last_date``: the last day (UTC) of it; None: until it is ended.

    :raises SameMandate: they have it then.
    :raises LastContactPoint: the only contact point would become something else.
    """
    grants.require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))
    locking.lock(session, entity, Hold.IN_TURN)
    _check_not_the_same(session, entity, user, role, begins, now)
    held = _held(session, entity, user, now)
    for one in held:
        _check_another(session, entity, one, now)
    given = Mandate(
        user_id=user.id,
        stakeholder_id=entity.id,
        role=role,
        starts_at=begins,
        ends_at=_day(last_date + dt.timedelta(days=1)) if last_date else None,
    )
    session.add(given)
    session.flush()
    _give_way(session, held, given)
    _record(session, actor, "mandate.given", given, user.pseudonym, now)
    return given


def end_mandate(session: Session, actor: Actor, mandate: Mandate, *, now: dt.datetime) -> None:
    """End a mandate, or call off one to come: a contact point any, everybody their own.

    :raises LastContactPoint: nobody could act for the entity any more.
    """
    if mandate.user_id != actor.user_id:
        grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=mandate.stakeholder_id))
    else:
        grants.require(actor, Permission.OWN_ACCOUNT, Matter(author_id=mandate.user_id))
    locking.lock(session, mandate.stakeholder, Hold.IN_TURN)
    session.refresh(mandate)
    if mandate.ends_at is not None and mandate.ends_at <= max(now, mandate.starts_at):
        raise MandateEnded
    if mandate.starts_at > now:
        call_off(session, mandate)
        act = "mandate.called-off"
    else:
        _check_another(session, mandate.stakeholder, mandate, now)
        mandate.ends_at, mandate.successor_id = now, None
        session.flush()
        act = "mandate.ended"
    _record(session, actor, act, mandate, mandate.user.pseudonym, now)


def call_off(session: Session, to_come: Mandate) -> None:
    """A mandate does not begin, and those that were to end with its beginning go on."""
    gave_way = sa.select(Mandate).where(
        Mandate.successor_id == to_come.id, Mandate.ends_at == to_come.starts_at
    )
    for mandate in session.scalars(gave_way):
        mandate.ends_at = mandate.successor_id = None
    to_come.ends_at = to_come.starts_at
    session.flush()


def hand_over(
    session: Session,
    actor: Actor,
    successor: User,
    mandate: Mandate,
    begins: dt.datetime,
    *,
    now: dt.datetime,
) -> Mandate:
    """A contact point's mandate ends in the moment in which that of a successor who accepted it begins.

    Another mandate that the successor holds for the entity ends then too.

    :raises NotAContactPoint: it is another mandate. :raises HandedOver: its end is set already.
    :raises MandateEnded: it has ended. :raises SameMandate: the successor is a contact point already.
    """
    grants.require(actor, Permission.OWN_ACCOUNT, Matter(author_id=successor.id))
    entity = mandate.stakeholder
    locking.lock(session, entity, Hold.IN_TURN)
    session.refresh(mandate)
    check_can_be_handed_over(mandate, now=now)
    _check_not_the_same(session, entity, successor, MandateRole.CONTACT_POINT, begins, now)
    held = _held(session, entity, successor, now)
    given = Mandate(
        user_id=successor.id, stakeholder_id=entity.id, role=MandateRole.CONTACT_POINT, starts_at=begins
    )
    session.add(given)
    session.flush()
    _give_way(session, [mandate, *held], given)
    details = {"from": mandate.user.pseudonym, "to": successor.pseudonym, "on": begins.date().isoformat()}
    subject = f"stakeholder/{entity.id}"
    audit.record(session, actor, "mandate.handed-over", subject, now=now, details=details)
    return given


def check_entity(stakeholder: Stakeholder) -> None:
    """:raises SpeaksForHerself: it is an individual."""
    if stakeholder.category is Category.INDIVIDUAL:
        raise SpeaksForHerself


def check_days(from_date: dt.date | None, last_date: dt.date | None, *, now: dt.datetime) -> None:
    """:raises DatePast: it would begin on a day gone by. :raises EndsTooSoon: it would end before."""
    today = now.astimezone(dt.UTC).date()
    if from_date is not None and from_date < today:
        raise DatePast(field="from_date")
    if last_date is not None and last_date < (from_date or today):
        raise EndsTooSoon(field="last_date")


def check_can_be_handed_over(mandate: Mandate, *, now: dt.datetime) -> None:
    """:raises NotAContactPoint, MandateEnded, HandedOver, NotBegun: why it cannot."""
    if mandate.role is not MandateRole.CONTACT_POINT:
        raise NotAContactPoint
    if mandate.ends_at is not None:
        raise MandateEnded if mandate.ends_at <= now else HandedOver
    if mandate.starts_at > now:
        raise NotBegun


def check_new(
    session: Session,
    entity: Stakeholder,
    address: str,
    role: MandateRole,
    begins: dt.datetime,
    *,
    now: dt.datetime,
) -> None:
    """:raises SameMandate: a person who acts for the entity already has this address and this mandate."""
    user = people.by_email(session, address)
    if user is not None:
        _check_not_the_same(session, entity, user, role, begins, now)


def moment(day: dt.date | None, now: dt.datetime) -> dt.datetime:
    """The beginning of a day to come (UTC), or now."""
    return now if day is None or day == now.astimezone(dt.UTC).date() else _day(day)


def _check_not_the_same(
    session: Session,
    entity: Stakeholder,
    user: User,
    role: MandateRole,
    begins: dt.datetime,
    now: dt.datetime,
) -> None:
    to_come = [one for one in queries.coming(session, entity, now=now) if one.user_id == user.id]
    for one in (*_held(session, entity, user, now), *to_come):
        if one.role is role and (one.ends_at is None or one.ends_at > begins):
            raise SameMandate(field="email")


def _held(session: Session, entity: Stakeholder, user: User, now: dt.datetime) -> list[Mandate]:
    return [one for one in queries.mandates_of(session, entity, now=now) if one.user_id == user.id]


def _day(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _check_another(session: Session, entity: Stakeholder, mandate: Mandate, now: dt.datetime) -> None:
    """That the entity keeps a contact point without this mandate: one without an end, or with a successor."""
    if mandate.role is MandateRole.CONTACT_POINT and not any(
        other.role is MandateRole.CONTACT_POINT
        and other.user_id != mandate.user_id
        and (other.ends_at is None or other.successor_id is not None)
        for other in queries.mandates_of(session, entity, now=now)
    ):
        raise LastContactPoint


def _give_way(session: Session, held: Sequence[Mandate], successor: Mandate) -> None:
    """What is held ends, at the latest, when another mandate begins."""
    for one in held:
        if one.ends_at is None:
            one.successor_id = successor.id
        one.ends_at = min(one.ends_at or successor.starts_at, successor.starts_at)
    session.flush()


def _record(
    session: Session, actor: Actor, act: str, mandate: Mandate, pseudonym: str, now: dt.datetime
) -> None:
    details = {"role": mandate.role.value, "person": pseudonym}
    audit.record(session, actor, act, f"stakeholder/{mandate.stakeholder_id}", now=now, details=details)
