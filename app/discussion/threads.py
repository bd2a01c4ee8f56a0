"""Comments on a provision, thread by thread, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.discussion.models import Comment, CommentKind, ProposedChange, Visibility
from app.discussion.queries import OPENS_A_THREAD, CommentLine, lines_of

PAGE = 40
REPLIES = 20  #: under one comment in a list; its own page shows all

_PROPOSES = sa.exists().where(ProposedChange.comment_id == Comment.id).correlate(Comment)
#: Some of what is said, by the name it has in an address.
STRANDS: Mapping[str, sa.ColumnElement[bool]] = {
    "questions": Comment.kind == CommentKind.QUESTION,
    "changes": _PROPOSES,
    "comments": sa.and_(~_PROPOSES, Comment.kind != CommentKind.QUESTION),
}


@dataclass(frozen=True)
class Thread:
    """A comment with its decision, the first replies to it, and how many more there are."""

    line: CommentLine
    replies: Sequence[Comment] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Threads:
    """Some threads, oldest first. ``first`` and ``last``: the numbers before and after which others stand."""

    shown: Sequence[Thread]
    first: int | None
    last: int | None


def about(
    session: Session,
    norm_id: int,
    provision_id: int | None,
    strand: Sequence[sa.ColumnElement[bool]] = (),
    *,
    after: int = 0,
    before: int = 0,
    limit: int = PAGE,
) -> Threads:
    """Threads about one provision that open after a comment's number, or those just before one, with replies.

    ``strand``: what must hold of the comments that open them. Hidden and withdrawn comments keep their
    place; what waits for a moderator has none yet.
    """
    query = sa.select(Comment).where(
        Comment.norm_id == norm_id,
        Comment.provision_id == provision_id,
        Comment.visibility != Visibility.HELD,
        OPENS_A_THREAD,
        *strand,
    )
    if before:
        query = query.where(Comment.number < before).order_by(Comment.number.desc())
    else:
        query = query.where(Comment.number > after).order_by(Comment.number)
    found = lines_of(session, query.limit(limit + 1))
    is_more = len(found) > limit
    lines = found[-limit:] if before else found[:limit]
    answers = _replies(session, [line.comment.id for line in lines])
    return Threads(
        [Thread(line, *answers.get(line.comment.id, ([], 0))) for line in lines],
        lines[0].comment.number if lines and (is_more if before else after) else None,
        lines[-1].comment.number if lines and (before or is_more) else None,
    )


def _replies(session: Session, opened: Sequence[int]) -> dict[int, tuple[Sequence[Comment], int]]:
    """The first replies to each of these comments, and how many more there are; one statement."""
    if not opened:
        return {}
    ranked = (
        sa.select(
            Comment.id,
            sa.func.row_number().over(partition_by=Comment.parent_id, order_by=Comment.number).label("place"),
            sa.func.count().over(partition_by=Comment.parent_id).label("number"),
        )
        .where(Comment.parent_id.in_(opened), Comment.visibility != Visibility.HELD)
        .subquery()
    )
    rows = session.execute(
        sa.select(Comment, ranked.c.number)
        .select_from(ranked)
        .join(Comment, Comment.id == ranked.c.id)
        .where(ranked.c.place <= REPLIES)
        .order_by(Comment.parent_id, Comment.number)
        .options(joinedload(Comment.stakeholder), joinedload(Comment.provision))
    )
    found: dict[int, tuple[Sequence[Comment], int]] = {}
    for parent_id, some in groupby(rows, key=lambda row: row.Comment.parent_id):
        said, numbers = zip(*some, strict=True)
        found[parent_id] = said, numbers[0] - len(said)
    return found
