"""When all comments will be answered, if the work goes on as it did (pure)."""

import datetime as dt

WINDOW = dt.timedelta(days=14)
LONGEST = 3_650  #: days; a date further away says nothing


def done_on(answered: int, left: int, *, since: dt.datetime | None, now: dt.datetime) -> dt.date | None:
    """The day on which ``left`` comments are answered at the pace of late; None where there is no pace.

    answered: answers given within ``WINDOW`` before now. since: the first of them; days before it are not
    counted as idle, a day has been worked at least.

    >>> monday = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    >>> done_on(100, 250, since=monday - dt.timedelta(days=2), now=monday)
    datetime.date(2026, 3, 7)
    """
    if left <= 0 or answered <= 0 or since is None:
        return None
    worked = max((now - since) / dt.timedelta(days=1), 1.0)
    days = left * worked / answered
    return (now + dt.timedelta(days=days)).date() if days <= LONGEST else None
