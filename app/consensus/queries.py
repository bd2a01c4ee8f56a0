"""Reading assessments."""

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


def count(session: Session, norm_id: int) -> int:
    """How many assessments of the norm there are; they are numbered from 1 without a gap."""
    found = session.scalar(sa.select(sa.func.max(Assessment.number)).where(Assessment.norm_id == norm_id))
    return found or 0
