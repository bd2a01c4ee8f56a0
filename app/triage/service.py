"""The comments that wait for an answer: how many where, which, and answering many alike at once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.authority.actor import Actor
from app.discussion import moderation
from app.discussion.models import Comment, CommentKind, Decision, Disposition, Visibility
from app.discussion.queries import IS_CURRENT, OPENS_A_THREAD
from app.foundation.errors import N_, BadInput
from app.norms.models import Norm, Provision
from app.stakeholders.models import Category, Stakeholder

MOST = 1_000  #: comments looked at together


class NoCommentChosen(BadInput):
    code = "no-comment-chosen"
    message = N_("Choose at least one comment.")


class EachItsOwn(BadInput):
    code = "each-its-own"
    message = N_("A comment is a duplicate of one other: decide that on the comment itself.")


@dataclass(frozen=True)
class Filter:
    """What is looked at: ``code`` of a provision, "" for the whole draft; None in the others for any."""

    code: str
    kind: CommentKind | None = None
    category: Category | None = None
    language: str | None = None


def queues(session: Session, norm_id: int) -> list[tuple[str, int]]:
    """(code of a provision or "" for the whole draft, how many wait), the fullest first; one statement."""
    waiting = sa.func.count().label("waiting")
    rows = session.execute(
        sa.select(sa.func.coalesce(Provision.code, ""), waiting)
        .select_from(Comment)
        .outerjoin(Provision, Provision.id == Comment.provision_id)
        .outerjoin(Disposition, IS_CURRENT)
        .where(*_waits(norm_id))
        .group_by(Provision.code)
        .order_by(waiting.desc(), Provision.code)
    )
    return [(code, number) for code, number in rows]


def waiting(session: Session, norm_id: int, wanted: Filter) -> Sequence[Comment]:
    """Comments without an answer, oldest first, at most ``MOST``."""
    query = (
        sa.select(Comment)
        .join(Stakeholder, Stakeholder.id == Comment.stakeholder_id)
        .outerjoin(Disposition, IS_CURRENT)
        .where(*_waits(norm_id))
        .order_by(Comment.number)
        .limit(MOST)
        .options(joinedload(Comment.stakeholder), joinedload(Comment.change))
    )
    if wanted.code:
        query = query.where(Comment.provision.has(Provision.code == wanted.code))
    else:
        query = query.where(Comment.provision_id.is_(None))
    for column, value in (
        (Comment.kind, wanted.kind),
        (Stakeholder.category, wanted.category),
        (Comment.language, wanted.language),
    ):
        if value:
            query = query.where(column == value)
    return session.scalars(query).all()


def _waits(norm_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    shown = Comment.visibility == Visibility.SHOWN
    return Comment.norm_id == norm_id, shown, OPENS_A_THREAD, Disposition.id.is_(None)


def dispose_all(
    session: Session,
    actor: Actor,
    norm: Norm,
    numbers: Sequence[int],
    *,
    decision: Decision,
    reason: str,
    language: str,
    now: dt.datetime,
) -> int:
    """Decide alike on the comments with these numbers, all or none; each author is told. How many there were.

    :raises NoCommentChosen: no number is that of a comment of the norm. :raises EachItsOwn: for duplicates.
    """
    if decision is Decision.DUPLICATE:
        raise EachItsOwn(field="decision")
    chosen = session.scalars(
        sa.select(Comment)
        .where(Comment.norm_id == norm.id, Comment.number.in_(numbers))
        .order_by(Comment.number)
        .limit(MOST)
    ).all()
    if not chosen:
        raise NoCommentChosen(field="comment")
    for said in chosen:
        moderation.dispose(
            session, actor, norm, said, decision=decision, reason=reason, language=language, now=now
        )
    return len(chosen)
