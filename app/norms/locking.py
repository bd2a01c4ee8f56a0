"""Acts at the same moment: what a stage permits is asked while the norm is held.

A verb holds the norm before it asks for a permission on it, and before it locks anything else, so that closed
is closed also for what is sent while a step is taken, and nobody waits in a circle.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.norms.models import Norm


class Hold(Enum):
    """What an act keeps for itself until its transaction ends. On SQLite there is one writer anyway."""

    BESIDE = "beside"  #: acts inside a stage: beside each other, never beside a step
    IN_TURN = "in-turn"  #: one after the other, because they number something or change the norm's row
    ALONE = "alone"  #: steps, and what must not change under the others


#: PostgreSQL's FOR KEY SHARE, FOR NO KEY UPDATE and FOR UPDATE.
_STRENGTH: Mapping[Hold, dict[str, Any]] = MappingProxyType(
    {Hold.BESIDE: {"read": True, "key_share": True}, Hold.IN_TURN: {"key_share": True}, Hold.ALONE: {}}
)


def lock(session: Session, norm: Norm, hold: Hold = Hold.BESIDE) -> None:
    """Read the norm as it is now; its stage stays that until the transaction ends.

    A transaction that needs more than one hold takes the strongest first.
    """
    key = sa.inspect(norm).identity  # norm.id could be a statement of its own
    held = sa.select(Norm).where(Norm.id == sa.literal(key and key[0])).with_for_update(**_STRENGTH[hold])
    session.execute(held.execution_options(populate_existing=True)).one()
