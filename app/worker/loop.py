"""The worker: hands that take what is due in the table of jobs, until a signal ends them."""

import datetime as dt
import signal
import time
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext, suppress
from threading import Event, Thread
from typing import Any

import click
import structlog
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from app.accounts import sign_ins, throttle
from app.audit.service import anchor
from app.authority.actor import SYSTEM
from app.foundation import jobs, metrics
from app.foundation.database import is_away
from app.kernel import command_line, logs
from app.kernel.publishing import take_files
from app.kernel.step_jobs import step_job
from app.lifecycle import requested_steps
from app.lifecycle.requested_steps import STEP
from app.mail import digests, letters
from app.notices.service import DIGEST, ROUND, ask_for_round
from app.operation import service as operation
from app.triage.embedding_jobs import VECTORS
from app.triage.near_copy_search import COPIES
from app.worker.assessment import assess_job
from app.worker.leases import Leases, SharedClock
from app.worker.similarity import copies_job, see_what_lacks_vectors, vectors_job
from config import Config

Errand = Callable[[], object]
Chore = Callable[[], None]
Handler = Callable[[Session, Mapping[str, Any], dt.datetime], Errand | None]

#: What each kind of job does, in one transaction with the job's end. What leaves the house, such as a mail,
#: or takes long, such as an assessment, is handed back as an errand: it is run after that transaction, so
#: that it holds no lock.
HANDLERS: Mapping[str, Handler] = {
    "mail": letters.deliver,
    "assess": assess_job,
    ROUND: digests.round_job,
    DIGEST: digests.deliver,
    VECTORS: vectors_job,
    COPIES: copies_job,
    STEP: step_job,
}

POLL_SECONDS = 0.5  #: between two looks of all hands together
AWAY_SECONDS = 30.0  #: between two looks while the database is away, at most
GRACE_SECONDS = 20.0  #: what a signal leaves to a job in hand; less than systemd leaves to the worker
KEPT = dt.timedelta(days=7)  #: how long a job that is done stays to be looked at
log = structlog.get_logger("worker")


def work_off(
    handlers: Mapping[str, Handler], leases: Leases | None = None, ending: Event | None = None
) -> int:
    """Do everything that is due; the number of jobs that were done. ``ending``: begin no other job."""
    done = 0
    while not (ending and ending.is_set()) and (job := _claimed(handlers)):
        try:
            with metrics.JOB_SECONDS.measured(job.kind), leases.holding(job) if leases else nullcontext():
                _do(job, handlers[job.kind])
            done += 1
            metrics.JOBS.add(job.kind, "done")
        except jobs.LeaseLost:
            metrics.JOBS.add(job.kind, "lost")
            log.warning("lease lost", job=job.id, kind=job.kind)
        except Exception as error:
            metrics.JOBS.add(job.kind, "failed")
            log.exception("job failed", job=job.id, kind=job.kind, attempt=job.attempts)
            _after(job, error)
    return done


def _claimed(kinds: Collection[str]) -> jobs.Job | None:
    if not jobs.is_due(command_line.session(), kinds, now=command_line.now()):
        command_line.session().rollback()
        return None
    with command_line.work() as session:
        job = jobs.claim(session, kinds, now=command_line.now())
        if job is not None:
            session.expunge(job)  # as it was claimed, whoever claims it after us
        return job


def _do(job: jobs.Job, handle: Handler) -> None:
    number, token = job.id, job.token or ""
    payload = {**job.payload, "job_id": number, "token": token}
    with command_line.work() as session:
        errand = handle(session, payload, command_line.now())
        if errand is None:
            jobs.finish(session, number, token, now=command_line.now())
        else:
            jobs.keep(session, number, token, now=command_line.now())
    if errand is not None:
        errand()
        with command_line.work() as session:
            jobs.finish(session, number, token, now=command_line.now())


def _after(job: jobs.Job, error: Exception) -> None:
    settle = jobs.give_up if isinstance(error, jobs.Hopeless) else jobs.put_back
    name = str(error) if isinstance(error, jobs.Hopeless) else type(error).__name__
    try:
        with command_line.work() as session:
            settle(session, job, name, now=command_line.now())
    except jobs.LeaseLost:
        log.warning("lease lost", job=job.id, kind=job.kind)


def tidy() -> None:
    """Remove what is no longer needed: jobs long done, tries and sign-ins that have lapsed."""
    with command_line.work() as session:
        now = command_line.now()
        jobs.give_up_lost(session, now=now)
        jobs.forget_done(session, before=now - KEPT)
        requested_steps.forget(session, before=now - KEPT)
        throttle.forget(session, now=now)
        sign_ins.forget_lapsed(session, now=now)


def see_who_is_to_be_told() -> None:
    """Ask for a round of notices; several workers that ask at the same time have one."""
    with command_line.work() as session:
        ask_for_round(session, now=command_line.now())


def bind_chains() -> None:
    """Let the platform's chain of the record take up where the norms' chains stand."""
    with command_line.work() as session:
        anchor(session, now=command_line.now())


#: What is done by the clock, and how often.
CHORES: Mapping[Chore, dt.timedelta] = {
    tidy: dt.timedelta(hours=1),
    see_who_is_to_be_told: dt.timedelta(minutes=1),
    see_what_lacks_vectors: dt.timedelta(minutes=1),
    bind_chains: dt.timedelta(minutes=5),
}


def consume(
    app: Flask, handlers: Mapping[str, Handler], chores: Mapping[Chore, dt.timedelta], *, workers: int = 1
) -> None:
    """Run until a signal ends it. A job in hand has a while to end then, and is given back after it."""
    ending, leases, done = Event(), Leases(), dict[Chore, dt.datetime]()
    clock = app.extensions["clock"] = SharedClock(app.extensions["clock"])
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: ending.set())

    def mind_the_clock() -> None:
        clock.compare(command_line.session())
        leases.renew()
        for chore, every in chores.items():
            if chore not in done or clock() - done[chore] >= every:
                chore()
                done[chore] = clock()

    def hand(number: int) -> None:
        ending.wait(number * POLL_SECONDS)  # they look by turns
        keep_at(app, lambda: work_off(handlers, leases, ending), ending, POLL_SECONDS * workers)

    hands = [Thread(target=hand, args=(number,), daemon=True) for number in range(workers)]
    keep_at(app, lambda: clock.compare(command_line.session()), ending, once=True)
    keep_at(app, take_files, ending, once=True)
    for one in hands:
        one.start()
    keep_at(app, mind_the_clock, ending, jobs.LEASE.total_seconds() / 4)
    until = time.monotonic() + GRACE_SECONDS
    for one in hands:
        one.join(max(0.0, until - time.monotonic()))
    with app.app_context():
        leases.give_back()


def keep_at(
    app: Flask, do: Callable[[], object], ending: Event, every: float = 0.0, *, once: bool = False
) -> None:
    """Do it again and again; while the database is away, less and less often."""
    wait = 0.0
    while not ending.wait(wait):
        try:
            with app.app_context():
                do()
            if once:
                return
            wait = every
        except Exception as error:
            if is_away(error):
                metrics.AWAY.add()
            log.warning("could not look", error=type(error).__name__)
            wait = min(AWAY_SECONDS, 2 * max(wait, POLL_SECONDS))


@click.command("worker")
@click.option("--once", is_flag=True, help="Do what is due, then end.")
@click.option("--again", is_flag=True, help="First let what was given up be tried again.")
@click.option("--workers", default=1, show_default=True, help="Jobs that are done side by side.")
@with_appcontext
def worker(once: bool, again: bool, workers: int) -> None:
    """Do the jobs that pages leave behind.

    They are mails, notices, steps, assessments, near copies and vectors.
    """
    config: Config = current_app.extensions["config"]
    if again:
        with suppress(operation.NoFailedJob), command_line.work() as session:
            operation.try_again(session, SYSTEM, now=command_line.now())
    if once:
        take_files()
        for chore in CHORES:
            chore()
        work_off(HANDLERS)
    else:
        logs.of_service()
        if config.metrics_token:
            metrics.begin(config.metrics_folder)
        consume(current_app._get_current_object(), HANDLERS, CHORES, workers=workers)  # type: ignore[attr-defined]
