"""Endorsement, refusal, withdrawal and hiding of internal drafts."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor, Matter
from app.authority.grants import Permission, allowed, require
from app.discussion import service as discussion
from app.discussion.models import ChangeOperation, CommentKind, HidingReason
from app.discussion.submissions import Submission
from app.foundation import locking
from app.foundation.errors import AppError, NotAllowed
from app.foundation.locking import Hold
from app.internal_drafts.form_fields import NOTE
from app.internal_drafts.models import ContributionKind, InternalDraft, State
from app.internal_drafts.service import OPEN, Decided, check_seen, let_go, look_again, record
from app.norms.locking import lock
from app.norms.seen import Seen
from app.positions import service as positions
from app.positions.models import Stance


def withdraw(
    session: Session,
    actor: Actor,
    contribution: InternalDraft,
    *,
    seen_version: int | None = None,
    now: dt.datetime,
) -> None:
    """Take a draft back: its author, or whoever speaks for the entity. Twice is once.

    :raises EditedMeanwhile: the words are not those that were seen, where a page was.
    """
    look_again(session, actor, contribution, (*OPEN, State.WITHDRAWN), now)
    matter = Matter(stakeholder_id=contribution.stakeholder_id)
    if contribution.author_id != actor.user_id and not allowed(actor, Permission.ENDORSE, matter):
        raise NotAllowed
    if contribution.state is not State.WITHDRAWN:
        check_seen(contribution, seen_version)
        _decide(session, actor, contribution, State.WITHDRAWN, now)
        record(session, actor, "contribution-withdrawn", contribution, now)


def endorse(
    session: Session, actor: Actor, contribution: InternalDraft, *, seen_version: int, now: dt.datetime
) -> InternalDraft:
    """Say it in the entity's name: the endorser makes the comment, proposal or position. Twice is once.

    :raises NotTaken: the round is closed; it stays a draft. :raises AppError: what that act is refused for.
    :raises EditedMeanwhile: the words are not those that were seen.
    """
    require(actor, Permission.ENDORSE, Matter(stakeholder_id=contribution.stakeholder_id))
    look_again(session, actor, contribution, (State.DRAFTED, State.ENDORSED), now)
    check_seen(contribution, seen_version)
    if contribution.state is State.DRAFTED:
        _say(session, actor, contribution, now)
        _decide(session, actor, contribution, State.ENDORSED, now)
        record(session, actor, "contribution-endorsed", contribution, now)
    return contribution


def endorse_all(
    session: Session, actor: Actor, seen: Iterable[tuple[InternalDraft, int]], *, now: dt.datetime
) -> list[tuple[InternalDraft, AppError]]:
    """Endorse each contribution in the version that was seen; those that could not be, and why."""
    chosen, refused = list(seen), []
    for norm in sorted({one.norm for one, _ in chosen}, key=lambda norm: norm.id):
        lock(session, norm, Hold.IN_TURN)  # all of them first and in order, so that nobody waits in a circle
    # In the order of their chains, as verdicts write to those of several norms.
    for contribution, version in sorted(chosen, key=lambda pair: (pair[0].norm.slug, pair[0].id)):
        try:
            with session.begin_nested():
                endorse(session, actor, contribution, seen_version=version, now=now)
        except AppError as refusal:
            refused.append((contribution, refusal))
    return refused


def decline(
    session: Session,
    actor: Actor,
    contribution: InternalDraft,
    *,
    note: str,
    seen_version: int | None = None,
    now: dt.datetime,
) -> None:
    """Not in the entity's name; the note tells its author why.

    :raises NoteMissing: without words.
    :raises EditedMeanwhile: the words are not those that were seen, where a page was.
    """
    require(actor, Permission.ENDORSE, Matter(stakeholder_id=contribution.stakeholder_id))
    note = NOTE.clean(note)
    look_again(session, actor, contribution, OPEN, now)
    if contribution.state is State.DECLINED:
        if contribution.note != note:
            raise Decided
        return
    check_seen(contribution, seen_version)
    contribution.note = note
    _decide(session, actor, contribution, State.DECLINED, now)
    record(session, actor, "contribution-declined", contribution, now)


def hide(
    session: Session, actor: Actor, contribution: InternalDraft, *, reason: HidingReason, now: dt.datetime
) -> None:
    """Let nobody but the entity's members read a draft that the rules show. Twice is once."""
    lock(session, contribution.norm)
    require(actor, Permission.MODERATE, contribution.norm.matter(now))
    locking.lock(session, contribution)
    if contribution.hiding_reason is None:
        contribution.hiding_reason = reason
        session.flush()
        norm, subject = contribution.norm.slug, f"contribution:{contribution.id}"
        said = {"reason": reason.value}
        audit.record(session, actor, "contribution-hidden", subject, norm=norm, now=now, details=said)


def _say(session: Session, actor: Actor, contribution: InternalDraft, now: dt.datetime) -> None:
    content, clause = contribution.content, contribution.clause
    norm, holder = contribution.norm, contribution.stakeholder_id
    language, read_language = content["language"], content["read_language"]
    seen = Seen.read(content.get("seen", ""))
    if contribution.kind is ContributionKind.POSITION:
        said: dict[str, Any] = {"stance": Stance(content["stance"]), "language": language}
        said |= {"reason": content["reason"], "remedy": content["remedy"], "stakeholder_id": holder}
        said |= {"read_language": read_language, "seen": seen, "clause": clause}
        contribution.position_id = positions.state(session, actor, norm, **said, now=now).id
        return
    given = Submission(holder, content["body"], language, read_language, seen)
    if contribution.kind is ContributionKind.COMMENT:
        given = replace(given, kind=CommentKind(content["kind"]), quote=content["quote"])
        made = discussion.comment(session, actor, norm, given, clause=clause, now=now)
    else:
        change: dict[str, Any] = {"operation": ChangeOperation(content["operation"]), "clause": clause}
        made = discussion.propose(session, actor, norm, given, wording=content["wording"], **change, now=now)
    contribution.comment_id = made.id


def _decide(session: Session, actor: Actor, contribution: InternalDraft, to: State, now: dt.datetime) -> None:
    contribution.state, contribution.decided_by, contribution.decided_at = to, actor.user_id, now
    let_go(contribution)
    session.flush()
