"""Who may act for an entity: given and ended by its contact points."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import queries as people
from app.accounts import service as accounts
from app.accounts.models import User
from app.audit import service as audit
from app.authority import grants
from app.authority.actor import Actor, MandateRole, Matter
from app.authority.grants import Permission
from app.foundation.errors import N_, BadInput, Conflict, RuleBroken
from app.stakeholders import queries
from app.stakeholders.models import Category, Mandate, Stakeholder


class NobodyThere(BadInput):
    code = "nobody-there"
    message = N_("Nobody has signed up with this address yet. Ask the person to sign up first.")


class SpeaksForHerself(RuleBroken):
    code = "speaks-for-herself"
    message = N_("An individual speaks for herself; nobody else can be given a mandate for her.")


class LastContactPoint(Conflict):
    code = "last-contact-point"
    message = N_("An entity keeps at least one contact point. Hand over to another person first.")


class MandateEnded(Conflict):
    code = "mandate-ended"
    message = N_("This mandate has already ended.")


class NotBegun(Conflict):
    code = "mandate-not-begun"
    message = N_("This mandate has not begun yet.")


class HandedOver(Conflict):
    code = "handed-over"
    message = N_("This mandate ends on a day that is set already.")


class NotAContactPoint(RuleBroken):
    code = "not-a-contact-point"
    message = N_("Only a contact point hands over; another mandate is given and ended.")


class DatePast(BadInput):
    code = "date-past"
    message = N_("A mandate begins today or on a later day.")


class EndsTooSoon(BadInput):
    code = "ends-too-soon"
    message = N_("A mandate ends on the day on which it begins, or later.")


class SameMandate(Conflict):
    code = "same-mandate"
    message = N_("This person already has this mandate.")


def give_mandate(
    session: Session,
    actor: Actor,
    entity: Stakeholder,
    *,
    email: str,
    role: MandateRole,
    from_date: dt.date | None = None,
    last_date: dt.date | None = None,
    now: dt.datetime,
) -> Mandate:
    """Let a person act for the entity; another mandate that she holds for it ends when this begins.

    ``from_date``: the day (UTC) on which it begins; None or today: now. ``last_date``: the last day of it;
    None: until somebody ends it.

    :raises NobodyThere: no confirmed account has this address.
    :raises SpeaksForHerself: the stakeholder is an individual.
    :raises SameMandate: she has it then. :raises DatePast, EndsTooSoon: of the dates.
    :raises LastContactPoint: the only contact point would become something else.
    """
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=entity.id))
    if entity.category is Category.INDIVIDUAL:
        raise SpeaksForHerself
    begins = _moment(from_date, now)
    if last_date is not None and last_date < begins.astimezone(dt.UTC).date():
        raise EndsTooSoon(field="last_date")
    user = _person(session, email)
    _alone(session, entity)
    held = [one for one in queries.mandates_of(session, entity, now=now) if one.user_id == user.id]
    to_come = [one for one in queries.coming(session, entity, now=now) if one.user_id == user.id]
    if any(one.role is role and (one.ends_at is None or one.ends_at > begins) for one in (*held, *to_come)):
        raise SameMandate(field="email")
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
    accounts.mail(session, "mandate", user, now=now, entity=entity.name)
    _record(session, actor, "mandate.given", given, user.pseudonym, now)
    return given


def end_mandate(session: Session, actor: Actor, mandate: Mandate, *, now: dt.datetime) -> None:
    """End a mandate, or call off one to come: a contact point any, everybody her own.

    :raises LastContactPoint: nobody could act for the entity any more.
    """
    if mandate.user_id != actor.user_id:
        grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=mandate.stakeholder_id))
    else:
        grants.require(actor, Permission.OWN_ACCOUNT, Matter(author_id=mandate.user_id))
    _alone(session, mandate.stakeholder)
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
    session.execute(
        sa.update(Mandate)
        .where(Mandate.successor_id == to_come.id, Mandate.ends_at == to_come.starts_at)
        .values(ends_at=None, successor_id=None)
    )
    to_come.ends_at = to_come.starts_at
    session.flush()


def hand_over(
    session: Session,
    actor: Actor,
    mandate: Mandate,
    *,
    email: str,
    from_date: dt.date | None = None,
    now: dt.datetime,
) -> Mandate:
    """A contact point's mandate ends in the moment in which that of her successor begins.

    ``from_date``: the day (UTC) on which that is; None or today: now. Another mandate that the successor
    holds for the entity ends then too.

    :raises NotAContactPoint: it is another mandate. :raises HandedOver: its end is set already.
    :raises NobodyThere: no confirmed account has this address. :raises SameMandate: she is one already.
    """
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=mandate.stakeholder_id))
    entity = mandate.stakeholder
    if entity.category is Category.INDIVIDUAL:
        raise SpeaksForHerself
    _alone(session, entity)
    session.refresh(mandate)
    if mandate.role is not MandateRole.CONTACT_POINT:
        raise NotAContactPoint
    if mandate.ends_at is not None:
        raise MandateEnded if mandate.ends_at <= now else HandedOver
    if mandate.starts_at > now:
        raise NotBegun
    begins = _moment(from_date, now)
    successor = _person(session, email)
    held = [one for one in queries.mandates_of(session, entity, now=now) if one.user_id == successor.id]
    to_come = [one for one in queries.coming(session, entity, now=now) if one.user_id == successor.id]
    if any(one.role is MandateRole.CONTACT_POINT for one in (*held, *to_come)):
        raise SameMandate(field="email")
    given = Mandate(
        user_id=successor.id, stakeholder_id=entity.id, role=MandateRole.CONTACT_POINT, starts_at=begins
    )
    session.add(given)
    session.flush()
    _give_way(session, [mandate, *held], given)
    accounts.mail(session, "mandate", successor, now=now, entity=entity.name)
    details = {"from": mandate.user.pseudonym, "to": successor.pseudonym, "on": begins.date().isoformat()}
    subject = f"stakeholder/{entity.id}"
    audit.record(session, actor, "mandate.handed-over", subject, now=now, details=details)
    return given


def _alone(session: Session, entity: Stakeholder) -> None:
    """Nobody else changes the entity's mandates until the transaction ends."""
    session.execute(
        sa.select(Stakeholder.id).where(Stakeholder.id == entity.id).with_for_update(key_share=True)
    ).one()


def _person(session: Session, email: str) -> User:
    user = people.by_email(session, accounts.check_email(email))
    if user is None or user.confirmed_at is None:
        raise NobodyThere(field="email")
    return user


def _moment(day: dt.date | None, now: dt.datetime) -> dt.datetime:
    """The beginning of a day to come, or now."""
    today = now.astimezone(dt.UTC).date()
    if day is not None and day < today:
        raise DatePast(field="from_date")
    return now if day is None or day == today else _day(day)


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
