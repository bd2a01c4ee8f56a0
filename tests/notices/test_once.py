"""Nothing is lost and nothing is told twice, whatever becomes of the workers and the mail server."""

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import Rhythm, User
from app.authority.actor import SYSTEM
from app.authority.grants import NotAllowed
from app.foundation import jobs
from app.foundation.jobs import Job, JobState, LeaseLost
from app.norms.models import Norm
from app.notices import service
from app.notices.models import Notice, NoticeMark
from app.positions.models import Stance
from app.worker import loop
from tests.conftest import StoppedClock
from tests.discussion.saying import Speaker, remark
from tests.factories import Make
from tests.moments import at_once
from tests.notices.conftest import PostOffice, person
from tests.positions.saying import clause_of, say

Morning = Callable[..., int]
FOLLOWERS = 12


@pytest.fixture
def followers(session: Session, make: Make, norm: Norm, now: dt.datetime) -> list[User]:
    """People with a position on the first clause."""
    users = []
    for _ in range(FOLLOWERS):
        speaker = make.speaker()
        say(session, norm, clause_of(session, norm, 1), speaker, Stance.ACCEPT, now=now)
        users.append(session.get_one(User, speaker[0].user_id))
    return users


@pytest.fixture
def news(session: Session, norm: Norm, peru: Speaker, followers: list[User], now: dt.datetime) -> None:
    """Something they are to be told."""
    remark(session, norm, clause_of(session, norm, 1), peru, "Say who decides.", now=now)


def recipients(office: PostOffice) -> list[str]:
    return sorted(str(mail["To"]) for mail in office.kept)


def addresses(users: list[User]) -> list[str]:
    return sorted(str(user.email) for user in users)


@pytest.mark.usefixtures("news")
def test_each_is_told_once_however_often_the_worker_looks(
    office: PostOffice, followers: list[User], morning: Morning
) -> None:
    for _ in range(3):
        morning()
    assert recipients(office) == addresses(followers)


@pytest.mark.usefixtures("news")
def test_several_workers_at_once_tell_each_once(
    app: Flask, session: Session, clock: StoppedClock, office: PostOffice, followers: list[User]
) -> None:
    session.commit()
    clock.forward(days=1)
    errors: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                loop.see_who_is_to_be_told()
                loop.work_off(loop.HANDLERS)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and recipients(office) == addresses(followers)


@pytest.mark.usefixtures("news")
def test_rounds_at_once_give_each_one_digest(
    engine: sa.Engine, session: Session, followers: list[User], now: dt.datetime
) -> None:
    session.add(NoticeMark(id=1, through=0))
    session.commit()
    later = now + dt.timedelta(days=1)
    at_once(engine, *[lambda other: service.go_round(other, SYSTEM, now=later)] * 4)
    given = [
        job.payload["user_id"] for job in session.scalars(sa.select(Job).where(Job.kind == service.DIGEST))
    ]
    assert len(given) == len(set(given)) and set(given) >= {user.id for user in followers}


@pytest.mark.usefixtures("news")
def test_while_the_mail_server_is_down_nothing_is_lost_and_later_nothing_comes_twice(
    session: Session, office: PostOffice, norm: Norm, peru: Speaker, followers: list[User],
    clock: StoppedClock, morning: Morning,
) -> None:  # fmt: skip
    office.answer = "451 Try again later"
    morning()
    remark(session, norm, clause_of(session, norm, 1), peru, "One thing more.", now=clock())
    morning()
    assert office.tries >= 2 * FOLLOWERS and office.kept == []
    office.answer = "250 OK"
    morning()
    morning()
    assert recipients(office) == sorted(addresses(followers) * 2)
    for user in followers:
        first, second = sorted(str(mail.get_content()) for mail in office.to(user.email))
        assert ("One thing more." in first) != ("One thing more." in second)
        assert ("Say who decides." in first) != ("Say who decides." in second)


@pytest.mark.usefixtures("news")
def test_a_mail_server_that_takes_every_third_gets_each_mail_once(
    office: PostOffice, followers: list[User], morning: Morning
) -> None:
    office.busy = 3
    for _ in range(FOLLOWERS):
        morning(hours=5)
    assert recipients(office) == addresses(followers)
    assert office.tries > 2 * FOLLOWERS


def test_what_was_given_up_after_days_can_be_sent_after_all(
    runner: FlaskCliRunner, session: Session, office: PostOffice, norm: Norm, peru: Speaker, ghana: Speaker,
    morning: Morning, now: dt.datetime,
) -> None:  # fmt: skip
    norm.closes_at = None
    say(session, norm, clause_of(session, norm, 1), ghana, Stance.ACCEPT, now=now)
    remark(session, norm, clause_of(session, norm, 1), peru, now=now)
    office.answer = "451 Try again later"
    for _ in range(jobs.MAX_ATTEMPTS):
        morning(days=2)
    given_up = sa.select(Job.kind).where(Job.state == JobState.FAILED)
    assert session.scalars(given_up).all() == [service.DIGEST] and office.tries == jobs.MAX_ATTEMPTS
    office.answer = "250 OK"
    morning()
    assert office.kept == []
    assert runner.invoke(args=["worker", "--once", "--again"]).exit_code == 0
    assert recipients(office) == [person(session, ghana).email]


@pytest.mark.usefixtures("news")
def test_a_worker_that_dies_after_sending_sends_the_same_mail_again_and_loses_none(
    app: Flask, session: Session, office: PostOffice, followers: list[User], clock: StoppedClock,
    morning: Morning, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """It errs towards a second copy, which has the same Message-ID, so that a mailbox can drop it."""
    finish, doomed = jobs.finish, {"left": FOLLOWERS}

    def die(session: Session, job_id: int, token: str, *, now: dt.datetime) -> None:
        if session.get_one(Job, job_id).kind == service.DIGEST and office.kept and doomed["left"]:
            doomed["left"] -= 1
            raise LeaseLost  # as if killed: the job is left as it is, under its lease
        finish(session, job_id, token, now=now)

    monkeypatch.setattr(jobs, "finish", die)
    morning()
    morning(hours=1)
    by_id: dict[str, list[Any]] = {}
    for mail in office.kept:
        by_id.setdefault(str(mail["Message-ID"]), []).append((str(mail["To"]), mail.get_content()))
    assert len(office.kept) > FOLLOWERS
    assert sorted(copies[0][0] for copies in by_id.values()) == addresses(followers)
    assert all(len(set(copies)) == 1 for copies in by_id.values())


def test_a_worker_whose_lease_ran_out_does_not_send(
    app: Flask, session: Session, make: Make, office: PostOffice, clock: StoppedClock, morning: Morning,
    norm: Norm, peru: Speaker, ghana: Speaker, now: dt.datetime, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    say(session, norm, clause_of(session, norm, 1), ghana, Stance.ACCEPT, now=now)
    remark(session, norm, clause_of(session, norm, 1), peru, now=now)

    def overtaken(session: Session, payload: Any, moment: dt.datetime) -> Any:
        errand = loop.digests.deliver(session, payload, moment)
        session.execute(sa.update(Job).where(Job.id == payload["job_id"]).values(token="another's"))
        return errand

    monkeypatch.setattr(loop, "HANDLERS", {**loop.HANDLERS, service.DIGEST: overtaken})
    morning()
    assert office.kept == []


def test_an_act_that_is_undone_is_told_to_nobody(
    session: Session, norm: Norm, peru: Speaker, followers: list[User], office: PostOffice, morning: Morning,
    now: dt.datetime,
) -> None:  # fmt: skip
    session.commit()
    remark(session, norm, clause_of(session, norm, 1), peru, now=now)
    session.rollback()
    morning()
    assert office.kept == []


def test_a_record_longer_than_a_batch_is_read_to_its_end_before_anybody_is_told(
    session: Session, norm: Norm, peru: Speaker, followers: list[User], office: PostOffice, morning: Morning,
    now: dt.datetime, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(service, "BATCH", 5)
    for number in range(11):
        remark(session, norm, clause_of(session, norm, 1), peru, f"Point {number}.", now=now)
    morning()
    assert recipients(office) == addresses(followers)
    assert all(str(mail.get_content()).count("Point ") == 11 for mail in office.kept)
    assert session.scalar(sa.select(sa.func.count()).select_from(Notice)) == 11


def test_only_the_system_goes_round(session: Session, peru: Speaker, now: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        service.go_round(session, peru[0], now=now)


@pytest.mark.parametrize("state", ["erased", "stopped"])
def test_whoever_has_left_or_stopped_meanwhile_gets_no_mail(
    app: Flask, session: Session, office: PostOffice, norm: Norm, peru: Speaker, ghana: Speaker,
    clock: StoppedClock, now: dt.datetime, state: str,
) -> None:  # fmt: skip
    say(session, norm, clause_of(session, norm, 1), ghana, Stance.ACCEPT, now=now)
    remark(session, norm, clause_of(session, norm, 1), peru, now=now)
    service.go_round(session, SYSTEM, now=clock.forward(days=1))
    gone = session.get_one(User, ghana[0].user_id)
    if state == "stopped":
        gone.rhythm = Rhythm.NEVER
    else:
        gone.email, gone.erased_at = None, now
    session.commit()
    with app.app_context():
        loop.work_off(loop.HANDLERS)
    assert office.kept == []
    states = session.scalars(sa.select(Job.state).where(Job.kind == service.DIGEST)).all()
    assert set(states) == {JobState.DONE}
