"""Two thousand people follow one norm: what an act and a round cost."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Rhythm, User
from app.authority.actor import SYSTEM
from app.foundation.jobs import Job
from app.norms.models import Norm
from app.notices import queries, service
from app.notices.models import Follow, Notice
from tests.discussion.saying import Speaker, remark
from tests.moments import statements
from tests.positions.saying import clause_of

MANY = 2000


def crowd(session: Session, norm: Norm, number: int, now: dt.datetime) -> None:
    """People who follow the first clause."""
    first = session.scalar(sa.select(sa.func.max(User.id))) or 0
    ids = range(first + 1, first + 1 + number)
    session.execute(
        sa.insert(User),
        [
            {
                "id": each,
                "pseudonym": f"follower-{each}",
                "email": f"follower{each}@example.org",
                "name": "Follower",
                "language": "en",
                "confirmed_at": now,
                "created_at": now,
                "is_administrator": False,
                "rhythm": Rhythm.AT_ONCE,
                "told_through": 0,
            }
            for each in ids
        ],
    )
    provision = clause_of(session, norm, 1).provision_id
    session.execute(
        sa.insert(Follow), [{"user_id": each, "provision_id": provision, "is_on": True} for each in ids]
    )
    session.commit()


@pytest.mark.parametrize("number", [1, MANY])
def test_an_act_costs_the_same_however_many_follow(
    engine: sa.Engine, session: Session, norm: Norm, peru: Speaker, now: dt.datetime, number: int
) -> None:
    crowd(session, norm, number, now)
    clause = clause_of(session, norm, 1)
    with statements(engine) as sent:
        remark(session, norm, clause, peru, now=now)
    assert len([one for one in sent if "notice" in one or "follow" in one or "job" in one]) == 0


def test_a_round_is_a_few_statements_a_thousand_people_and_each_is_told_once(
    engine: sa.Engine, session: Session, norm: Norm, peru: Speaker, now: dt.datetime
) -> None:
    crowd(session, norm, MANY, now)
    for number in range(20):
        remark(session, norm, clause_of(session, norm, 1), peru, f"Point {number}.", now=now)
    session.commit()
    later, rounds = now + dt.timedelta(hours=1), 0
    with statements(engine) as sent:
        while rounds == 0 or session.scalar(sa.select(Job.id).where(Job.kind == service.ROUND)):
            session.execute(sa.delete(Job).where(Job.kind == service.ROUND))
            service.go_round(session, SYSTEM, now=later)
            rounds += 1
    assert rounds == 3 and len(sent) < 30 * rounds
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 20
    told = session.scalars(sa.select(Job).where(Job.kind == service.DIGEST)).all()
    assert len({job.payload["user_id"] for job in told}) == len(told) == MANY


def test_a_digest_reads_the_same_number_of_statements_however_long_it_is(
    engine: sa.Engine, session: Session, norm: Norm, peru: Speaker, ghana: Speaker, now: dt.datetime
) -> None:
    clause, counts = clause_of(session, norm, 1), []
    remark(session, norm, clause, ghana, "Mine.", now=now)
    reader = session.get_one(User, ghana[0].user_id)
    for number in (1, 30):
        for each in range(number):
            remark(session, norm, clause, peru, f"Point {each}.", now=now)
        service.go_round(session, SYSTEM, now=now)
        session.commit()
        session.expire_all()
        reader = session.get_one(User, reader.id)
        with statements(engine) as sent:
            found = queries.digest(session, reader, after=0, upto=1000, now=now)
            assert [item.notice.comment.stakeholder.name for item in found.items if item.notice.comment]
        counts.append(len(sent))
    assert counts[0] == counts[1] < 15
