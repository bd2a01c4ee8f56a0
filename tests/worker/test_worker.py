"""Jobs: none is lost and none takes effect twice, whenever a consumer is killed."""

import datetime as dt
import multiprocessing
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner
from huey import MemoryHuey, RedisHuey
from sqlalchemy.orm import Session

from app.accounts import service
from app.foundation import jobs
from app.foundation.database import Base, unit_of_work
from app.foundation.jobs import Job, JobState, LeaseLost
from app.worker import loop
from config import Config
from tests.conftest import StoppedClock
from tests.factories import Make
from tests.worker import consumer

JOBS, KILLS = 400, 12
KINDS = ("effect", "mail", "fail", "fatal", "late")
PATIENCE_SECONDS = 60


#: Starts processes that have read the application already, which takes longer than all that they do.
READY = multiprocessing.get_context("forkserver")
READY.set_forkserver_preload(["tests.worker.consumer"])


def start(config: Config, seed: int | None = None) -> multiprocessing.process.BaseProcess:
    process = READY.Process(target=consumer.run, args=(config.database_url, config.data_dir, seed))
    process.start()
    return process


def prepare(session: Session, count: int) -> None:
    with unit_of_work(session):
        session.execute(sa.text(consumer.EFFECTS))
        for number in range(count):
            jobs.enqueue(session, "effect", {"number": number}, now=consumer.fast_clock())


def count(session: Session, query: str) -> int:
    session.rollback()
    found = session.execute(sa.text(query)).scalar_one()
    session.rollback()
    return int(found)


def test_a_consumer_killed_at_any_moment_loses_no_job_and_repeats_no_effect(
    session: Session, config: Config
) -> None:
    prepare(session, JOBS)
    done, killed = "SELECT count(*) FROM job WHERE state = 'done'", 0
    for seed in range(KILLS):
        process = start(config, seed)
        while process.is_alive() and count(session, done) < JOBS:
            time.sleep(0.02)
        killed += process.exitcode == -signal.SIGKILL
        process.kill()
        process.join()
    assert killed >= KILLS // 2, "the consumers were to be killed in the midst of it"
    process = start(config)
    give_up = time.monotonic() + PATIENCE_SECONDS
    while count(session, done) < JOBS and time.monotonic() < give_up:
        time.sleep(0.05)
    process.terminate()
    process.join(30)
    assert process.exitcode == 0
    effects = session.execute(sa.text("SELECT job, count(*) FROM effect GROUP BY job")).all()
    assert {tuple(row) for row in effects} == {(number, 1) for number in range(JOBS)}


def test_the_effect_of_a_stale_worker_is_refused(session: Session, engine: sa.Engine, make: Make) -> None:
    now = make.now
    prepare(session, 1)
    with unit_of_work(session):
        stale = jobs.claim(session, KINDS, now=consumer.fast_clock())
    assert stale is not None
    number, token = stale.id, stale.token
    later = stale.due_at + dt.timedelta(seconds=1)
    with Session(engine) as other, unit_of_work(other):
        fresh = jobs.claim(other, KINDS, now=later)
        assert fresh is not None and fresh.id == number and fresh.token != token
        consumer.effect(other, {"number": 0}, now)
        jobs.finish(other, number, fresh.token or "", now=later)
    with pytest.raises(LeaseLost), unit_of_work(session):
        consumer.effect(session, {"number": 0}, now)
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
        clock.forward(minutes=10)
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
        clock.forward(minutes=11)
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


def test_a_mail_to_somebody_who_has_left_is_not_sent(
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


def test_the_queue_is_in_memory_unless_redis_is_named(tmp_path: Path, make_app: Any) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    alone = make_app(Config(data_dir=tmp_path, secret_key="s", database_url=url))
    shared = make_app(
        Config(data_dir=tmp_path, secret_key="s", database_url=url, redis_url="redis://localhost:1/0")
    )
    assert isinstance(loop.queue_of(alone), MemoryHuey)
    assert isinstance(loop.queue_of(shared), RedisHuey)


def test_a_worker_outlives_a_database_that_is_away(tmp_path: Path) -> None:
    missing = tmp_path / "not yet"
    away = Config(database_url=f"sqlite:///{missing / 'later.db'}", data_dir=tmp_path, secret_key="s")
    process = start(away)
    time.sleep(3)
    assert process.is_alive()
    missing.mkdir()
    engine = sa.create_engine(away.sqlalchemy_url)
    Base.metadata.create_all(engine)
    with Session(engine) as later:
        prepare(later, 1)
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not count(later, "SELECT count(*) FROM effect") and time.monotonic() < give_up:
            time.sleep(0.05)
        assert count(later, "SELECT count(*) FROM effect") == 1
    engine.dispose()
    process.terminate()
    process.join(30)
    assert process.exitcode == 0
