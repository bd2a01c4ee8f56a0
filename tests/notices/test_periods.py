"""When notices are due."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import Rhythm
from app.notices.periods import last_end

moments = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2040, 1, 1), timezones=st.just(dt.UTC))
LENGTHS = {
    Rhythm.AT_ONCE: dt.timedelta(minutes=1),
    Rhythm.DAILY: dt.timedelta(days=1),
    Rhythm.WEEKLY: dt.timedelta(days=7),
}


@given(moments, st.sampled_from(list(LENGTHS)))
def test_the_last_end_is_past_and_not_longer_ago_than_a_period(now: dt.datetime, rhythm: Rhythm) -> None:
    settled = now - dt.timedelta(minutes=1)
    assert settled - LENGTHS[rhythm] < last_end(rhythm, now) <= settled


@given(moments, st.sampled_from(list(LENGTHS)))
def test_all_moments_of_a_period_have_the_same_end(now: dt.datetime, rhythm: Rhythm) -> None:
    end = last_end(rhythm, now)
    settled = end + dt.timedelta(minutes=1)
    assert last_end(rhythm, settled) == end
    assert last_end(rhythm, settled + LENGTHS[rhythm] - dt.timedelta(microseconds=1)) == end


def test_a_digest_comes_at_six_and_the_weekly_one_on_mondays() -> None:
    wednesday = dt.datetime(2026, 3, 4, 5, 59, tzinfo=dt.UTC)
    assert last_end(Rhythm.DAILY, wednesday) == dt.datetime(2026, 3, 3, 6, tzinfo=dt.UTC)
    assert last_end(Rhythm.DAILY, wednesday + dt.timedelta(minutes=2)).day == 4
    assert last_end(Rhythm.WEEKLY, wednesday) == dt.datetime(2026, 3, 2, 6, tzinfo=dt.UTC)
