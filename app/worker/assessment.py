"""The job that follows positions."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from app.consensus.kept import Kept
from app.kernel.computed_ahead import assess_without_waiting

_alone = Lock()
_kept: dict[str, Kept] = {}  #: of the norm that was assessed last, while nobody uses it


def assess_job(_session: Session, payload: Mapping[str, Any], _now: dt.datetime) -> Callable[[], object]:
    """The job that follows positions; a norm that is gone needs none. Doing it twice is doing it once."""
    return partial(assess_next, payload["norm"])


def assess_next(slug: str) -> None:
    """Assess a norm from what its last assessment left in this process; two at a time share nothing."""
    if not _alone.acquire(blocking=False):
        assess_without_waiting(slug)
        return
    try:
        kept = _kept.pop(slug, None) or Kept()
        _kept.clear()
        assess_without_waiting(slug, kept=kept)
        _kept[slug] = kept  # after a failure nothing is taken over
    finally:
        _alone.release()
