"""When all will be answered, at the pace of late."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from app.authority.actor import Actor
from app.discussion.progress import progress
from app.norms.models import Norm
from app.triage.pace import done_on
from app.triage.queries import Headway, headway
from tests.discussion.saying import decide, rows

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def day(number: int) -> dt.datetime:
    return NOON + dt.timedelta(days=number)


@pytest.mark.parametrize(
    ("answered", "left", "since", "expected"),
    [
        (140, 100, day(-14), day(10).date()),  # ten a day
        (10, 5, day(0), day(1).date()),  # a day has been worked at least
        (10, 5, day(-2), day(1).date()),  # five a day; what came before is not counted as idle
        (1, 50_000, day(-14), None),  # nineteen hundred years
        (0, 5, None, None),
        (5, 0, day(-1), None),
    ],
)
def test_the_day_follows_from_the_pace(
    answered: int, left: int, since: dt.datetime | None, expected: dt.date | None
) -> None:
    assert done_on(answered, left, since=since, now=NOON) == expected


def test_headway_counts_answers_and_people_of_the_last_two_weeks(
    session: Session, campaign: Norm, acting: Actor, now: dt.datetime
) -> None:
    assert headway(session, campaign.id, progress(session, campaign.id), now=now) == Headway(0, 8, 0, None)
    first, second = rows(session)[:2]
    decide(session, campaign, acting, first, now=now - dt.timedelta(days=20))
    assert headway(session, campaign.id, progress(session, campaign.id), now=now) == Headway(1, 8, 0, None)
    decide(session, campaign, acting, second, now=now - dt.timedelta(days=2))
    expected = (now + dt.timedelta(days=12)).date()
    assert headway(session, campaign.id, progress(session, campaign.id), now=now) == Headway(
        2, 8, 1, expected
    )
