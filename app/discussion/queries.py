"""Reading comments, proposed changes and their dispositions."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.discussion.models import Backing, Comment, Disposition, ProposedChange, Visibility


@dataclass(frozen=True)
class Talk:
    """How much is said about one provision."""

    comments: int
    changes: int
    unanswered: int


def talk(session: Session, norm_id: int) -> dict[int | None, Talk]:
    """How much is said about each provision of a norm; one statement. None is the draft as a whole."""
    unanswered = sa.and_(Disposition.id.is_(None), Comment.parent_id.is_(None))
    rows = session.execute(
        sa.select(
            Comment.provision_id,
            sa.func.count(),
            sa.func.count(ProposedChange.comment_id),
            sa.func.sum(sa.case((unanswered, 1), else_=0)),
        )
        .outerjoin(ProposedChange, ProposedChange.comment_id == Comment.id)
        .outerjoin(
            Disposition, sa.and_(Disposition.comment_id == Comment.id, Disposition.superseded_at.is_(None))
        )
        .where(Comment.norm_id == norm_id, Comment.visibility == Visibility.SHOWN)
        .group_by(Comment.provision_id)
    )
    return {
        provision_id: Talk(all_ - changes, changes, int(open_ or 0))
        for provision_id, all_, changes, open_ in rows
    }


def thread(session: Session, norm_id: int, provision_id: int | None) -> Sequence[Comment]:
    """Everything said about one provision, oldest first."""
    return session.scalars(
        sa.select(Comment)
        .where(Comment.norm_id == norm_id, Comment.provision_id == provision_id)
        .order_by(Comment.number)
        .options(joinedload(Comment.stakeholder), joinedload(Comment.change))
    ).all()


def backing_of(session: Session, comment_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """How many back and oppose each of these proposed changes; one statement."""
    rows = session.execute(
        sa.select(Backing.comment_id, Backing.side, sa.func.count())
        .where(Backing.comment_id.in_(comment_ids), Backing.superseded_at.is_(None))
        .group_by(Backing.comment_id, Backing.side)
    )
    found: dict[int, dict[str, int]] = {}
    for comment_id, side, number in rows:
        found.setdefault(comment_id, {})[side.value] = number
    return found
