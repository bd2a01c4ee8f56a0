"""Reading assessments and what they are made from."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.consensus.models import Assessment


def latest(session: Session, norm_id: int, draft_id: int | None = None) -> Assessment | None:
    """The newest assessment of a norm, or of one of its drafts."""
    query = (
        sa.select(Assessment).where(Assessment.norm_id == norm_id).order_by(Assessment.number.desc()).limit(1)
    )
    if draft_id is not None:
        query = query.where(Assessment.draft_id == draft_id)
    return session.scalars(query).one_or_none()
