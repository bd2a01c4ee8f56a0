"""How well a stakeholder is known: a moderator's decision, or a verified entity's word for an individual.

It changes the figures of the norms the stakeholder takes part in; it is decided there, and on their record.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import service as accounts
from app.audit import service as audit
from app.authority import grants
from app.authority.actor import PLATFORM, Actor, MandateRole, Matter
from app.authority.grants import Permission
from app.foundation import jobs, locking
from app.foundation.errors import N_, BadInput, Conflict, NotAllowed, RuleBroken
from app.foundation.locking import Hold
from app.foundation.text import TextField
from app.foundation.versions import Fields, replaces
from app.norms.stages import has_outcome
from app.positions.participation import taking_part
from app.stakeholders import names, queries
from app.stakeholders.models import Category, Stakeholder, Verification, VerificationDecision

LONGEST_REASON = 2000


class ReasonNeeded(BadInput):
    code = "reason-needed"
    message = N_("Give a reason, in at most %(limit)s characters. It will appear on the stakeholder's page.")


REASON = TextField("reason", LONGEST_REASON, ReasonNeeded, ReasonNeeded)


class VerdictNeeded(BadInput):
    code = "verdict-needed"
    message = N_("Verify or refuse.")


class OwnStakeholder(RuleBroken):
    code = "own-stakeholder"
    message = N_("You belong to this stakeholder, so another person must decide.")


class TakesPart(NotAllowed):
    code = "takes-part-elsewhere"
    message = N_(
        "%(name)s takes part in: %(norms)s. Only moderators of all of these norms, or an "
        "administrator, may decide on its verification."
    )


class VoucherUnknown(RuleBroken):
    code = "voucher-unknown"
    message = N_("Only a verified entity can vouch, and only for individuals.")


class AlreadyKnown(Conflict):
    code = "already-known"
    message = N_("A decision has already been made; vouching would not change it.")


class VouchRevoked(Conflict):
    code = "vouch-revoked"
    message = N_("This has already been revoked.")


def decided(session: Session, stakeholder_ids: Collection[int]) -> dict[int, Fields]:
    """Of each that is decided on, what its form shows of the decision that stands; one statement."""
    return {key: _fields(one) for key, one in _standing(session, stakeholder_ids).items()}


def _standing(session: Session, stakeholder_ids: Collection[int]) -> dict[int, VerificationDecision]:
    rows = session.scalars(
        sa.select(VerificationDecision)
        .where(
            VerificationDecision.stakeholder_id.in_(stakeholder_ids),
            VerificationDecision.revoked_at.is_(None),
        )
        .order_by(VerificationDecision.id)
    )
    return {one.stakeholder_id: one for one in rows}


def _fields(decision: VerificationDecision) -> Fields:
    return {"verdict": decision.verdict, "reason": decision.reason}


def decide_verification(
    session: Session,
    actor: Actor,
    stakeholder: Stakeholder,
    *,
    verdict: Verification,
    reason: str,
    version: str = "",
    now: dt.datetime,
) -> VerificationDecision:
    """Verify or refuse, with a reason everybody can read. Refusing an entity revokes what it vouched for.

    ``version``: of the decision that was seen, empty for none. The same decided twice is once.

    :raises ChangedMeanwhile: another stands by now.
    Who is refused counts nowhere and cannot act on a norm; what it has said stays readable.

    :raises TakesPart: it does so in a norm that the actor does not moderate.
    :raises OwnStakeholder: the moderator belongs to it.
    """
    grants.require(actor, Permission.VERIFY_STAKEHOLDER, PLATFORM)
    names.take_turn(session)
    locking.lock(session, stakeholder, Hold.IN_TURN)
    norms = for_others(session, actor, [stakeholder.id], now=now)[stakeholder.id]
    if norms:
        raise TakesPart(name=stakeholder.name, norms=norms)
    if verdict is Verification.SELF_DECLARED:
        raise VerdictNeeded(field="verdict")
    if actor.belongs_to(stakeholder.id):
        raise OwnStakeholder
    words = REASON.clean(reason)
    before = _standing(session, [stakeholder.id]).get(stakeholder.id)
    wanted: Fields = {"verdict": verdict, "reason": words}
    is_new = replaces(_fields(before) if before else {}, wanted, version=version)
    if before is not None and not is_new and stakeholder.appealed_at is None:
        return before
    if verdict is Verification.VERIFIED and stakeholder.category is not Category.INDIVIDUAL:
        names.check_no_verified(session, stakeholder.name, but=stakeholder.id)
    decision = _decided(session, actor, stakeholder, verdict, words, now)
    revoked = []
    if verdict is Verification.REFUSED:
        for vouch in queries.standing_vouches_by(session, stakeholder):
            _revoke(session, vouch, now)
            revoked.append(vouch.stakeholder_id)
    for mandate in queries.mandates_of(session, stakeholder, now=now):
        if mandate.role is MandateRole.CONTACT_POINT:
            place, name = {"number": stakeholder.id}, stakeholder.name
            accounts.mail(session, f"{verdict.value}-entity", mandate.user, now=now, place=place, entity=name)
    details = {"verdict": verdict.value, "revoked_vouches": revoked}
    _record(session, actor, "stakeholder.decided", stakeholder.id, details, now, also=revoked)
    return decision


def for_others(
    session: Session, actor: Actor, stakeholder_ids: Sequence[int], *, now: dt.datetime
) -> Mapping[int, str]:
    """Of each, the norms it takes part in where the actor may not decide; empty where they may decide on it.

    A norm that they may not read has no name.
    """
    found = {}
    for number, norms in taking_part(session, stakeholder_ids).items():
        matters = [(norm, norm.matter(now)) for norm in norms]
        beyond = [one for one in matters if not grants.allowed(actor, Permission.VERIFY_STAKEHOLDER, one[1])]
        names = [
            norm.titles.get(norm.authentic_languages[0], norm.slug)
            for norm, matter in beyond
            if grants.allowed(actor, Permission.READ_NORM, matter)
        ]
        found[number] = "; ".join(names + ["…"] * (len(names) < len(beyond)))
    return found


def vouch(
    session: Session,
    actor: Actor,
    entity: Stakeholder,
    individual: Stakeholder,
    *,
    reason: str,
    now: dt.datetime,
) -> VerificationDecision:
    """Vouch, as the contact point of a verified entity, that an individual is who they say.

    :raises VoucherUnknown: the entity is not verified, or the other is not an individual.
    :raises OwnStakeholder: nobody vouches for themselves.
    :raises AlreadyKnown: they are verified already, or a moderator has refused them.
    """
    grants.require(actor, Permission.VOUCH, Matter(stakeholder_id=entity.id))
    pair = (entity.category is Category.INDIVIDUAL, individual.category is Category.INDIVIDUAL)
    if pair != (False, True):
        raise VoucherUnknown
    if actor.belongs_to(individual.id):
        raise OwnStakeholder
    _hold(session, entity, individual)
    if entity.verification is not Verification.VERIFIED:
        raise VoucherUnknown
    if individual.verification is not Verification.SELF_DECLARED:
        raise AlreadyKnown
    decision = _decided(session, actor, individual, Verification.VERIFIED, reason, now, voucher=entity)
    _record(session, actor, "stakeholder.vouched", individual.id, {"voucher": entity.id}, now)
    return decision


def revoke_vouch(session: Session, actor: Actor, decision: VerificationDecision, *, now: dt.datetime) -> None:
    """Take the entity's word back; the individual is then known as well as without it."""
    grants.require(actor, Permission.VOUCH, Matter(stakeholder_id=decision.voucher_id))
    for number in (decision.voucher_id, decision.stakeholder_id):
        _hold(session, session.get_one(Stakeholder, number))
    session.refresh(decision)
    if decision.revoked_at is not None:
        raise VouchRevoked
    _revoke(session, decision, now)
    details = {"voucher": decision.voucher_id}
    _record(session, actor, "stakeholder.vouch-revoked", decision.stakeholder_id, details, now)


def _hold(session: Session, *stakeholders: Stakeholder) -> None:
    """As they are now, for nobody else to decide on; the entity before the individual, as verdicts do."""
    for one in stakeholders:
        locking.lock(session, one, Hold.IN_TURN)


def _decided(
    session: Session,
    actor: Actor,
    stakeholder: Stakeholder,
    verdict: Verification,
    reason: str,
    now: dt.datetime,
    voucher: Stakeholder | None = None,
) -> VerificationDecision:
    words = REASON.clean(reason)
    decision = VerificationDecision(
        stakeholder_id=stakeholder.id,
        verdict=verdict,
        reason=words,
        decided_by=actor.user_id,
        voucher_id=voucher.id if voucher else None,
        decided_at=now,
    )
    session.add(decision)
    stakeholder.verification, stakeholder.appealed_at = verdict, None
    session.flush()
    _counts_otherwise(session, stakeholder.id, now)
    return decision


def _revoke(session: Session, decision: VerificationDecision, now: dt.datetime) -> None:
    """The latest decision that still stands then says how well the stakeholder is known."""
    decision.revoked_at = now
    session.flush()
    standing = session.scalar(
        sa.select(VerificationDecision.verdict)
        .where(
            VerificationDecision.stakeholder_id == decision.stakeholder_id,
            VerificationDecision.revoked_at.is_(None),
        )
        .order_by(VerificationDecision.id.desc())
        .limit(1)
    )
    stakeholder = session.get_one(Stakeholder, decision.stakeholder_id)
    stakeholder.verification = standing or Verification.SELF_DECLARED
    _counts_otherwise(session, stakeholder.id, now)


def _record(
    session: Session,
    actor: Actor,
    act: str,
    stakeholder_id: int,
    details: dict[str, Any],
    now: dt.datetime,
    also: Sequence[int] = (),
) -> None:
    """One entry for each norm in which the stakeholder, or one of ``also``, takes part; else one alone."""
    found = taking_part(session, [stakeholder_id, *also])
    slugs: list[str | None] = [*sorted({norm.slug for norms in found.values() for norm in norms})]
    for slug in slugs or [None]:
        audit.record(
            session, actor, act, f"stakeholder/{stakeholder_id}", norm=slug, now=now, details=details
        )


def _counts_otherwise(session: Session, stakeholder_id: int, now: dt.datetime) -> None:
    """Ask for an assessment of each norm without an outcome on which the stakeholder has spoken."""
    for norm in taking_part(session, [stakeholder_id]).get(stakeholder_id, ()):
        if not has_outcome(norm.stage, norm.suspended_from):
            jobs.enqueue(session, "assess", {"norm": norm.slug}, now=now, key=f"assess:{norm.slug}")
