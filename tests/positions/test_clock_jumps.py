"""The clock of a host is set back or runs ahead: what was said stands in the order in which it was said."""

import datetime as dt

import sqlalchemy as sa
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.positions.models import Position, Stance
from tests.conftest import StoppedClock
from tests.factories import Make
from tests.positions.saying import clause_of, say

JUMPS = (dt.timedelta(days=1), dt.timedelta(hours=-3), dt.timedelta(days=9), dt.timedelta(days=-8))


def test_the_last_position_counts_although_the_clock_says_it_is_earlier(
    session: Session, make: Make, clock: StoppedClock, runner: FlaskCliRunner
) -> None:
    norm = make.norm("Machines serve people.", slug="clocks", closes_at=None)
    delegate, clause = make.speaker(), clause_of(session, norm, 1)
    stances = (Stance.SUPPORT, Stance.ACCEPT, Stance.ABSTAIN, Stance.SUPPORT)
    for stance, jump in zip(stances, JUMPS, strict=True):
        clock.moment += jump
        say(session, norm, clause, delegate, stance, now=clock())
        session.commit()
    said = session.scalars(sa.select(Position).order_by(Position.id)).all()
    assert [one.stance for one in said] == list(stances)
    assert [one.superseded_at is None for one in said] == [False, False, False, True]
    recorded = session.scalars(
        sa.select(AuditEntry.subject).where(AuditEntry.act == "position-stated").order_by(AuditEntry.place)
    )
    assert recorded.all() == [f"position:{one.id}" for one in said]
    verified = runner.invoke(args=["audit", "verify"])
    assert (verified.exit_code, verified.stderr) == (0, "")
