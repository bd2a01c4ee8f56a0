"""Jobs that have failed, as an administrator sees them and decides on them."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM
from app.foundation import jobs
from app.foundation.errors import NotAllowed
from app.foundation.jobs import Job, JobState
from app.kernel.diagnosis import Condition
from app.operation import service as operation
from app.web.operation.views import CONDITIONS, KINDS, PARTS, SHOWN
from app.worker.loop import HANDLERS
from tests.browser import Browser
from tests.factories import Make


@pytest.fixture
def administrator(make: Make, sign_in: Callable[[User], str]) -> User:
    user = make.user(is_administrator=True)
    sign_in(user)
    return user


def failed(session: Session, now: dt.datetime, kind: str = "mail", error: str = "SMTPDataError") -> Job:
    job = Job(
        kind=kind,
        payload={"user_id": 7, "mail": "secret@example.org"},
        state=JobState.FAILED,
        attempts=16,
        created_at=now - dt.timedelta(days=4),
        due_at=now,
        done_at=now,
        error=error,
    )
    session.add(job)
    session.commit()
    return job


def states(session: Session) -> dict[int, JobState]:
    session.expire_all()
    return {one.id: one.state for one in session.scalars(sa.select(Job))}


def acts(session: Session) -> list[tuple[str, str, object]]:
    entries = session.scalars(
        sa.select(AuditEntry).where(AuditEntry.act.like("jobs-%")).order_by(AuditEntry.number)
    )
    return [(one.act, one.subject, one.details) for one in entries]


def test_one_those_of_a_kind_or_all_are_tried_again(session: Session, now: dt.datetime) -> None:
    one, other, third = failed(session, now), failed(session, now), failed(session, now, "assess")
    fourth = failed(session, now, "digest")
    assert operation.try_again(session, SYSTEM, number=one.id, now=now) == 1
    assert states(session)[one.id] is JobState.WAITING and one.attempts == 0 and one.error is None
    assert operation.try_again(session, SYSTEM, kind="mail", now=now) == 1
    assert states(session)[other.id] is JobState.WAITING and states(session)[third.id] is JobState.FAILED
    assert operation.try_again(session, SYSTEM, now=now) == 2
    assert set(states(session).values()) == {JobState.WAITING}
    assert acts(session) == [
        ("jobs-tried-again", "jobs", {"kinds": {"mail": 1}}),
        ("jobs-tried-again", "jobs", {"kinds": {"mail": 1}}),
        ("jobs-tried-again", "jobs", {"kinds": {"assess": 1, "digest": 1}}),
    ]
    assert fourth.id in states(session)


def test_a_step_is_never_tried_again(
    browser: Browser, session: Session, administrator: User, now: dt.datetime
) -> None:
    """Its hour has passed, and whoever requested it was told."""
    number = failed(session, now, "step").id
    for chosen in ({"number": number}, {"kind": "step"}, {}):
        with pytest.raises(operation.NoFailedJob):
            operation.try_again(session, SYSTEM, **chosen, now=now)
    session.rollback()
    page = browser.get("/en/status/").text
    assert "Try again" not in page and "Try all again" not in page
    assert "whoever requested a step was told" in page
    assert browser.post(f"/en/status/jobs/{number}/discard/").status_code == 303
    assert states(session) == {}


def test_what_is_discarded_is_gone_and_what_waits_stays(session: Session, now: dt.datetime) -> None:
    one, other = failed(session, now), failed(session, now, "assess")
    jobs.enqueue(session, "mail", {}, now=now)
    assert operation.discard(session, SYSTEM, kind="mail", now=now) == 1
    assert one.id not in states(session) and other.id in states(session)
    assert sorted(states(session).values()) == [JobState.FAILED, JobState.WAITING]
    assert acts(session) == [("jobs-discarded", "jobs", {"kinds": {"mail": 1}})]


@pytest.mark.parametrize("act", [operation.try_again, operation.discard])
def test_what_has_not_failed_is_refused(act: Callable[..., int], session: Session, now: dt.datetime) -> None:
    jobs.enqueue(session, "mail", {}, now=now)
    waiting = session.scalars(sa.select(Job)).one()
    for chosen in ({"number": waiting.id}, {"number": 0}, {"kind": "mail"}, {"kind": "other"}, {}):
        with pytest.raises(operation.NoFailedJob):
            act(session, SYSTEM, **chosen, now=now)
    assert acts(session) == []


@pytest.mark.parametrize("act", [operation.try_again, operation.discard])
def test_only_administrators_decide(
    act: Callable[..., int], session: Session, make: Make, now: dt.datetime
) -> None:
    failed(session, now)
    with pytest.raises(NotAllowed):
        act(session, make.actor(make.user("Ana")), now=now)
    assert acts(session) == []


def test_the_command_tries_all_again_and_is_recorded(
    session: Session, runner: FlaskCliRunner, now: dt.datetime
) -> None:
    failed(session, now, "unknown")
    for _ in range(2):  # the second time there is none
        done = runner.invoke(args=["worker", "--once", "--again"])
        assert done.exit_code == 0, done.output
    assert acts(session) == [("jobs-tried-again", "jobs", {"kinds": {"unknown": 1}})]


def test_the_page_tells_of_a_failed_job_without_what_is_in_it(
    browser: Browser, session: Session, administrator: User, now: dt.datetime
) -> None:
    job = failed(session, now)
    page = browser.get("/en/status/").text
    for told in (f"Job {job.id}", "E-mails about accounts and mandates", "SMTPDataError", "16"):
        assert told in page
    assert "secret@example.org" not in page
    assert browser.post(f"/en/status/jobs/{job.id}/again/").status_code == 303
    page = browser.get("/en/status/").text
    assert f"Job {job.id} will be tried again." in page and "SMTPDataError" not in page
    again = browser.post(f"/en/status/jobs/{job.id}/again/")
    assert again.status_code == 409 and "No such job has failed" in again.text


def test_of_many_failed_jobs_the_latest_of_each_kind_are_shown(
    browser: Browser, session: Session, administrator: User, now: dt.datetime
) -> None:
    for minute in range(SHOWN + 2):
        failed(session, now + dt.timedelta(minutes=minute))
    failed(session, now, "assess")
    page = browser.get("/en/status/").text
    assert page.count("Kind of error") == SHOWN + 1
    assert f"The latest {SHOWN} are shown." in page
    browser.post("/en/status/kinds/mail/discard/")
    assert len(states(session)) == 1


def test_every_kind_part_and_condition_has_its_words() -> None:
    assert set(KINDS) == set(HANDLERS)
    assert set(CONDITIONS) == set(Condition)
    assert set(PARTS) == {"database", "schema", "storage", "key", "worker", "jobs", "mail"}
