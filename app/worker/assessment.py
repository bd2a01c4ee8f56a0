"""The job that follows positions."""

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from app.kernel.computed_ahead import assess_without_waiting


def assess_job(_session: Session, payload: Mapping[str, Any], _now: dt.datetime) -> Callable[[], object]:
    """The job that follows positions; a norm that is gone needs none. Doing it twice is doing it once."""
    return partial(assess_without_waiting, payload["norm"])
