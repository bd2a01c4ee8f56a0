"""Reading assessments."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from app.consensus.models import Assessment
from app.consensus.series import Moment
from app.norms.models import Draft


def latest(session: Session, norm_id: int, draft_id: int | None = None) -> Assessment | None:
    """The newest assessment of a norm, or of one of its drafts; its result is read when it is asked for."""
    query = (
        sa.select(Assessment)
        .where(Assessment.norm_id == norm_id)
        .order_by(Assessment.number.desc())
        .limit(1)
        .options(defer(Assessment.result))
    )
    if draft_id is not None:
        query = query.where(Assessment.draft_id == draft_id)
    return session.scalars(query).one_or_none()


def count(session: Session, norm_id: int) -> int:
    """How many assessments of the norm there are; they are numbered from 1 without a gap."""
    found = session.scalar(sa.select(sa.func.max(Assessment.number)).where(Assessment.norm_id == norm_id))
    return found or 0


def series(session: Session, norm_id: int, code: str) -> list[Moment]:
    """One clause in every assessment that knew it, oldest first."""
    rows = session.execute(
        sa.select(
            Assessment.made_at,
            Draft.number,
            Assessment.is_official,
            Assessment.headline["stakeholders"],
            Assessment.headline["gates"],
            Assessment.headline["clauses"][code],
        )
        .join(Draft, Draft.id == Assessment.draft_id)
        .where(Assessment.norm_id == norm_id)
        .order_by(Assessment.number)
    )
    return [
        Moment(at, draft, is_official, people, passed / of if of else 1.0, *figures)
        for at, draft, is_official, people, (passed, of), figures in rows
        if figures is not None
    ]
