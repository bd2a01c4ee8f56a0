"""Drafting inside an entity, working on a draft alone, and making it the entity's own word or not."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit import service as audit
from app.authority.actor import Actor, Matter
from app.authority.grants import Permission, allowed, require
from app.discussion import service as discussion
from app.discussion.models import CommentKind, Operation
from app.endorsement.content import clean_note, read
from app.endorsement.models import Contribution, ContributionKind, ContributionVersion, State
from app.foundation.errors import N_, AppError, Conflict, NotAllowed, NotFound
from app.norms.models import Clause, Norm
from app.positions import service as positions
from app.positions.models import Stance

CLAIM = dt.timedelta(minutes=15)
OPEN = (State.DRAFTED, State.DECLINED)  #: may be edited; what was declined is drafted anew by that


class SomebodyElseWorksOnIt(Conflict):
    code = "claimed"
    message = N_("Somebody else works on this until %(until)s UTC. Look again then.")


class EditedMeanwhile(Conflict):
    code = "contribution-edited"
    message = N_("This draft was edited in the meantime. Look at its words again before you go on.")


class Decided(Conflict):
    code = "contribution-decided"
    message = N_("This draft was endorsed, declined or withdrawn already.")


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
) -> Contribution:
    """Write something inside an entity, for those who speak for it; the same words twice are one draft.

    It may be drafted before a round opens; only to endorse it takes an open one.

    :raises AppError: what saying it aloud would be refused for, but the round.
    """
    require(actor, Permission.DRAFT_INSIDE, Matter(stakeholder_id=stakeholder_id))
    require(actor, Permission.READ_NORM, norm.matter(now))
    _check_draft(norm, clause)
    content = read(kind, clause, fields)
    discussion.look_again(session, norm)
    same = sa.select(Contribution).where(
        Contribution.stakeholder_id == stakeholder_id,
        Contribution.author_id == actor.user_id,
        Contribution.norm_id == norm.id,
        Contribution.clause_id == (clause.id if clause else None),
        Contribution.kind == kind,
        Contribution.state == State.DRAFTED,
    )
    for before in session.scalars(same.order_by(Contribution.id)):
        if before.content == content:
            return before
    drafted = Contribution(
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
    _record(session, actor, "contribution-drafted", drafted, now)
    return drafted


def revise(
    session: Session,
    actor: Actor,
    contribution: Contribution,
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
    _look_again(session, actor, contribution, OPEN, now)
    if contribution.version != seen_version:
        raise EditedMeanwhile
    _check_draft(contribution.norm, clause)
    if (clause.provision_id if clause else None) != contribution.provision_id:
        raise NotFound
    content, before = read(contribution.kind, clause, fields), contribution.content
    session.add(
        ContributionVersion(
            contribution_id=contribution.id,
            version=contribution.version,
            content=before,
            edited_by=actor.user_id or 0,
            edited_at=now,
        )
    )
    contribution.content, contribution.version = content, contribution.version + 1
    contribution.clause_id = clause.id if clause else None
    contribution.state, contribution.note = State.DRAFTED, ""
    contribution.decided_by = contribution.decided_at = None
    _let_go(contribution)
    session.flush()
    _record(session, actor, "contribution-revised", contribution, now)


def claim(session: Session, actor: Actor, contribution: Contribution, *, now: dt.datetime) -> None:
    """Work on it alone for a while; to claim it again begins the time anew. A convenience, not on record.

    :raises SomebodyElseWorksOnIt: until when.
    """
    _look_again(session, actor, contribution, OPEN, now)
    contribution.claimed_by, contribution.claimed_until = actor.user_id, now + CLAIM
    session.flush()


def release(session: Session, actor: Actor, contribution: Contribution, *, now: dt.datetime) -> None:
    """Let others work on it. One's own claim alone; where there is none, nothing changes."""
    _look_again(session, actor, contribution, tuple(State), now)
    _let_go(contribution)
    session.flush()


def withdraw(session: Session, actor: Actor, contribution: Contribution, *, now: dt.datetime) -> None:
    """Take a draft back: its author, or whoever speaks for the entity. Twice is once."""
    _look_again(session, actor, contribution, (*OPEN, State.WITHDRAWN), now)
    matter = Matter(stakeholder_id=contribution.stakeholder_id)
    if contribution.author_id != actor.user_id and not allowed(actor, Permission.ENDORSE, matter):
        raise NotAllowed
    if contribution.state is not State.WITHDRAWN:
        _decide(session, actor, contribution, State.WITHDRAWN, now)
        _record(session, actor, "contribution-withdrawn", contribution, now)


def endorse(
    session: Session, actor: Actor, contribution: Contribution, *, seen_version: int, now: dt.datetime
) -> Contribution:
    """Say it in the entity's name: the endorser makes the comment, proposal or position. Twice is once.

    :raises NotTaken: the round is closed; it stays a draft. :raises AppError: what that act is refused for.
    :raises EditedMeanwhile: the words are not those that were seen.
    """
    require(actor, Permission.ENDORSE, Matter(stakeholder_id=contribution.stakeholder_id))
    _look_again(session, actor, contribution, (State.DRAFTED, State.ENDORSED), now)
    if contribution.version != seen_version:
        raise EditedMeanwhile
    if contribution.state is State.DRAFTED:
        _say(session, actor, contribution, now)
        _decide(session, actor, contribution, State.ENDORSED, now)
        _record(session, actor, "contribution-endorsed", contribution, now)
    return contribution


def endorse_all(
    session: Session, actor: Actor, seen: Iterable[tuple[Contribution, int]], *, now: dt.datetime
) -> list[tuple[Contribution, AppError]]:
    """Endorse each contribution in the version that was seen; those that could not be, and why."""
    refused = []
    for contribution, version in seen:
        try:
            with session.begin_nested():
                endorse(session, actor, contribution, seen_version=version, now=now)
        except AppError as refusal:
            refused.append((contribution, refusal))
    return refused


def decline(
    session: Session, actor: Actor, contribution: Contribution, *, note: str, now: dt.datetime
) -> None:
    """Not in the entity's name; the note tells its author why.

    :raises NoteMissing: without words.
    """
    require(actor, Permission.ENDORSE, Matter(stakeholder_id=contribution.stakeholder_id))
    note = clean_note(note)
    _look_again(session, actor, contribution, OPEN, now)
    if contribution.state is State.DECLINED:
        if contribution.note != note:
            raise Decided
        return
    contribution.note = note
    _decide(session, actor, contribution, State.DECLINED, now)
    _record(session, actor, "contribution-declined", contribution, now)


def forget_person(session: Session, actor: Actor, user: User) -> None:
    """Remove what somebody wrote that was not endorsed, and every earlier wording of it.

    What was endorsed is the entity's; of its making only the words that were endorsed stay.
    """
    require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))
    hers = sa.select(Contribution.id).where(Contribution.author_id == user.id)
    session.execute(sa.delete(ContributionVersion).where(ContributionVersion.contribution_id.in_(hers)))
    session.execute(
        sa.delete(Contribution).where(Contribution.author_id == user.id, Contribution.state != State.ENDORSED)
    )
    session.execute(
        sa.update(Contribution)
        .where(Contribution.claimed_by == user.id)
        .values(claimed_by=None, claimed_until=None)
    )


def _say(session: Session, actor: Actor, contribution: Contribution, now: dt.datetime) -> None:
    content, clause = contribution.content, contribution.clause
    said: dict[str, Any] = {
        "clause": clause,
        "stakeholder_id": contribution.stakeholder_id,
        "language": content["language"],
        "read_language": content["read_language"],
        "now": now,
    }
    if contribution.kind is ContributionKind.COMMENT:
        said |= {"kind": CommentKind(content["kind"]), "body": content["body"], "quote": content["quote"]}
        contribution.comment_id = discussion.comment(session, actor, contribution.norm, **said).id
    elif contribution.kind is ContributionKind.CHANGE:
        said |= {"operation": Operation(content["operation"])}
        said |= {"wording": content["wording"], "body": content["body"]}
        contribution.comment_id = discussion.propose(session, actor, contribution.norm, **said).id
    else:
        said |= {"stance": Stance(content["stance"])}
        said |= {"reason": content["reason"], "remedy": content["remedy"]}
        contribution.position_id = positions.state(session, actor, contribution.norm, **said).id


def _look_again(
    session: Session, actor: Actor, contribution: Contribution, states: tuple[State, ...], now: dt.datetime
) -> None:
    """Read the contribution anew, alone until the transaction ends.

    :raises Decided: it is in none of the states. :raises SomebodyElseWorksOnIt: another's claim holds.
    """
    require(actor, Permission.DRAFT_INSIDE, Matter(stakeholder_id=contribution.stakeholder_id))
    require(actor, Permission.READ_NORM, contribution.norm.matter(now))
    alone = sa.select(Contribution).where(Contribution.id == contribution.id).with_for_update()
    session.execute(alone.execution_options(populate_existing=True)).one()
    if contribution.state not in states:
        raise Decided
    if contribution.is_claimed_by_another(actor.user_id, now):
        raise SomebodyElseWorksOnIt(until=f"{contribution.claimed_until:%H:%M}")


def _check_draft(norm: Norm, clause: Clause | None) -> None:
    """:raises NotTheDraft: the clause is of an earlier draft."""
    if clause is not None and clause.draft_id != norm.current_draft_id:
        raise discussion.NotTheDraft


def _decide(session: Session, actor: Actor, contribution: Contribution, to: State, now: dt.datetime) -> None:
    contribution.state, contribution.decided_by, contribution.decided_at = to, actor.user_id, now
    _let_go(contribution)
    session.flush()


def _let_go(contribution: Contribution) -> None:
    contribution.claimed_by = contribution.claimed_until = None


def _record(session: Session, actor: Actor, act: str, contribution: Contribution, now: dt.datetime) -> None:
    """The record is public: it says that something was drafted, neither what nor on which norm."""
    details = {"kind": contribution.kind.value, "stakeholder": contribution.stakeholder_id}
    audit.record(session, actor, act, f"contribution:{contribution.id}", now=now, details=details)
