"""A disposition that does not satisfy its author: the chair looks at it, by a day that is set."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.models import Comment, Disposition, Visibility
from app.discussion.reviews.models import Finding, Review
from app.discussion.service import LONGEST_COMMENT, CommentTooLong
from app.foundation import locking
from app.foundation.errors import N_, BadInput, Conflict, RuleBroken
from app.foundation.text import TextField
from app.norms.locking import lock
from app.norms.models import Norm, RulesOfProcedure
from app.norms.rules import Rules
from app.norms.service import check_languages

#: A comment that is withdrawn or hidden while it is before the chair needs no finding.
OPEN = (Review.ended_at.is_(None), Comment.visibility == Visibility.SHOWN)
TAKEN = (Finding.UPHELD, Finding.RETURNED)  #: what a chair may find


class NoReview(RuleBroken):
    code = "no-review"
    message = N_("This disposition is not under review.")


class FindingReasonMissing(BadInput):
    code = "finding-reason-missing"
    message = N_("Give the reason for your finding. The author will receive it, and it will be public.")


REASON = TextField("reason", LONGEST_COMMENT, CommentTooLong, FindingReasonMissing)


def open_review(session: Session, norm: Norm, disposition: Disposition, *, now: dt.datetime) -> None:
    """Put a disposition before the chair; for the verb by which its author says that it does not satisfy.

    Once: what the chair has found on a disposition stands. What was settled before that is opened again.
    """
    known = session.scalars(sa.select(Review).where(Review.disposition_id == disposition.id)).one_or_none()
    if known is not None and known.finding is not Finding.SETTLED:
        return
    content = session.scalar(sa.select(RulesOfProcedure.content).where(RulesOfProcedure.norm_id == norm.id))
    days = Rules.read(content or {}).review_days
    due = now + dt.timedelta(days=days)
    review = known or Review(disposition_id=disposition.id, norm_id=norm.id)
    review.opened_at, review.due_at, review.finding, review.ended_at = now, due, None, None
    session.add(review)
    session.flush()


def end_quietly(
    session: Session, which: sa.ColumnElement[bool], finding: Finding, *, now: dt.datetime
) -> Sequence[Review]:
    """End the open reviews of some dispositions because they have become needless; those that there were.

    For verbs with an entry of their own in the record.
    """
    theirs = sa.select(Disposition.id).where(which)
    is_open = (Review.disposition_id.in_(theirs), Review.ended_at.is_(None))
    asked = sa.select(Review).where(*is_open).order_by(Review.disposition_id)
    reviews = session.scalars(locking.held(asked)).all()
    for review in reviews:
        review.finding, review.ended_at = finding, now
    session.flush()
    return reviews


def find(
    session: Session,
    actor: Actor,
    norm: Norm,
    said: Comment,
    *,
    finding: Finding,
    reason: str,
    language: str,
    now: dt.datetime,
) -> Review:
    """Uphold the disposition of a comment, or return the comment so that it is decided again; with a reason.

    :raises NoReview: none is open. :raises FindingReasonMissing: without a reason.
    """
    lock(session, norm)
    require(actor, Permission.REVIEW_DISPOSITION, norm.matter(now))
    if finding not in TAKEN:
        raise BadInput(field="finding")
    check_languages([language])
    reason = REASON.clean(reason)
    review = open_review_of(session, norm, said)
    if review is None:
        raise NoReview
    locking.lock(session, review)
    if review.ended_at is not None:
        raise Conflict
    review.finding, review.reason, review.language = finding, reason, language
    review.ended_at, review.ended_by = now, actor.user_id
    session.flush()
    if finding is Finding.RETURNED:
        disposition = session.get_one(Disposition, review.disposition_id)
        locking.lock(session, disposition)
        disposition.superseded_at = now
        session.flush()
    details = {"finding": finding.value, "reason": reason}
    audit.record(
        session,
        actor,
        "disposition-reviewed",
        f"comment:c{said.number}",
        norm=norm.slug,
        now=now,
        details=details,
    )
    return review


def open_review_of(session: Session, norm: Norm, said: Comment) -> Review | None:
    return session.scalars(
        sa.select(Review)
        .join(Review.disposition)
        .where(Disposition.comment_id == said.id, Review.norm_id == norm.id, Review.ended_at.is_(None))
    ).one_or_none()


def reviews_of(session: Session, said: Comment) -> Sequence[Review]:
    """Every review there was of a comment's dispositions, oldest first."""
    return session.scalars(
        sa.select(Review)
        .join(Review.disposition)
        .where(Disposition.comment_id == said.id)
        .options(contains_eager(Review.disposition))
        .order_by(Review.id)
    ).all()


def waiting(
    session: Session, norm_ids: Sequence[int] | None = None
) -> Sequence[tuple[Norm, int, dt.datetime]]:
    """Norms with open reviews: how many, and when the first is due; of some norms only. One statement."""
    query = (
        sa.select(Norm, sa.func.count(), sa.func.min(Review.due_at))
        .join(Review, Review.norm_id == Norm.id)
        .join(Review.disposition)
        .join(Comment, Comment.id == Disposition.comment_id)
        .where(*OPEN)
        .group_by(Norm.id)
        .order_by(Norm.id)
    )
    if norm_ids is not None:
        query = query.where(Norm.id.in_(norm_ids))
    return [(norm, number, due) for norm, number, due in session.execute(query)]


def open_numbers(session: Session, norm_id: int) -> tuple[int, ...]:
    """The numbers of the comments whose disposition is before the chair."""
    query = (
        sa.select(Comment.number)
        .join(Disposition, Disposition.comment_id == Comment.id)
        .join(Review, Review.disposition_id == Disposition.id)
        .where(Review.norm_id == norm_id, *OPEN)
        .order_by(Comment.number)
    )
    return tuple(session.scalars(query))
