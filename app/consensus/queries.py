"""Reading assessments."""

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from app.consensus.frozen import Closing
from app.consensus.models import Assessment, FrozenInput
from app.consensus.series import SeriesPoint
from app.norms.models import Draft, Norm
from app.norms.stages import TAKES_POSITIONS


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


def stands(session: Session, norm: Norm, last: Assessment) -> bool:
    """Whether the norm's last assessment is the closing one of its draft, so that there is no later one.

    Where a round was opened again, the assessment at its earlier closing is not.
    """
    if not last.is_official:
        return False
    if norm.stage in TAKES_POSITIONS and (norm.closes_at is None or last.made_at < norm.closes_at):
        return False
    kept = sa.select(FrozenInput.assessment_id).where(FrozenInput.assessment_id == last.id)
    return session.scalar(kept) is not None


def closing(session: Session, assessment: Assessment) -> Closing:
    """What an official assessment was computed from.

    :raises ValueError: it is damaged, or not what the assessment names.
    """
    row = session.get_one(FrozenInput, assessment.id)
    found = Closing.read(row.content, row.positions)
    if found.data.digest != assessment.input_digest:
        raise ValueError(f"assessment {assessment.number} was computed from something else")
    return found


def count(session: Session, norm_id: int) -> int:
    """How many assessments of the norm there are; they are numbered from 1 without a gap."""
    found = session.scalar(sa.select(sa.func.max(Assessment.number)).where(Assessment.norm_id == norm_id))
    return found or 0


def series(session: Session, norm_id: int, code: str) -> list[SeriesPoint]:
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
        SeriesPoint(at, draft, is_official, people, passed / of if of else 1.0, *figures)
        for at, draft, is_official, people, (passed, of), figures in rows
        if figures is not None
    ]
