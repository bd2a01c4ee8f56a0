"""Reads for a proposed exclusion: conduct, texts and earlier decisions."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.consensus.coordinated_activity import Conduct
from app.consensus.input import AssessmentInput
from app.consensus.input_queries import wordings
from app.consensus.models import SetAside, SetAsideStakeholder
from app.discussion.models import Comment, Visibility
from app.foundation.libraries import np
from app.norms.models import Norm
from app.positions.models import Position
from app.stakeholders.file_names import file_names
from app.stakeholders.models import Stakeholder


@dataclass(frozen=True)
class ActivityReading:
    """The conduct of everybody in an assessment's input. ``people``: the stakeholder of each row."""

    conduct: Conduct
    people: Sequence[Stakeholder]


def watched(session: Session, norm: Norm, data: AssessmentInput) -> ActivityReading:
    """Who said what when, row by row of the input."""
    place_of = wordings(session, norm).place_of
    current = sa.and_(Position.norm_id == norm.id, Position.superseded_at.is_(None))
    rows = session.execute(
        sa.select(Position.stakeholder_id, Position.provision_id, Position.stated_at).where(current)
    )
    said = {(holder, place_of.get(provision)): at for holder, provision, at in rows}
    people = session.scalars(
        sa.select(Stakeholder).where(Stakeholder.id.in_(sa.select(Position.stakeholder_id).where(current)))
    ).all()
    names = file_names((one.id, one.origin, one.external_id) for one in people)
    named = {names[one.id]: one for one in people}
    seated = [named[name] for name in data.people]
    matrix = data.positions
    at = [
        int(said[seated[row].id, place].timestamp())
        for row, place in zip(matrix.rows.tolist(), matrix.columns.tolist(), strict=True)
    ]
    known = np.array([verified for _, _, verified in data.cells], dtype=bool)[data.cell_of]
    stated_at = np.array(at, dtype=np.int64)
    conduct = Conduct(matrix.rows, matrix.columns, matrix.stances, stated_at, known, data.cell_of)
    return ActivityReading(conduct, seated)


def texts(session: Session, norm_id: int) -> list[tuple[int, str]]:
    """(stakeholder, words) of every reason of a current position and every shown comment."""
    reasons = sa.select(Position.stakeholder_id, Position.reason).where(
        Position.norm_id == norm_id, Position.superseded_at.is_(None), Position.reason != ""
    )
    comments = sa.select(Comment.stakeholder_id, Comment.body).where(
        Comment.norm_id == norm_id, Comment.visibility == Visibility.SHOWN
    )
    return [(holder, words) for query in (reasons, comments) for holder, words in session.execute(query)]


def decisions(session: Session, norm_id: int) -> list[tuple[SetAside, int]]:
    """Every decision on the norm with the number of those it sets aside, newest first."""
    count = sa.func.count(SetAsideStakeholder.stakeholder_id)
    rows = session.execute(
        sa.select(SetAside, count)
        .join(SetAsideStakeholder, SetAsideStakeholder.set_aside_id == SetAside.id)
        .where(SetAside.norm_id == norm_id)
        .group_by(SetAside.id)
        .order_by(SetAside.id.desc())
    )
    return [(decision, number) for decision, number in rows]
