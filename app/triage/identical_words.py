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
    rows = session.execute(
        _worded(norm_id)
        .where(Comment.words_digest.in_(digests))
        .add_columns(sa.func.count().label("alike"))
        .group_by(Comment.words_digest)
        .having(sa.func.count() >= FEWEST)
    )
    counts: Mapping[bytes, int] = {row.words_digest: row.alike for row in rows}
    return {
        said.id: counts[said.words_digest]
        for said in comments
        if said.change is None and said.words_digest in counts
    }


def mass_comments(session: Session, norm_id: int, provision_id: int | None) -> list[tuple[int, int]]:
    """(number of the first, how many) of the comments on a provision with the same words, most first.

    One statement. The provision's comments are found first: SQLite would else read those of the whole norm.
    """
    of_provision = _worded(norm_id).add_columns(Comment.number).where(Comment.provision_id == provision_id)
    said = of_provision.cte("said").prefix_with("MATERIALIZED")
    first, alike = sa.func.min(said.c.number).label("first"), sa.func.count().label("alike")
    rows = session.execute(
        sa.select(first, alike)
        .group_by(said.c.words_digest)
        .having(alike >= FEWEST)
        .order_by(alike.desc(), first)
    )
    return [(row.first, row.alike) for row in rows]


def _worded(norm_id: int) -> sa.Select[bytes]:
    """The words' digest of each comment that is compared."""
    return (
        sa.select(Comment.words_digest)
        .outerjoin(ProposedChange, ProposedChange.comment_id == Comment.id)
        .where(
            Comment.norm_id == norm_id,
            Comment.visibility == Visibility.SHOWN,
            OPENS_A_THREAD,
            ProposedChange.comment_id.is_(None),
        )
    )
