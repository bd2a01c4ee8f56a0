"""Drafting inside an entity, and working on a draft alone."""

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit import service as audit
from app.authority.actor import Actor, Matter
from app.authority.grants import Permission, allowed, require
from app.discussion import service as discussion
from app.foundation import locking
from app.foundation.errors import N_, Conflict, NotFound, RuleBroken
from app.foundation.locking import Hold
from app.internal_drafts.form_fields import Content, read
from app.internal_drafts.models import ContributionKind, ContributionVersion, InternalDraft, State
from app.norms.locking import lock
from app.norms.models import Clause, Norm
from app.norms.seen import Seen
from app.stakeholders.models import Category, Stakeholder

CLAIM = dt.timedelta(minutes=15)
OPEN = (State.DRAFTED, State.DECLINED)  #: may be edited; what was declined is drafted again by that


class SomebodyElseWorksOnIt(Conflict):
    code = "claimed"
    message = N_("Another member is editing this until %(until)s UTC. Try again after that time.")


class EditedMeanwhile(Conflict):
    code = "contribution-edited"
    message = N_("This draft has been edited since you opened it. Read its current text before you continue.")


class NothingInside(RuleBroken):
    code = "nothing-inside"
    message = N_("Individuals cannot use internal drafts. Submit your own comment.")


class Decided(Conflict):
    code = "contribution-decided"
    message = N_("This draft has already been endorsed, declined or withdrawn.")


def draft(
    session: Session,
    actor: Actor,
    norm: Norm,
    *,
    clause: Clause | None,
    stakeholder_id: int,
    kind: ContributionKind,
    fields: Mapping[str, str],
    now: dt.datetime,
) -> InternalDraft:
    """Write something inside an entity, for those who speak for it; the same words twice are one draft.

    It may be drafted before a round opens; only to endorse it takes an open one.

    :raises NothingInside: it is an individual.
    :raises AppError: what saying it aloud would be refused for, but the round.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.DRAFT_INSIDE, Matter(stakeholder_id=stakeholder_id))
    require(actor, Permission.READ_NORM, norm.matter(now))
    if session.get_one(Stakeholder, stakeholder_id).category is Category.INDIVIDUAL:
        raise NothingInside
    content = _read(session, norm, kind, clause, fields)
    same = sa.select(InternalDraft).where(
        InternalDraft.stakeholder_id == stakeholder_id,
        InternalDraft.author_id == actor.user_id,
        InternalDraft.norm_id == norm.id,
        InternalDraft.clause_id == (clause.id if clause else None),
        InternalDraft.kind == kind,
        InternalDraft.state == State.DRAFTED,
    )
    for before in session.scalars(same.order_by(InternalDraft.id)):
        if before.content == content:
            return before
    drafted = InternalDraft(
        stakeholder_id=stakeholder_id,
        author_id=actor.user_id or 0,
        norm_id=norm.id,
        clause_id=clause.id if clause else None,
        provision_id=clause.provision_id if clause else None,
        kind=kind,
        content=content,
        created_at=now,
    )
    session.add(drafted)
    session.flush()
    record(session, actor, "contribution-drafted", drafted, now)
    return drafted


def revise(
    session: Session,
    actor: Actor,
    contribution: InternalDraft,
    *,
    clause: Clause | None,
    fields: Mapping[str, str],
    seen_version: int,
    now: dt.datetime,
) -> None:
    """Other words in place of those that were seen, on the clause as it now stands; the old ones are kept.

    What was declined is a draft again. The claim of whoever edits ends.

    :raises EditedMeanwhile: the words are not those that were seen.
    """
    look_again(session, actor, contribution, OPEN, now)
    _check_claim(actor, contribution, now)
    check_seen(contribution, seen_version)
    if (clause.provision_id if clause else None) != contribution.provision_id:
        raise NotFound
    content, before = (
        _read(session, contribution.norm, contribution.kind, clause, fields),
        contribution.content,
    )
    session.add(
        ContributionVersion(
            contribution_id=contribution.id,
            version=contribution.version,
            content=before,
            note=contribution.note,
            edited_by=actor.user_id or 0,
            edited_at=now,
        )
    )
    contribution.content, contribution.version = content, contribution.version + 1
    contribution.clause_id = clause.id if clause else None
    act = "contribution-drafted" if contribution.state is State.DECLINED else "contribution-revised"
    contribution.state, contribution.note = State.DRAFTED, ""
    contribution.decided_by = contribution.decided_at = None
    let_go(contribution)
    session.flush()
    record(session, actor, act, contribution, now)


def claim(session: Session, actor: Actor, contribution: InternalDraft, *, now: dt.datetime) -> None:
    """Work on it alone for a while; to claim it again restarts the time. A convenience, not on record.

    Who speaks for the entity need not wait for another's claim to end.

    :raises SomebodyElseWorksOnIt: until when.
    """
    look_again(session, actor, contribution, OPEN, now)
    if not allowed(actor, Permission.ENDORSE, Matter(stakeholder_id=contribution.stakeholder_id)):
        _check_claim(actor, contribution, now)
    contribution.claimed_by, contribution.claimed_until = actor.user_id, now + CLAIM
    session.flush()


def release(session: Session, actor: Actor, contribution: InternalDraft, *, now: dt.datetime) -> None:
    """Let others work on it. One's own claim alone; where there is none, nothing changes."""
    look_again(session, actor, contribution, tuple(State), now)
    _check_claim(actor, contribution, now)
    let_go(contribution)
    session.flush()


def forget_person(session: Session, actor: Actor, user: User) -> None:
    """Remove what a person wrote that was not endorsed, and every earlier wording of it.

    What was endorsed is the entity's; of its making only the words that were endorsed stay.
    """
    require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))
    written = sa.select(InternalDraft.id).where(InternalDraft.author_id == user.id)
    session.execute(sa.delete(ContributionVersion).where(ContributionVersion.contribution_id.in_(written)))
    session.execute(
        sa.delete(InternalDraft).where(
            InternalDraft.author_id == user.id, InternalDraft.state != State.ENDORSED
        )
    )
    session.execute(
        sa.update(InternalDraft)
        .where(InternalDraft.claimed_by == user.id)
        .values(claimed_by=None, claimed_until=None)
    )


def look_again(
    session: Session, actor: Actor, contribution: InternalDraft, states: tuple[State, ...], now: dt.datetime
) -> None:
    """Read the contribution again, alone until the transaction ends.

    :raises Decided: it is in none of the states.
    """
    lock(session, contribution.norm, Hold.IN_TURN)
    require(actor, Permission.DRAFT_INSIDE, Matter(stakeholder_id=contribution.stakeholder_id))
    require(actor, Permission.READ_NORM, contribution.norm.matter(now))
    locking.lock(session, contribution)
    if contribution.state not in states:
        raise Decided


def _check_claim(actor: Actor, contribution: InternalDraft, now: dt.datetime) -> None:
    if contribution.is_claimed_by_another(actor.user_id, now):
        raise SomebodyElseWorksOnIt(until=f"{contribution.claimed_until:%H:%M}")


def check_seen(contribution: InternalDraft, seen: int | None) -> None:
    if seen not in (None, contribution.version):
        raise EditedMeanwhile


def _read(
    session: Session,
    norm: Norm,
    kind: ContributionKind,
    clause: Clause | None,
    fields: Mapping[str, str],
) -> Content:
    """:raises NotTheDraft: the clause is of an earlier draft.
    :raises WordingChanged: other words were read.
    """
    seen = Seen.read(fields.get("seen", ""))
    discussion.check_words(session, norm, clause, fields.get("read_language", ""), seen)
    return read(kind, clause, fields)


def let_go(contribution: InternalDraft) -> None:
    contribution.claimed_by = contribution.claimed_until = None


def record(session: Session, actor: Actor, act: str, contribution: InternalDraft, now: dt.datetime) -> None:
    """The record is public: it says that something was drafted, neither what nor on which norm."""
    details = audit.withheld({"kind": contribution.kind.value, "stakeholder": contribution.stakeholder_id})
    audit.record(session, actor, act, f"contribution:{contribution.id}", now=now, details=details)
