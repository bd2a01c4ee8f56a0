"""Comments with the very same words: counted, so that a campaign is seen for what it is."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.discussion.models import Comment, ProposedChange, Visibility
from app.discussion.queries import OPENS_A_THREAD

FEWEST = 2  #: comments with the same words that are worth a line


def same_words(session: Session, norm_id: int, comments: Sequence[Comment]) -> dict[int, int]:
    """Comment's id → how many comments of the norm that are shown have the same words; one statement.

    Only those with words that occur at least twice. What a proposed change says for itself is not compared.
    """
    digests = {said.words_digest for said in comments if said.change is None}
    if not digests:
        return {}
    rows = session.execute(_alike(norm_id).where(Comment.words_digest.in_(digests)))
    counts: Mapping[bytes, int] = {row.words_digest: row.alike for row in rows}
    return {
        said.id: counts[said.words_digest]
        for said in comments
        if said.change is None and said.words_digest in counts
    }


def mass_comments(session: Session, norm_id: int, provision_id: int | None) -> list[tuple[int, int]]:
    """(number of the first, how many) of the comments on a provision with the same words, most first.

    One statement.
    """
    first = sa.func.min(Comment.number).label("first")
    rows = session.execute(
        _alike(norm_id)
        .add_columns(first)
        .where(Comment.provision_id == provision_id)
        .order_by(sa.desc("alike"), first)
    )
    return [(row.first, row.alike) for row in rows]


def _alike(norm_id: int) -> sa.Select[bytes, int]:
    return (
        sa.select(Comment.words_digest, sa.func.count().label("alike"))
        .outerjoin(ProposedChange, ProposedChange.comment_id == Comment.id)
        .where(
            Comment.norm_id == norm_id,
            Comment.visibility == Visibility.SHOWN,
            OPENS_A_THREAD,
            ProposedChange.comment_id.is_(None),
        )
        .group_by(Comment.words_digest)
        .having(sa.func.count() >= FEWEST)
    )
