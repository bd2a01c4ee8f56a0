"""Acts at the same moment: what a stage permits is asked while the norm is held.

A verb holds the norm before it asks for a permission on it, and before it locks anything else, so that closed
is closed also for what is sent while a step is taken, and nobody waits in a circle.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.database import id_of
from app.norms.models import Norm


class Hold(Enum):
    """What an act keeps for itself until its transaction ends. On SQLite there is one writer anyway."""

    BESIDE = "beside"  #: acts inside a stage: beside each other, never beside a step
    IN_TURN = "in-turn"  #: one after the other, because they number something or change the norm's row
    ALONE = "alone"  #: steps, and what must not change under the others


_ASKED = sa.select(Norm).where(Norm.id == sa.bindparam("norm")).execution_options(populate_existing=True)
#: PostgreSQL's FOR KEY SHARE, FOR NO KEY UPDATE and FOR UPDATE.
_HELD: Mapping[Hold, sa.Select[Norm]] = MappingProxyType(
    {
        Hold.BESIDE: _ASKED.with_for_update(read=True, key_share=True),
        Hold.IN_TURN: _ASKED.with_for_update(key_share=True),
        Hold.ALONE: _ASKED.with_for_update(),
    }
)


def lock(session: Session, norm: Norm, hold: Hold = Hold.BESIDE) -> None:
    """Read the norm as it is now; its stage stays that until the transaction ends.

    A transaction that needs more than one hold takes the strongest first.
    """
    session.execute(_HELD[hold], {"norm": id_of(norm)}).one()
