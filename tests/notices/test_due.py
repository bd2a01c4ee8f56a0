"""When people are told: each in their rhythm, and all of them before a round closes."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Rhythm
from app.audit.models import AuditEntry
from app.norms.models import Norm
from app.positions.models import Stance
from tests.discussion.saying import Speaker, remark
from tests.notices.conftest import PostOffice, person
from tests.positions.saying import clause_of, say

Morning = Callable[..., int]


def test_three_days_before_a_round_closes_whoever_takes_part_is_reminded_once(
    session: Session, norm: Norm, peru: Speaker, office: PostOffice, morning: Morning, now: dt.datetime
) -> None:
    norm.closes_at = now + dt.timedelta(days=5, hours=2)
    say(session, norm, clause_of(session, norm, 1), peru, Stance.ACCEPT, now=now)
    morning(days=1)
    assert office.kept == []
    for _ in range(4):
        morning(days=1)
    assert "closes on 7 March 2026, 11:30 UTC" in office.text(person(session, peru).email)
    acts = session.scalars(sa.select(AuditEntry.subject).where(AuditEntry.act == "round-closing")).all()
    assert acts == ["closing:2026-03-07T11:30Z"]


def test_a_round_of_three_days_has_no_reminder(
    session: Session, norm: Norm, morning: Morning, now: dt.datetime
) -> None:
    norm.opens_at, norm.closes_at = now, now + dt.timedelta(days=3)
    morning(days=1)
    assert session.scalars(sa.select(AuditEntry)).all() == []


@pytest.mark.parametrize(
    ("rhythm", "after", "due"),
    [
        (Rhythm.AT_ONCE, {"minutes": 3}, True),
        (Rhythm.DAILY, {"hours": 20}, False),
        (Rhythm.DAILY, {"hours": 21}, True),
        (Rhythm.WEEKLY, {"days": 6}, False),
        (Rhythm.WEEKLY, {"days": 7}, True),
        (Rhythm.NEVER, {"days": 30}, False),
    ],
)
def test_each_is_told_in_their_rhythm(
    session: Session, norm: Norm, peru: Speaker, ghana: Speaker, office: PostOffice, morning: Morning,
    now: dt.datetime, rhythm: Rhythm, after: dict[str, float], due: bool,
) -> None:  # fmt: skip
    norm.closes_at = None
    follower = person(session, ghana)
    follower.rhythm = rhythm
    clause = clause_of(session, norm, 1)
    say(session, norm, clause, ghana, Stance.ACCEPT, now=now)
    remark(session, norm, clause, peru, now=now)
    morning(**after)
    assert len(office.to(follower.email)) == due
