"""Acts at the same moment: what a stage permits is asked while the norm is held.

A verb holds the norm before it asks for a permission on it, and before it locks anything else, so that closed
is closed also for what is sent while a step is taken, and nobody waits in a circle.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.foundation import locking, metrics
from app.foundation.database import id_of
from app.foundation.locking import Hold
from app.norms.models import Norm

HELD = "norms held in this transaction"
_TAKING = {hold: locking.held(sa.select(Norm), hold) for hold in Hold}
_BY_ID = {hold: taking.where(Norm.id == sa.bindparam("norm")) for hold, taking in _TAKING.items()}
_BY_SLUG = {hold: taking.where(Norm.slug == sa.bindparam("slug")) for hold, taking in _TAKING.items()}


def lock(session: Session, norm: Norm, hold: Hold = Hold.BESIDE) -> None:
    """Read the norm as it is now; its stage stays that until the transaction ends.

    Acts inside a stage go BESIDE each other, never beside a step; those that number something or change the
    norm's row go IN_TURN; steps, and what must not change under the others, go ALONE.
    A transaction that needs more than one hold takes the strongest first. One that it has is not taken again.
    """
    if (id_of(norm), hold) not in _held(session):
        with metrics.LOCK_SECONDS.measured("norm"):
            session.scalars(_BY_ID[hold], {"norm": id_of(norm)}).one()
        _held(session).add((id_of(norm), hold))


def held(session: Session, slug: str, hold: Hold = Hold.BESIDE) -> Norm | None:
    """The norm with this slug, held from its first reading on; None where there is none."""
    with metrics.LOCK_SECONDS.measured("norm"):
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
