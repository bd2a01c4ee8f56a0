"""Reading what waits for an answer: the comments most like a text."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.discussion.models import Comment, ProposedChange, Visibility
from app.discussion.queries import OPENS_A_THREAD
from app.norms.models import Norm
from app.triage.similar import LONGEST, likeness

MOST_COMPARED = 5_000  #: comments of a clause, the newest
LEAST_ALIKE = 0.12  #: below, two comments share hardly more than the commonest syllables


@dataclass(frozen=True)
class Near:
    """A comment and how alike it is, in [0, 1]; 1 says the same."""

    comment: Comment
    likeness: float


def words_of(said: Comment) -> str:
    """What a comment is compared by: the wording it proposes, then its own words."""
    wording = said.change.wording if said.change else None
    return joined(said.body, wording)


def joined(body: str, wording: str | None) -> str:
    return f"{wording}\n{body}" if wording else body


def nearest(
    session: Session, norm: Norm, provision_id: int | None, text: str, language: str, *, count: int = 5
) -> Sequence[Near]:
    """The comments on the same provision, or on the draft as a whole, that are most like a text, best first.

    Only comments that are shown and open a thread, in the text's own language. Two statements; about 0.1 s
    for 5,000 comments.
    """
    rows = session.execute(
        sa.select(
            Comment.id,
            sa.func.substr(Comment.body, 1, LONGEST),
            sa.func.substr(ProposedChange.wording, 1, LONGEST),
        )
        .outerjoin(ProposedChange, ProposedChange.comment_id == Comment.id)
        .where(
            Comment.norm_id == norm.id,
            Comment.provision_id == provision_id,
            Comment.language == language,
            Comment.visibility == Visibility.SHOWN,
            OPENS_A_THREAD,
        )
        .order_by(Comment.id.desc())
        .limit(MOST_COMPARED)
    ).all()
    alike = likeness(
        text, language, [joined(body, wording) for _, body, wording in rows], [language] * len(rows)
    )
    best = sorted(
        zip(alike.tolist(), (row.id for row in rows), strict=True), key=lambda pair: (-pair[0], pair[1])
    )
    chosen = {number: share for share, number in best[:count] if share >= LEAST_ALIKE}
    found = session.scalars(
        sa.select(Comment)
        .where(Comment.id.in_(chosen))
        .options(joinedload(Comment.stakeholder), joinedload(Comment.change))
    )
    return sorted(
        (Near(one, chosen[one.id]) for one in found), key=lambda near: (-near.likeness, near.comment.id)
    )
