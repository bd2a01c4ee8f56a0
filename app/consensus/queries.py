"""Reading assessments."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from app.consensus.frozen import Closing
from app.consensus.models import Assessment, FrozenInput
from app.consensus.series import SeriesPoint
from app.norms.models import Draft, Norm
from app.norms.stages import TAKES_POSITIONS
from app.positions.models import Position
from app.stakeholders.file_names import possible_names
from app.stakeholders.models import Category, Stakeholder


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


def told(session: Session, assessment: Assessment) -> dict[str, Any]:
    """The result as everybody may read it: in opinion groups entities stand by name, individuals as a number.

    What an individual answered on one clause cannot be set beside what they answered on another.
    """
    groups = dict(assessment.result["opinion_groups"])
    own, sizes = groups.pop("assignments"), list(groups["sizes"])
    entities = []
    for number, name, called in _entities(session, assessment.norm_id) if own else ():
        group = next((own[one] for one in called if one in own), None)
        if group is not None:
            entities.append({"stakeholder": number, "name": name, "group": group})
            sizes[group] -= 1
    return {**assessment.result, "opinion_groups": {**groups, "entities": entities, "individuals": sizes}}


def _entities(session: Session, norm_id: int) -> list[tuple[int, str, tuple[str, ...]]]:
    """Those with a position on a norm: number, name, what files may call them (``file_names``)."""
    spoke = sa.exists().where(Position.stakeholder_id == Stakeholder.id, Position.norm_id == norm_id)
    rows = session.execute(
        sa.select(Stakeholder.id, Stakeholder.name, Stakeholder.external_id)
        .where(Stakeholder.category != Category.INDIVIDUAL, spoke)
        .order_by(Stakeholder.id)
    )
    return [(row.id, row.name, possible_names(row.id, row.external_id)) for row in rows]


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
