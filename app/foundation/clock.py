"""The one place that asks what time it is, and that waits. Verbs are told; only the roof asks (no
database)."""

import datetime as dt
import time
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def a_moment() -> None:
    """A tenth of a second."""
    time.sleep(0.1)
