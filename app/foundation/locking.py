"""Rows that are held: read as they are now, for others to wait for until the transaction ends."""

from enum import Enum
from types import MappingProxyType
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation import metrics
from app.foundation.database import Base

Rows = TypeVar("Rows", bound=sa.Select[*tuple[Any, ...]])


class Hold(Enum):
    """What a transaction keeps for itself until it ends. On SQLite there is one writer anyway."""

    BESIDE = "beside"  #: beside each other, never beside those who hold it alone: FOR KEY SHARE
    IN_TURN = "in-turn"  #: one after the other; others may point to it meanwhile: FOR NO KEY UPDATE
    ALONE = "alone"  #: nobody else writes it, or a row that points to it: FOR UPDATE


_TAKING = MappingProxyType(
    {
        Hold.BESIDE: {"read": True, "key_share": True},
        Hold.IN_TURN: {"key_share": True},
        Hold.ALONE: {},
    }
)


def lock(session: Session, row: Base, hold: Hold = Hold.ALONE) -> None:
    """Read a row again as it is now, and hold it until the transaction ends.

    On PostgreSQL the row is locked as ``hold`` says: whoever else wants it waits, and what is read is what
    was committed last. On SQLite who writes is alone from the beginning (``unit_of_work``), so that the row
    is only read again. What was changed in it is written before; what it points to is read when asked for.
    """
    with metrics.LOCK_SECONDS.measured("row"):
        session.refresh(row, with_for_update={**_TAKING[hold], "of": type(row)})


def held(rows: Rows, hold: Hold = Hold.ALONE) -> Rows:
    """The question for rows that holds what it finds, in the order asked for, and reads it again.

    Of joined tables only the first thing that is asked for is held.
    """
    kind = rows.column_descriptions[0]["entity"]
    return rows.with_for_update(of=kind, **_TAKING[hold]).execution_options(populate_existing=True)


def free(rows: Rows) -> Rows:
    """The question for rows that passes over those that are held by others, and holds the rest alone."""
    return rows.with_for_update(skip_locked=True)
