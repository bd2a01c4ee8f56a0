"""Screening, hiding, and the disposition every comment gets."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.service import Deed
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.binding_decisions import check_can_bind
from app.discussion.models import (
    Comment,
    Decision,
    Disposition,
    HidingReason,
    Visibility,
)
from app.discussion.queries import current_on
from app.discussion.reviews import service as reviewing
from app.discussion.reviews.models import Finding
from app.discussion.service import LONGEST_COMMENT, CommentTooLong, check_seen
from app.foundation import locking
from app.foundation.database import Base, number, once
from app.foundation.errors import N_, BadInput, Conflict, NotFound, RuleBroken
from app.foundation.text import TextField
from app.foundation.versions import ChangedMeanwhile, Fields
from app.norms.locking import lock
from app.norms.models import Clause, Norm
from app.norms.service import check_languages


class DispositionReasonMissing(BadInput):
    code = "disposition-reason-missing"
    message = N_("Give a reason. The author will receive it, and it will be public.")


REASON = TextField("reason", LONGEST_COMMENT, CommentTooLong, DispositionReasonMissing)


class DuplicateOfWhat(BadInput):
    code = "duplicate-of-what"
    message = N_(
        "Give the number of the comment of this norm that it duplicates: one that is visible and is "
        "not itself a duplicate."
    )


class NotShown(RuleBroken):
    code = "comment-not-shown"
    message = N_(
        "Only a visible comment receives a disposition; a comment hidden since then may receive a "
        "different one."
    )


def release(
    session: Session,
    actor: Actor,
    norm: Norm,
    said: Comment,
    *,
    seen: int | None = None,
    now: dt.datetime,
) -> None:
    """Show a comment that was held, or one that was hidden by mistake.

    ``seen`` is the version that was on the page, where a page was.

    :raises EditedSince: its words are others by now.
    """
    lock(session, norm)
    require(actor, Permission.MODERATE, norm.matter(now))
    check_seen(session, said, seen)
    show_all(session, actor, norm, [said], now=now)


def show_all(
    session: Session, actor: Actor, norm: Norm, found: Sequence[Comment], *, now: dt.datetime
) -> None:
    """Show comments, for verbs that hold them and carry their own permission. As many statements as for one.

    :raises Conflict: one was neither held nor hidden.
    """
    for said in found:
        if said.visibility not in (Visibility.HELD, Visibility.HIDDEN):
            raise Conflict
        said.visibility, said.hiding_reason = Visibility.SHOWN, None
    session.flush()
    shown = [Deed("comment-released", f"comment:c{said.number}", rows=[said]) for said in found]
    audit.record_all(session, actor, shown, norm=norm.slug, now=now)


def hide(
    session: Session, actor: Actor, norm: Norm, said: Comment, *, reason: HidingReason, now: dt.datetime
) -> None:
    """Hide a comment; a tombstone with the reason's code stays in its place."""
    lock(session, norm)
    require(actor, Permission.MODERATE, norm.matter(now))
    check_seen(session, said, None)
    if said.visibility not in (Visibility.HELD, Visibility.SHOWN):
        raise Conflict
    said.visibility, said.hiding_reason = Visibility.HIDDEN, reason
    session.flush()
    details = {"reason": reason.value}
    audit.record(
        session, actor, "comment-hidden", f"comment:c{said.number}", norm=norm.slug, now=now, details=details
    )


def dispose(
    session: Session,
    actor: Actor,
    norm: Norm,
    said: Comment,
    *,
    decision: Decision,
    reason: str,
    language: str,
    duplicate_of: Comment | None = None,
    seen: int | None,
    version: int,
    now: dt.datetime,
) -> Disposition:
    """Decide on a comment, with the reason; an earlier decision is superseded, not lost.

    The decision on the comment that opens a thread answers the replies in it too. The same decision with
    the same words sent twice is one. What was decided before it was hidden can be decided again, since an
    accepted comment has to be in the text even then. ``seen`` is the version of the comment that was on the
    page; None where a list did not show it. ``version``: the id of the decision that was there, 0 for none.

    :raises EditedSince: its words are others by now. :raises ChangedMeanwhile: another decision stands.
    :raises ReasonMissing: without a reason. :raises DuplicateOfWhat: a duplicate of nothing.
    :raises TextStands: nothing is accepted any more. :raises NotShown: held, withdrawn, or hidden undecided.
    """
    lock(session, norm)
    require(actor, Permission.DISPOSE, norm.matter(now))
    if said.norm_id != norm.id:
        raise NotFound
    check_seen(session, said, seen)
    before = session.scalars(current_on(said)).one_or_none()
    check_shown(said, before)
    check_languages([language])
    reason = REASON.clean(reason)
    original = _original(session, said, duplicate_of) if decision is Decision.DUPLICATE else None
    if before is not None and (before.decision, before.reason, before.duplicate_of_id) == (
        decision,
        reason,
        original.id if original else None,
    ):
        return before
    present = before.id if before else 0
    if present != version:
        mine = _fields(decision, reason, language, original)
        raise ChangedMeanwhile(_fields_of(session, before), mine, present)
    check_can_bind(norm, decision)
    taken = Settling(said, decision, reason, language, original)
    return settle(session, actor, norm, [taken], now=now)[0]


def check_shown(said: Comment, before: Disposition | None) -> None:
    """:raises NotShown: it is held, withdrawn, or hidden and nothing was decided on it ``before``."""
    if said.visibility not in (Visibility.SHOWN, before and Visibility.HIDDEN):
        raise NotShown


def _fields_of(session: Session, given: Disposition | None) -> Fields:
    if given is None:
        return {}
    original = session.get(Comment, given.duplicate_of_id) if given.duplicate_of_id else None
    return _fields(given.decision, given.reason, given.language, original)


def _fields(decision: Decision, reason: str, language: str, original: Comment | None) -> Fields:
    """As the form has them."""
    number = str(original.number) if original else ""
    return {"decision": decision, "reason": reason, "language": language, "duplicate_of": number}


def _original(session: Session, said: Comment, of: Comment | None) -> Comment:
    """What a comment repeats: a comment of the norm that is shown, opens a thread and repeats none itself.

    :raises DuplicateOfWhat: it is none such.
    """
    if (
        of is None
        or of.id == said.id
        or of.norm_id != said.norm_id
        or of.visibility is not Visibility.SHOWN
        or of.parent_id is not None
        or session.scalar(current_on(of).where(Disposition.decision == Decision.DUPLICATE)) is not None
    ):
        raise DuplicateOfWhat(field="duplicate_of")
    return of


@dataclass(frozen=True)
class Settling:
    """A decision that has been taken on a comment. ``original``: what it repeats; ``clause``: where its words
    went.
    """

    said: Comment
    decision: Decision
    reason: str
    language: str
    original: Comment | None = None
    clause: Clause | None = None


def settle(
    session: Session, actor: Actor, norm: Norm, taken: Sequence[Settling], *, now: dt.datetime
) -> list[Disposition]:
    """Write decisions that were taken, each on another comment; for verbs that carry their own permission.

    Each has its own entry in the record. As many statements as for one.
    """
    theirs = Disposition.comment_id.in_([one.said.id for one in taken])
    current = sa.and_(theirs, Disposition.superseded_at.is_(None))
    ended = reviewing.end_quietly(session, current, Finding.DECIDED_ANEW, now=now)
    asked = sa.select(Disposition).where(current).order_by(Disposition.id)
    before = session.scalars(locking.held(asked)).all()
    wrote: dict[int, list[Base]] = defaultdict(list)
    for disposition in before:
        disposition.superseded_at = now
        wrote[disposition.comment_id].append(disposition)
    for review in ended:
        wrote[review.disposition.comment_id].append(review)
    session.flush()
    made = [_disposition(actor, one, now) for one in taken]
    number(session, made)
    with once(session, Conflict):
        session.add_all(made)
    deeds = [
        Deed(
            "comment-disposed",
            f"comment:c{one.said.number}",
            {"decision": one.decision.value, "reason": one.reason},
            rows=[*wrote[one.said.id], disposition],
        )
        for one, disposition in zip(taken, made, strict=True)
    ]
    audit.record_all(session, actor, deeds, norm=norm.slug, now=now)
    return made


def _disposition(actor: Actor, one: Settling, now: dt.datetime) -> Disposition:
    return Disposition(
        comment_id=one.said.id,
        decision=one.decision,
        reason=one.reason,
        language=one.language,
        duplicate_of_id=one.original.id if one.original else None,
        clause_id=one.clause.id if one.clause else None,
        decided_by=actor.user_id,
        decided_at=now,
        superseded_at=None,  # said, so that the record need not ask the database for it
    )
