"""A person's decision not to count some stakeholders, and its lifting."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.accounts.models import User
from app.audit import service as audit
from app.authority.actor import SPEAKERS, Actor
from app.authority.grants import Permission, require
from app.consensus.models import SetAside, SetAsideStakeholder
from app.consensus.service import closes
from app.foundation import jobs
from app.foundation.errors import N_, BadInput, Conflict, RuleBroken
from app.foundation.locking import Hold
from app.foundation.text import TextField
from app.norms.locking import lock
from app.norms.models import Norm
from app.norms.service import check_languages
from app.norms.stages import has_outcome
from app.positions.models import Position
from app.stakeholders.models import Mandate
from app.stakeholders.queries import holds

LONGEST_REASON = 5_000
FEWEST_LETTERS = 4  #: of a reason, in any script


class WhyMissing(BadInput):
    code = "set-aside-reason-missing"
    message = N_("Give a reason. It will be public.")


class WhyTooLong(BadInput):
    code = "set-aside-reason-too-long"
    message = N_("The reason is longer than %(limit)s characters.")


REASON = TextField("reason", LONGEST_REASON, WhyTooLong, WhyMissing)


class SecondPersonNeeded(RuleBroken):
    code = "second-person-needed"
    message = N_("A person other than the proposer must confirm this.")


class ConfirmedAlready(Conflict):
    code = "set-aside-confirmed-already"
    message = N_("This has been confirmed already.")


class NobodySaid(BadInput):
    code = "nobody-to-set-aside"
    message = N_("Only stakeholders that have stated a position on this norm can be excluded.")


class AsideAlready(Conflict):
    code = "set-aside-already"
    message = N_("Some of these stakeholders are already excluded by another decision. Review the list.")


class CountedAlready(Conflict):
    code = "counted-already"
    message = N_("This decision has already been lifted.")


class Settled(RuleBroken):
    code = "figures-settled"
    message = N_("The determination has been recorded; exclusions can no longer change.")


class CallClosed(RuleBroken):
    code = "call-closed"
    message = N_(
        "The call has closed, and its figures are final. Stakeholders cannot be excluded or "
        "included again until the norm moves to its next stage or the call is opened again."
    )


def set_aside(
    session: Session,
    actor: Actor,
    norm: Norm,
    stakeholder_ids: Sequence[int],
    *,
    detector: str,
    reason: str,
    language: str,
    now: dt.datetime,
) -> SetAside:
    """Propose not to count these stakeholders on the norm; who speaks for them is told, and why.

    detector: what had drawn attention to them. The reason is public. All count until another person confirms.

    :raises WhyMissing: without a reason. :raises NobodySaid: one of them has no position here.
    :raises AsideAlready: one of them is set aside already. :raises Settled: after the outcome.
    :raises CallClosed: after the closing.
    """
    _may_change(session, actor, norm, Permission.SET_ASIDE, now)
    check_languages([language])
    reason = clean_reason(reason)
    chosen = sorted(set(stakeholder_ids))
    speaking = session.scalar(
        sa.select(sa.func.count(sa.distinct(Position.stakeholder_id))).where(
            Position.norm_id == norm.id, Position.stakeholder_id.in_(chosen)
        )
    )
    if not chosen or speaking != len(chosen):
        raise NobodySaid
    if set(chosen) & set(_aside(session, norm.id)):
        raise AsideAlready
    decision = SetAside(
        norm_id=norm.id,
        detector=detector,
        reason=reason,
        language=language,
        decided_by=actor.user_id,
        decided_at=now,
    )
    session.add(decision)
    session.flush()
    session.add_all(SetAsideStakeholder(set_aside_id=decision.id, stakeholder_id=one) for one in chosen)
    session.flush()
    details = {"stakeholders": chosen, "detector": detector, "reason": reason}
    subject = f"set-aside:{decision.id}"
    audit.record(session, actor, "set-aside-proposed", subject, norm=norm.slug, now=now, details=details)
    _tell(session, norm, decision, "set-aside-proposed", now)
    return decision


def confirm(session: Session, actor: Actor, norm: Norm, decision: SetAside, *, now: dt.datetime) -> None:
    """Confirm, as a second person, what was proposed: every clause then has figures with and without them.

    :raises SecondPerson: the actor proposed it. :raises ConfirmedAlready: it is in force.
    :raises CountedAlready: it was taken back. :raises Settled: after the outcome.
    :raises CallClosed: after the closing.
    """
    _may_change(session, actor, norm, Permission.CONFIRM_SETTING_ASIDE, now)
    session.refresh(decision)
    if decision.norm_id != norm.id or decision.lifted_at is not None:
        raise CountedAlready
    if decision.confirmed_at is not None:
        raise ConfirmedAlready
    if decision.decided_by == actor.user_id:
        raise SecondPersonNeeded
    decision.confirmed_by, decision.confirmed_at = actor.pseudonym, now
    session.flush()
    subject = f"set-aside:{decision.id}"
    audit.record(session, actor, "set-aside", subject, norm=norm.slug, now=now)
    _tell(session, norm, decision, "set-aside", now)
    _assess_again(session, norm, now)


def count_again(
    session: Session, actor: Actor, norm: Norm, decision: SetAside, *, reason: str, now: dt.datetime
) -> None:
    """Lift a decision, or take a proposal back; those it names are counted again.

    :raises WhyMissing: without a reason. :raises CountedAlready: it is lifted.
    :raises Settled: after the outcome. :raises CallClosed: after the closing.
    """
    _may_change(session, actor, norm, Permission.SET_ASIDE, now)
    session.refresh(decision)
    if decision.norm_id != norm.id or decision.lifted_at is not None:
        raise CountedAlready
    decision.lift_reason, decision.lifted_at = clean_reason(reason), now
    session.flush()
    subject, details = f"set-aside:{decision.id}", {"reason": decision.lift_reason}
    audit.record(session, actor, "counted-again", subject, norm=norm.slug, now=now, details=details)
    _assess_again(session, norm, now)


def clean_reason(reason: str) -> str:
    """:raises WhyMissing: it says nothing: a sign or two are no reason."""
    reason = REASON.clean(reason)
    if sum(letter.isalpha() for letter in reason) < FEWEST_LETTERS:
        raise WhyMissing(field="reason")
    return reason


def _may_change(session: Session, actor: Actor, norm: Norm, permission: Permission, now: dt.datetime) -> None:
    """The norm is locked, so that of two decisions at once the second sees the first."""
    lock(session, norm, Hold.IN_TURN)
    require(actor, permission, norm.matter(now))
    if has_outcome(norm.stage, norm.suspended_from):
        raise Settled
    if closes(norm, now):
        raise CallClosed


def _aside(session: Session, norm_id: int) -> Sequence[int]:
    return session.scalars(
        sa.select(SetAsideStakeholder.stakeholder_id)
        .join(SetAside, SetAside.id == SetAsideStakeholder.set_aside_id)
        .where(SetAside.norm_id == norm_id, SetAside.lifted_at.is_(None))
    ).all()


def _tell(session: Session, norm: Norm, decision: SetAside, kind: str, now: dt.datetime) -> None:
    """Write to all who speak for those whom the decision names."""
    speakers = session.scalars(
        sa.select(User)
        .join(Mandate, Mandate.user_id == User.id)
        .join(SetAsideStakeholder, SetAsideStakeholder.stakeholder_id == Mandate.stakeholder_id)
        .where(SetAsideStakeholder.set_aside_id == decision.id, Mandate.role.in_(SPEAKERS), holds(now))
        .order_by(User.id)
        .distinct()
    )
    for user in speakers:
        title = norm.titles.get(user.language) or next(iter(norm.titles.values()))
        accounts.mail(
            session, kind, user, now=now, place={"slug": norm.slug}, norm=title, reason=decision.reason
        )


def _assess_again(session: Session, norm: Norm, now: dt.datetime) -> None:
    jobs.enqueue(session, "assess", {"norm": norm.slug}, now=now, key=f"assess:{norm.slug}")
