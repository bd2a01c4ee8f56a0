"""A moderator's day on a small consultation, the same that bench/moderators_day.py runs at volume."""

from flask import Flask
from sqlalchemy.orm import Session

from bench.moderators_day import Work, check, morning, run
from bench.volume_world import furnish
from tests.conftest import StoppedClock
from tests.factories import Make

COMMENTS, CLAUSES, STAKEHOLDERS = 300, 12, 40
WORK = Work(waiting=70, held=8, singly=9, merges=4)


def test_a_day_ends_with_every_comment_answered_and_a_new_draft(
    app: Flask, session: Session, make: Make, clock: StoppedClock
) -> None:
    norm = furnish(make, count=COMMENTS, clauses_=CLAUSES, stakeholders=STAKEHOLDERS)
    moderator, chair = morning(make, norm, WORK)
    session.commit()
    day = run(app, clock, moderator, chair, WORK)
    assert check(session, norm, moderator, COMMENTS, WORK) >= WORK.waiting
    assert len(day.took) > 100
