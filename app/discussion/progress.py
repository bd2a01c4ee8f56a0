"""Progress of answering comments, and pending tasks by person."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.discussion.models import (
    Comment,
    Decision,
    Disposition,
    DispositionReply,
    Satisfaction,
    Visibility,
)
from app.discussion.queries import IS_CURRENT, OPENS_A_THREAD, CommentLine
from app.norms.models import Norm

HELD = 40  #: comments that wait for a moderator, on one page


@dataclass(frozen=True)
class Progress:
    """How many of the comments that want an answer have one."""

    answered: int
    total: int


@dataclass(frozen=True)
class Tally:
    """How many comments were decided one way, and of how many the author has said what of that."""

    decision: Decision
    comments: int
    satisfied: int
    not_satisfied: int


def statistics(session: Session, norm_id: int) -> list[Tally]:
    """The decisions on a norm's comments, the most frequent first; one statement."""
    last = (
        sa.select(DispositionReply.disposition_id, sa.func.max(DispositionReply.id).label("id"))
        .group_by(DispositionReply.disposition_id)
        .subquery()
    )
    satisfied = DispositionReply.satisfaction == Satisfaction.SATISFIED
    rows = session.execute(
        sa.select(
            Disposition.decision,
            sa.func.count().label("comments"),
            sa.func.sum(sa.case((satisfied, 1), else_=0)),
            sa.func.count(DispositionReply.id),
        )
        .join(Comment, IS_CURRENT)
        .outerjoin(last, last.c.disposition_id == Disposition.id)
        .outerjoin(DispositionReply, DispositionReply.id == last.c.id)
        .where(*_wants(norm_id))
        .group_by(Disposition.decision)
        .order_by(sa.desc("comments"), Disposition.decision)
    )
    return [
        Tally(decision, number, int(content), replied - int(content))
        for decision, number, content, replied in rows
    ]


def wanting(session: Session, norm_id: int) -> int:
    """How many comments of a norm want an answer, answered or not; one statement."""
    return session.scalar(sa.select(sa.func.count()).select_from(Comment).where(*_wants(norm_id))) or 0


def progress(session: Session, norm_id: int) -> Progress:
    """Answered and all comments of a norm that want an answer; one statement."""
    decided = sa.select(sa.func.count(Disposition.id)).join(Comment, IS_CURRENT).where(*_wants(norm_id))
    all_ = sa.select(sa.func.count()).select_from(Comment).where(*_wants(norm_id))
    row = session.execute(sa.select(decided.scalar_subquery(), all_.scalar_subquery())).one()
    return Progress(row[0], row[1])


def _wants(norm_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return Comment.norm_id == norm_id, Comment.visibility == Visibility.SHOWN, OPENS_A_THREAD


def held(session: Session, norm_ids: Sequence[int] | None = None, *, limit: int = HELD) -> Sequence[Comment]:
    """Comments that wait for a moderator, oldest first; of some norms only."""
    query = (
        sa.select(Comment)
        .where(Comment.visibility == Visibility.HELD)
        .order_by(Comment.id)
        .limit(limit)
        .options(joinedload(Comment.stakeholder), joinedload(Comment.norm))
    )
    return session.scalars(query if norm_ids is None else query.where(Comment.norm_id.in_(norm_ids))).all()


def unanswered(session: Session, norm_ids: Sequence[int] | None = None) -> Sequence[tuple[Norm, int]]:
    """Norms with comments that have no disposition, and how many; of some norms only."""
    query = (
        sa.select(Norm, sa.func.count())
        .join(Comment, Comment.norm_id == Norm.id)
        .outerjoin(Disposition, IS_CURRENT)
        .where(Disposition.id.is_(None), Comment.visibility == Visibility.SHOWN, OPENS_A_THREAD)
        .group_by(Norm.id)
        .order_by(Norm.id)
    )
    rows = session.execute(query if norm_ids is None else query.where(Norm.id.in_(norm_ids)))
    return [(norm, number) for norm, number in rows]


def waiting_for_reply(session: Session, stakeholder_ids: Sequence[int]) -> list[tuple[CommentLine, Norm]]:
    """Decisions on these stakeholders' comments whose authors have not said whether they are satisfied."""
    rows = session.execute(
        sa.select(Comment, Disposition, Norm)
        .join(Disposition, IS_CURRENT)
        .join(Norm, Norm.id == Comment.norm_id)
        .outerjoin(DispositionReply, DispositionReply.disposition_id == Disposition.id)
        .where(Comment.stakeholder_id.in_(stakeholder_ids), DispositionReply.id.is_(None))
        .order_by(Disposition.id)
        .options(joinedload(Comment.stakeholder))
    )
    return [(CommentLine(comment, disposition), norm) for comment, disposition, norm in rows]
