"""Positions beside the words on which they were stated, where those are others by now."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.norms.models import Clause, ClauseText, Norm, Provision
from app.norms.stages import TAKES_POSITIONS
from app.positions.models import Position

#: The present text in the language in which a position's author read it, and whether its words are others.
TEXT_THAT_WAS_READ = sa.and_(ClauseText.clause_id == Clause.id, ClauseText.language == Position.read_language)
READ_OTHERWISE = sa.and_(
    Position.text_digest == Clause.text_digest, Position.translation_digest != ClauseText.digest
)


def unconfirmed(session: Session, stakeholder_ids: Sequence[int]) -> Sequence[tuple[Position, Norm, str]]:
    """Positions of these stakeholders whose wording has changed since, where they can be reaffirmed; with the
    label that the clause has now.
    """
    rows = session.execute(
        sa.select(Position, Norm, Clause.label)
        .join(Norm, Norm.id == Position.norm_id)
        .join(
            Clause,
            sa.and_(Clause.draft_id == Norm.current_draft_id, Clause.provision_id == Position.provision_id),
        )
        .where(
            Position.stakeholder_id.in_(stakeholder_ids),
            Position.superseded_at.is_(None),
            Position.text_digest != Clause.text_digest,
            Norm.stage.in_(TAKES_POSITIONS),
        )
        .order_by(Norm.id, Clause.place)
        .options(joinedload(Position.provision), joinedload(Position.stakeholder))
    )
    return [(position, norm, label) for position, norm, label in rows]


def read_otherwise(session: Session, stakeholder_ids: Sequence[int]) -> Sequence[tuple[Position, Norm, str]]:
    """Positions of these stakeholders that were stated on a translation with other words, where they can be
    looked at again, with the label that the clause has now; one statement.
    """
    rows = session.execute(
        sa.select(Position, Norm, Clause.label)
        .join(Norm, Norm.id == Position.norm_id)
        .join(
            Clause,
            sa.and_(Clause.draft_id == Norm.current_draft_id, Clause.provision_id == Position.provision_id),
        )
        .join(ClauseText, TEXT_THAT_WAS_READ)
        .where(
            Position.stakeholder_id.in_(stakeholder_ids),
            Position.superseded_at.is_(None),
            READ_OTHERWISE,
            Norm.stage.in_(TAKES_POSITIONS),
        )
        .order_by(Norm.id, Clause.place)
        .options(joinedload(Position.provision), joinedload(Position.stakeholder))
    )
    return [(position, norm, label) for position, norm, label in rows]


def readers_of(session: Session, norm_id: int, code: str, language: str, words: bytes) -> Sequence[int]:
    """The stakeholders with a position that was stated on these words of a translation; one statement."""
    return session.scalars(
        sa.select(Position.stakeholder_id)
        .join(Provision, Provision.id == Position.provision_id)
        .where(
            Position.norm_id == norm_id,
            Provision.code == code,
            Position.superseded_at.is_(None),
            Position.read_language == language,
            Position.translation_digest == words,
        )
        .order_by(Position.stakeholder_id)
    ).all()
