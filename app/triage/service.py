"""Answering many comments alike at once, and sharing the work out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.audit import service as audit
from app.authority.actor import Actor, Matter, Role
from app.authority.grants import Permission, require
from app.discussion import moderation
from app.discussion.binding_decisions import check_can_bind
from app.discussion.models import Comment, Decision, Disposition
from app.discussion.moderation import Settling
from app.discussion.service import check_version
from app.foundation import locking
from app.foundation.database import once
from app.foundation.errors import N_, BadInput, Conflict, RuleBroken
from app.foundation.text import normalise
from app.norms.locking import lock
from app.norms.models import Norm, Seat
from app.norms.service import check_languages
from app.triage.models import Assignment
from app.triage.queue import Answer, QueueFilter, answered_alike, versions
from app.triage.results import Results

MOST = 1_000  #: comments chosen, bundled or assigned at once
MOST_RESULTS = 5_000  #: comments found that are answered at once
NO_PAGE: Mapping[int, int] = MappingProxyType({})  #: where nobody read the words before


class NoCommentChosen(BadInput):
    code = "no-comment-chosen"
    message = N_("Select at least one comment.")


class TooManyChosen(BadInput):
    code = "too-many-chosen"
    message = N_("Select at most %(most)s comments at a time.")


class EachItsOwn(BadInput):
    code = "each-its-own"
    message = N_("A comment can duplicate only one other comment: record that on the comment itself.")


class AnswersAThread(RuleBroken):
    code = "reply-in-a-group"
    message = N_("Replies are answered with the comment that opens their thread. Select that comment.")


class AnsweredMeanwhile(Conflict):
    code = "answered-meanwhile"
    message = N_("Already answered: %(comments)s. To change a disposition, open the page of its comment.")


class ResultsChanged(Conflict):
    code = "results-changed"
    message = N_(
        "These results have changed since you opened the page (comments then: %(then)s, now: %(now)s). "
        "No comment has been answered. Review the results, then submit your answer again."
    )


class NoSeatHere(BadInput):
    code = "no-seat-here"
    message = N_("Comments of this norm can be assigned only to its editors and moderators.")


def dispose_all(
    session: Session,
    actor: Actor,
    norm: Norm,
    numbers: Sequence[int],
    *,
    decision: Decision,
    reason: str,
    language: str,
    seen: Mapping[int, int] = NO_PAGE,
    now: dt.datetime,
) -> int:
    """Decide alike on the comments with these numbers, all or none; each author is told. How many there were.

    ``seen``: number → the version that was on the page, for those that were.

    :raises NoCommentChosen: no number is that of a comment of the norm. :raises EachItsOwn: for duplicates.
    :raises EditedSince: the words of one are others by now. :raises AnswersAThread: one is a reply.
    :raises AnsweredMeanwhile: one has another answer.
    """
    lock(session, norm)
    require(actor, Permission.DISPOSE, norm.matter(now))
    found = chosen(session, norm, numbers, are_held=True)
    return _dispose(session, actor, norm, found, decision, reason, language, seen, now)


def dispose_results(
    session: Session,
    actor: Actor,
    norm: Norm,
    wanted: QueueFilter,
    *,
    shown: Results,
    decision: Decision,
    reason: str,
    language: str,
    now: dt.datetime,
) -> int:
    """Decide alike on all comments that a filter found when they were ``shown``, all or none. How many.

    Comments with later numbers are not answered. The same form sent twice is one.

    :raises ResultsChanged: of those up to the last that was shown, it finds others by now, or other words.
    :raises TooManyChosen: more than ``MOST_RESULTS``. And what ``dispose_all`` raises.
    """
    lock(session, norm)
    require(actor, Permission.DISPOSE, norm.matter(now))
    seen = versions(session, norm.id, wanted, upto=shown.upto, limit=MOST_RESULTS + 1)
    if Results.of(seen) != shown:
        answer = Answer(actor.user_id, decision, normalise(reason))
        sent = answered_alike(session, norm.id, wanted, answer, upto=shown.upto)
        if shown in map(Results.of, sent):
            return shown.count
        present = versions(session, norm.id, wanted, limit=MOST_RESULTS)
        raise ResultsChanged(then=shown.count, now=len(present))
    found = chosen(session, norm, list(seen), are_held=True, most=MOST_RESULTS)
    return _dispose(session, actor, norm, found, decision, reason, language, seen, now)


def _dispose(
    session: Session,
    actor: Actor,
    norm: Norm,
    found: Sequence[Comment],
    decision: Decision,
    reason: str,
    language: str,
    seen: Mapping[int, int],
    now: dt.datetime,
) -> int:
    if decision is Decision.DUPLICATE:
        raise EachItsOwn(field="decision")
    if any(said.parent_id is not None for said in found):
        raise AnswersAThread(field="comment")
    before = _answers(session, found, decision, normalise(reason))
    for said in found:
        check_version(said, seen.get(said.number))
        moderation.check_shown(said, before.get(said.id))
    check_languages([language])
    reason = moderation.REASON.clean(reason)
    waiting = [said for said in found if said.id not in before]
    if waiting:
        check_can_bind(norm, decision)
        taken = [Settling(said, decision, reason, language) for said in waiting]
        moderation.settle(session, actor, norm, taken, now=now)
    return len(found)


def _answers(
    session: Session, found: Sequence[Comment], decision: Decision, reason: str
) -> dict[int, Disposition]:
    """Comment's id → the answer it has: the same, sent twice.

    :raises AnsweredMeanwhile: one has another.
    """
    theirs = Disposition.comment_id.in_([said.id for said in found])
    current = sa.select(Disposition).where(theirs, Disposition.superseded_at.is_(None))
    before = {one.comment_id: one for one in session.scalars(current)}
    others = [
        f"c{said.number}"
        for said in found
        if (one := before.get(said.id)) and (one.decision, one.reason) != (decision, reason)
    ]
    if others:
        raise AnsweredMeanwhile(comments=", ".join(others), field="comment")
    return before


def release_all(
    session: Session,
    actor: Actor,
    norm: Norm,
    numbers: Sequence[int],
    *,
    seen: Mapping[int, int] = NO_PAGE,
    now: dt.datetime,
) -> int:
    """Show these comments that were held, all or none. How many there were."""
    lock(session, norm)
    require(actor, Permission.MODERATE, norm.matter(now))
    found = chosen(session, norm, numbers, are_held=True)
    for said in found:
        check_version(said, seen.get(said.number))
    moderation.show_all(session, actor, norm, found, now=now)
    return len(found)


def assign(
    session: Session, actor: Actor, norm: Norm, numbers: Sequence[int], *, to: User, now: dt.datetime
) -> int:
    """Ask a person at the norm's table to answer these comments instead of who was asked before. How many.

    :raises NoSeatHere: they are neither an editor nor a moderator of the norm.
    """
    lock(session, norm)
    require(actor, Permission.DISPOSE, norm.matter(now))
    if to.id not in {one.id for one in answerers(session, norm.id)}:
        raise NoSeatHere(field="to")
    found = chosen(session, norm, numbers)
    _unassign(session, found)
    rows = [{"comment_id": said.id, "user_id": to.id, "assigned_at": now} for said in found]
    with once(session, Conflict):
        session.execute(sa.insert(Assignment), rows)
    _record(session, actor, "comments-assigned", norm, found, {"to": to.pseudonym}, now)
    return len(found)


def unassign(session: Session, actor: Actor, norm: Norm, numbers: Sequence[int], *, now: dt.datetime) -> int:
    """Ask nobody in particular to answer these comments. How many there were."""
    lock(session, norm)
    require(actor, Permission.DISPOSE, norm.matter(now))
    found = chosen(session, norm, numbers)
    _unassign(session, found)
    _record(session, actor, "comments-unassigned", norm, found, {}, now)
    return len(found)


def forget_person(session: Session, actor: Actor, user: User) -> None:
    """Ask a person whose account is erased no more."""
    require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))
    session.execute(sa.delete(Assignment).where(Assignment.user_id == user.id))


def answerers(session: Session, norm_id: int) -> Sequence[User]:
    """Who may be asked to answer: the norm's editors and moderators, by name; one statement."""
    sits = sa.select(Seat.user_id).where(
        sa.or_(Seat.norm_id == norm_id, Seat.norm_id.is_(None)),
        Seat.role.in_((Role.EDITOR, Role.MODERATOR)),
        Seat.ended_at.is_(None),
    )
    return session.scalars(sa.select(User).where(User.id.in_(sits)).order_by(User.name, User.id)).all()


def chosen(
    session: Session, norm: Norm, numbers: Sequence[int], *, are_held: bool = False, most: int = MOST
) -> Sequence[Comment]:
    """The norm's comments with these numbers, in order; held against others until the transaction ends.

    An act with an entry for each holds all before the first: whoever has one of them may wait for the record.

    :raises NoCommentChosen: there is none. :raises TooManyChosen: more than ``most``.
    """
    if len(set(numbers)) > most:
        raise TooManyChosen(most=most, field="comment")
    asked = (
        sa.select(Comment)
        .where(Comment.norm_id == norm.id, Comment.number.in_(numbers))
        .order_by(Comment.number)
        .options(joinedload(Comment.stakeholder), joinedload(Comment.change), joinedload(Comment.clause))
    )
    found = session.scalars(locking.held(asked) if are_held else asked).all()
    if not found:
        raise NoCommentChosen(field="comment")
    return found


def _unassign(session: Session, found: Sequence[Comment]) -> None:
    session.execute(sa.delete(Assignment).where(Assignment.comment_id.in_([said.id for said in found])))


def _record(
    session: Session,
    actor: Actor,
    act: str,
    norm: Norm,
    found: Sequence[Comment],
    details: dict[str, str],
    now: dt.datetime,
) -> None:
    told = {**details, "comments": [said.number for said in found]}
    audit.record(session, actor, act, norm.slug, norm=norm.slug, now=now, details=told)
