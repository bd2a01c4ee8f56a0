"""Who may act for an entity: given and ended by its contact points."""

import datetime as dt

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
    message = N_("This mandate is handed over already.")


class NotAContactPoint(RuleBroken):
    code = "not-a-contact-point"
    message = N_("Only a contact point hands over; another mandate is given and ended.")


class DatePast(BadInput):
    code = "date-past"
    message = N_("A mandate is handed over from today or a later day on.")


class SameMandate(Conflict):
    code = "same-mandate"
    message = N_("This person already has this mandate.")


def give_mandate(
    session: Session, actor: Actor, entity: Stakeholder, *, email: str, role: MandateRole, now: dt.datetime
) -> Mandate:
    """Let a person act for the entity; another mandate she holds for it ends.

    :raises NobodyThere: no confirmed account has this address.
    :raises SpeaksForHerself: the stakeholder is an individual.
    :raises LastContactPoint: the only contact point would become something else.
    """
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=entity.id))
    if entity.category is Category.INDIVIDUAL:
        raise SpeaksForHerself
    user = _person(session, email)
    held = queries.mandates_of(session, entity, now=now)
    for mandate in (one for one in held if one.user_id == user.id):
        if mandate.role is role:
            raise SameMandate
        _end(session, entity, mandate, now)
    given = Mandate(user_id=user.id, stakeholder_id=entity.id, role=role, starts_at=now)
    session.add(given)
    session.flush()
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
    _look_again(session, mandate)
    if mandate.starts_at > now and mandate.ends_at is None:
        call_off(session, mandate)
        act = "mandate.called-off"
    else:
        _end(session, mandate.stakeholder, mandate, now)
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

    :raises NotAContactPoint: it is another mandate. :raises HandedOver: an end is set already.
    :raises NobodyThere: no confirmed account has this address. :raises SameMandate: she is one already.
    """
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=mandate.stakeholder_id))
    entity = mandate.stakeholder
    if entity.category is Category.INDIVIDUAL:
        raise SpeaksForHerself
    _look_again(session, mandate)
    if mandate.role is not MandateRole.CONTACT_POINT:
        raise NotAContactPoint
    if mandate.ends_at is not None:
        raise MandateEnded if mandate.ends_at <= now else HandedOver
    if mandate.starts_at > now:
        raise NotBegun
    begins = _moment(from_date, now)
    successor = _person(session, email)
    held = [one for one in queries.mandates_of(session, entity, now=now) if one.user_id == successor.id]
    if any(one.role is MandateRole.CONTACT_POINT for one in held):
        raise SameMandate(field="email")
    given = Mandate(
        user_id=successor.id, stakeholder_id=entity.id, role=MandateRole.CONTACT_POINT, starts_at=begins
    )
    session.add(given)
    session.flush()
    for one in (mandate, *held):
        one.ends_at, one.successor_id = begins, given.id
    session.flush()
    accounts.mail(session, "mandate", successor, now=now, entity=entity.name)
    details = {"from": mandate.user.pseudonym, "to": successor.pseudonym, "on": begins.date().isoformat()}
    subject = f"stakeholder/{entity.id}"
    audit.record(session, actor, "mandate.handed-over", subject, now=now, details=details)
    return given


def _look_again(session: Session, mandate: Mandate) -> None:
    """Read the mandate anew, alone until the transaction ends."""
    alone = sa.select(Mandate).where(Mandate.id == mandate.id).with_for_update()
    session.execute(alone.execution_options(populate_existing=True)).one()


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
    if day is None or day == today:
        return now
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _end(session: Session, entity: Stakeholder, mandate: Mandate, now: dt.datetime) -> None:
    if mandate.ends_at is not None and mandate.ends_at <= max(now, mandate.starts_at):
        raise MandateEnded
    if mandate.role is MandateRole.CONTACT_POINT and not any(
        other.role is MandateRole.CONTACT_POINT and other.user_id != mandate.user_id
        for other in queries.mandates_of(session, entity, now=now)
    ):
        raise LastContactPoint
    mandate.ends_at = now
    session.flush()


def _record(
    session: Session, actor: Actor, act: str, mandate: Mandate, pseudonym: str, now: dt.datetime
) -> None:
    details = {"role": mandate.role.value, "person": pseudonym}
    audit.record(session, actor, act, f"stakeholder/{mandate.stakeholder_id}", now=now, details=details)
