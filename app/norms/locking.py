"""Acts at the same moment: what a stage permits is asked while the norm is held.

A verb holds the norm before it asks for a permission on it, and before it locks anything else, so that closed
is closed also for what is sent while a step is taken, and nobody waits in a circle.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.foundation.database import id_of
from app.norms.models import Norm


class Hold(Enum):
    """What an act keeps for itself until its transaction ends. On SQLite there is one writer anyway."""

    BESIDE = "beside"  #: acts inside a stage: beside each other, never beside a step
    IN_TURN = "in-turn"  #: one after the other, because they number something or change the norm's row
    ALONE = "alone"  #: steps, and what must not change under the others


HELD = "norms held in this transaction"
_ASKED = sa.select(Norm).execution_options(populate_existing=True)
#: PostgreSQL's FOR KEY SHARE, FOR NO KEY UPDATE and FOR UPDATE.
_TAKING: Mapping[Hold, sa.Select[Norm]] = MappingProxyType(
    {
        Hold.BESIDE: _ASKED.with_for_update(read=True, key_share=True),
        Hold.IN_TURN: _ASKED.with_for_update(key_share=True),
        Hold.ALONE: _ASKED.with_for_update(),
    }
)
_BY_ID = {hold: taking.where(Norm.id == sa.bindparam("norm")) for hold, taking in _TAKING.items()}
_BY_SLUG = {hold: taking.where(Norm.slug == sa.bindparam("slug")) for hold, taking in _TAKING.items()}


def lock(session: Session, norm: Norm, hold: Hold = Hold.BESIDE) -> None:
    """Read the norm as it is now; its stage stays that until the transaction ends.

    A transaction that needs more than one hold takes the strongest first. One that it has is not taken again.
    """
    if (id_of(norm), hold) not in _held(session):
        session.scalars(_BY_ID[hold], {"norm": id_of(norm)}).one()
        _held(session).add((id_of(norm), hold))


def held(session: Session, slug: str, hold: Hold = Hold.BESIDE) -> Norm | None:
    """The norm with this slug, held from its first reading on; None where there is none."""
    norm = session.scalars(_BY_SLUG[hold], {"slug": slug}).one_or_none()
    if norm is not None:
        _held(session).add((id_of(norm), hold))
    return norm


def _held(session: Session) -> set[tuple[int | None, Hold]]:
    found: set[tuple[int | None, Hold]] = session.info.setdefault(HELD, set())
    return found


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, _transaction: Any) -> None:
    """With a savepoint that is undone go the locks that were taken in it: rather ask once more."""
    session.info.pop(HELD, None)
