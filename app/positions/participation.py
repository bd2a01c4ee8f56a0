"""In which norms a stakeholder takes part."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.discussion.models import Backing, Comment
from app.norms.models import Draft, Norm
from app.norms.stages import FINISHED
from app.positions.models import Explanation, Position, Reservation


def taking_part(session: Session, stakeholder_ids: Sequence[int]) -> Mapping[int, Sequence[Norm]]:
    """The norms that are not finished on which each has said or backed something; one statement."""
    backed = (
        sa.select(Backing.stakeholder_id, Comment.norm_id)
        .join(Comment, Comment.id == Backing.comment_id)
        .where(Backing.stakeholder_id.in_(stakeholder_ids))
    )
    explained = (
        sa.select(Explanation.stakeholder_id, Draft.norm_id)
        .join(Draft, Draft.id == Explanation.draft_id)
        .where(Explanation.stakeholder_id.in_(stakeholder_ids))
    )
    said = [
        sa.select(kind.stakeholder_id, kind.norm_id).where(kind.stakeholder_id.in_(stakeholder_ids))
        for kind in (Position, Comment, Reservation)
    ]
    heard = sa.union(backed, explained, *said).subquery()
    rows = session.execute(
        sa.select(heard.c.stakeholder_id, Norm)
        .join(Norm, Norm.id == heard.c.norm_id)
        .where(Norm.stage.not_in(FINISHED))
        .order_by(Norm.id)
    )
    found: dict[int, list[Norm]] = {one: [] for one in stakeholder_ids}
    for stakeholder_id, norm in rows:
        found[stakeholder_id].append(norm)
    return found
