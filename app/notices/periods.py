"""When a person's notices are due (pure)."""

import datetime as dt

from app.accounts.models import Rhythm

MAILED_AT_HOUR = 6  #: UTC, of digests
MONDAY = 0
SETTLING = dt.timedelta(minutes=1)  #: acts of a period may still be on their way into the record


def last_end(rhythm: Rhythm, now: dt.datetime) -> dt.datetime:
    """The end of the last whole period: what happened until then is due.

    "At once" has periods of a minute, so that a hundred acts in a row make a few mails.

    >>> last_end(Rhythm.WEEKLY, dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)).isoformat()
    '2026-03-02T06:00:00+00:00'
    """
    moment = now.astimezone(dt.UTC) - SETTLING
    if rhythm is Rhythm.AT_ONCE:
        return moment.replace(second=0, microsecond=0)
    shifted = moment - dt.timedelta(hours=MAILED_AT_HOUR)
    if rhythm is Rhythm.WEEKLY:
        shifted -= dt.timedelta(days=(shifted.weekday() - MONDAY) % 7)
    return shifted.replace(hour=MAILED_AT_HOUR, minute=0, second=0, microsecond=0)
