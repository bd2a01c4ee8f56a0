"""Jobs: each is done and takes effect once, in its order, whatever becomes of a worker."""

import datetime as dt
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts import service
from app.foundation import jobs
from app.foundation.clock import utc_now
from app.foundation.database import unit_of_work
from app.foundation.jobs import Job, JobState, LeaseLost
from app.worker import loop
from config import Config
from tests.conftest import StoppedClock
from tests.databases import fill
from tests.factories import Make
from tests.worker import consumer

JOBS, KILLS = 200, 8
KINDS = ("effect", "mail", "fail", "fatal", "late")
PATIENCE_SECONDS = 60


#: Starts processes that have read the application already, which takes longer than all that they do.
READY = multiprocessing.get_context("forkserver")
READY.set_forkserver_preload(["tests.worker.consumer"])


Process = multiprocessing.process.BaseProcess
Start = Callable[..., Process]


@pytest.fixture
def start(config: Config, tmp_path: Path) -> Iterator[Start]:
    """Workers; what still runs at the end of the test is ended."""
    begun: list[Process] = []

    def start(host: str = "one", **how: Any) -> Process:
        process = READY.Process(target=consumer.run, args=(config.database_url, tmp_path, host), kwargs=how)
        process.start()
        begun.append(process)
        return process

    yield start
    for process in begun:
        process.kill()
        process.join()


@pytest.fixture
def hosts(database_url: str) -> tuple[str, ...]:
    """On PostgreSQL there are two."""
    return ("one", "two") if database_url.startswith("postgresql") else ("one",)


def prepare(session: Session, count: int, kind: str = "effect", **said: Any) -> None:
    with unit_of_work(session):
        session.execute(sa.text(consumer.EFFECTS))
        session.execute(sa.text(consumer.STARTS))
        for number in range(count):
            jobs.enqueue(session, kind, {"number": number, **said}, now=utc_now())


def count(session: Session, query: str) -> int:
    session.rollback()
    found = session.execute(sa.text(query)).scalar_one()
    session.rollback()
    return int(found)


def until(session: Session, query: str, number: int = 1) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while count(session, query) < number:
        assert time.monotonic() < give_up, f"{query}: still less than {number}"
        time.sleep(0.02)


DONE = "SELECT count(*) FROM job WHERE state = 'done'"
EFFECTS = "SELECT count(*) FROM effect"
BEGUN = "SELECT count(*) FROM start"


def test_a_worker_killed_at_any_moment_loses_no_job_and_repeats_no_effect(
    session: Session, start: Start, hosts: tuple[str, ...]
) -> None:
    prepare(session, JOBS)
    running: dict[str, Process] = {}
    killed = dict.fromkeys(hosts, 0)
    for seed in range(KILLS):
        host = hosts[seed % len(hosts)]
        running[host] = start(host, seed=seed)
        while all(one.is_alive() for one in running.values()) and count(session, DONE) < JOBS:
            time.sleep(0.02)
        for name, process in list(running.items()):
            if not process.is_alive():
                killed[name] += process.exitcode == -signal.SIGKILL
                del running[name]
        if len(running) == len(hosts):  # all is done
            break
    assert min(killed.values()) >= 2, "the workers were to be killed in the midst of it"
    last = [start(host) for host in hosts]
    until(session, DONE, JOBS)
    for process in last:
        process.terminate()
        process.join(30)
        assert process.exitcode == 0
    effects = session.execute(sa.text("SELECT job, count(*) FROM effect GROUP BY job")).all()
    assert {tuple(row) for row in effects} == {(number, 1) for number in range(JOBS)}
    names = session.scalars(sa.text("SELECT DISTINCT host FROM effect")).all()
    assert set(names) == set(hosts)


def test_a_killed_workers_job_is_taken_over_when_its_lease_has_run_out(
    session: Session, start: Start, hosts: tuple[str, ...]
) -> None:
    prepare(session, 1, "long", leases=0.5)
    first = start(hosts[0])
    until(session, BEGUN)
    first.kill()
    first.join()
    start(hosts[-1])
    until(session, DONE)
    began = session.scalars(sa.text("SELECT host FROM start")).all()
    assert began == [hosts[0], hosts[-1]]
    assert session.scalars(sa.select(Job.attempts)).one() == 2


def test_nobody_else_begins_what_takes_longer_than_a_lease(
    session: Session, start: Start, hosts: tuple[str, ...]
) -> None:
    wrong = dt.timedelta(minutes=15 if len(hosts) == 2 else 0)  # a host has one clock
    prepare(session, 1, "long", leases=3)
    start(hosts[0], ahead=-wrong)
    until(session, BEGUN)
    start(hosts[-1], ahead=wrong)
    until(session, DONE)
    assert count(session, BEGUN) == 1


def test_a_worker_that_is_told_to_end_finishes_its_job(session: Session, start: Start) -> None:
    prepare(session, 3, "long", leases=0.5)
    worker = start()
    until(session, BEGUN, 2)  # it has two hands
    worker.terminate()
    worker.join(PATIENCE_SECONDS)
    assert worker.exitcode == 0
    assert (count(session, DONE), count(session, BEGUN)) == (2, 2)


def test_a_worker_that_cannot_end_in_time_gives_its_job_back(session: Session, start: Start) -> None:
    prepare(session, 1, "long", leases=1000)
    worker = start(grace=0.1)
    until(session, BEGUN)
    worker.terminate()
    worker.join(PATIENCE_SECONDS)
    assert worker.exitcode == 0
    session.rollback()
    with unit_of_work(session):
        again = jobs.claim(session, ["long"], now=utc_now())
    assert again is not None and again.attempts == 1


def test_one_worker_takes_jobs_in_the_order_in_which_they_are_due(
    app: Flask, session: Session, clock: StoppedClock
) -> None:
    for number, delay in enumerate((3, 1, 2, 1)):
        jobs.enqueue(session, "kept", {"n": number}, now=clock(), delay=dt.timedelta(minutes=delay))
    session.commit()
    taken: list[int] = []
    clock.forward(minutes=5)
    with app.app_context():
        loop.work_off({"kept": lambda _session, payload, _now: taken.append(payload["n"])})
    assert taken == [1, 3, 2, 0]


def test_the_effect_of_a_stale_worker_is_refused(session: Session, engine: sa.Engine, make: Make) -> None:
    now = make.now
    prepare(session, 1)
    with unit_of_work(session):
        stale = jobs.claim(session, KINDS, now=utc_now())
    assert stale is not None
    number, token = stale.id, stale.token
    later = stale.due_at + dt.timedelta(seconds=1)
    with Session(engine) as other, unit_of_work(other):
        fresh = jobs.claim(other, KINDS, now=later)
        assert fresh is not None and fresh.id == number and fresh.token != token
        consumer.effect("one", other, {"number": 0}, now)
        jobs.finish(other, number, fresh.token or "", now=later)
    with pytest.raises(LeaseLost), unit_of_work(session):
        consumer.effect("one", session, {"number": 0}, now)
        jobs.finish(session, number, token or "", now=later)
    assert count(session, "SELECT count(*) FROM effect") == 1


def test_a_claimed_job_is_nobody_elses_until_its_lease_runs_out(session: Session, now: dt.datetime) -> None:
    with unit_of_work(session):
        jobs.enqueue(session, "mail", {}, now=now)
    with unit_of_work(session):
        assert jobs.claim(session, KINDS, now=now) is not None
    with unit_of_work(session):
        assert jobs.claim(session, KINDS, now=now + jobs.LEASE - dt.timedelta(seconds=1)) is None
        assert jobs.claim(session, KINDS, now=now + jobs.LEASE) is not None


def test_a_job_that_fails_is_tried_again_later_and_given_up_in_the_end(
    app: Flask, session: Session, clock: StoppedClock
) -> None:
    def fail(session: Session, payload: Mapping[str, Any], now: dt.datetime) -> None:
        session.execute(sa.text("INSERT INTO effect (job) VALUES (1)"))
        raise ConnectionError("amina@example.org")

    session.execute(sa.text(consumer.EFFECTS))
    jobs.enqueue(session, "fail", {}, now=clock())
    session.commit()
    with app.app_context():
        for _ in range(jobs.MAX_ATTEMPTS):
            assert loop.work_off({"fail": fail}) == 0
            clock.forward(hours=48)
    job = session.scalars(sa.select(Job)).one()
    assert (job.state, job.attempts, job.error) == (JobState.FAILED, jobs.MAX_ATTEMPTS, "ConnectionError")
    assert count(session, "SELECT count(*) FROM effect") == 0


def test_what_is_hopeless_is_given_up_at_once(app: Flask, session: Session, clock: StoppedClock) -> None:
    def fail(session: Session, payload: Mapping[str, Any], now: dt.datetime) -> None:
        raise jobs.Hopeless("SMTPDataError")

    jobs.enqueue(session, "fail", {}, now=clock())
    session.commit()
    with app.app_context():
        loop.work_off({"fail": fail})
    job = session.scalars(sa.select(Job)).one()
    assert (job.state, job.attempts, job.error) == (JobState.FAILED, 1, "SMTPDataError")


def test_a_job_that_ends_its_workers_is_given_up(app: Flask, session: Session, clock: StoppedClock) -> None:
    jobs.enqueue(session, "fatal", {}, now=clock())
    session.commit()
    for _ in range(jobs.MAX_ATTEMPTS):
        with unit_of_work(session):
            assert jobs.claim(session, KINDS, now=clock()) is not None
        clock.forward(minutes=1)
    with unit_of_work(session):
        assert jobs.claim(session, KINDS, now=clock()) is None and not jobs.is_due(
            session, KINDS, now=clock()
        )
    with app.app_context():
        loop.tidy()
    session.rollback()
    job = session.scalars(sa.select(Job)).one()
    assert (job.state, job.error) == (JobState.FAILED, "WorkerLost")


def test_who_fails_after_the_lease_leaves_the_next_ones_claim_alone(
    app: Flask, session: Session, clock: StoppedClock
) -> None:
    def fail_late(own: Session, payload: Mapping[str, Any], now: dt.datetime) -> None:
        own.rollback()
        clock.forward(minutes=2)
        with Session(own.get_bind()) as other, unit_of_work(other):
            taken.append(jobs.claim(other, KINDS, now=clock()))
        raise ConnectionError

    taken: list[Job | None] = []
    jobs.enqueue(session, "late", {}, now=clock())
    session.commit()
    with app.app_context():
        loop.work_off({"late": fail_late})
    session.rollback()
    job = session.scalars(sa.select(Job)).one()
    assert taken[0] is not None and job.error is None and job.due_at == clock() + jobs.LEASE


def test_a_mail_delivered_twice_is_one_mail(
    app: Flask,
    config: Config,
    session: Session,
    make: Make,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = make.user()
    service.mail(session, "reset", user, now=clock())
    session.commit()

    def die(*args: Any, **values: Any) -> None:
        raise LeaseLost

    with app.app_context():
        with monkeypatch.context() as broken:
            broken.setattr(jobs, "finish", die)  # as if killed after the mail had left
            assert loop.work_off(loop.HANDLERS) == 0
        (mail,) = (config.data_dir / "mail").iterdir()
        first = mail.read_bytes()
        clock.forward(hours=1)
        assert loop.work_off(loop.HANDLERS) == 1
    (mail,) = (config.data_dir / "mail").iterdir()
    assert mail.read_bytes().split(b"Date:")[0] == first.split(b"Date:")[0]
    assert mail.read_bytes().split(b"Message-ID:")[1] == first.split(b"Message-ID:")[1]


def test_a_mail_to_a_person_who_has_left_is_not_sent(
    app: Flask, config: Config, session: Session, make: Make, now: dt.datetime
) -> None:
    user = make.user()
    service.mail(session, "reset", user, now=now)
    user.email, user.erased_at = None, now
    session.commit()
    with app.app_context():
        assert loop.work_off(loop.HANDLERS) == 1
    assert not (config.data_dir / "mail").exists()


def test_the_command_does_what_is_due_and_ends(
    runner: FlaskCliRunner, session: Session, make: Make, now: dt.datetime
) -> None:
    service.mail(session, "known", make.user(), now=now)
    session.commit()
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    states = session.execute(sa.select(Job.kind, Job.state).order_by(Job.kind)).all()
    assert [tuple(row) for row in states] == [("mail", JobState.DONE), ("notices", JobState.DONE)]


def test_a_worker_outlives_a_database_that_is_away(tmp_path: Path) -> None:
    missing = tmp_path / "not yet"
    away = Config(database_url=f"sqlite:///{missing / 'later.db'}", data_dir=tmp_path, secret_key="s")
    process = READY.Process(target=consumer.run, args=(away.database_url, tmp_path))
    process.start()
    time.sleep(3)
    assert process.is_alive()
    missing.mkdir()
    engine = sa.create_engine(away.sqlalchemy_url)
    fill(away.database_url)
    with Session(engine) as later:
        prepare(later, 1)
        until(later, EFFECTS)
    engine.dispose()
    process.terminate()
    process.join(30)
    assert process.exitcode == 0
