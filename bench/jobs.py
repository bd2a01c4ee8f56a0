"""What kill -9 and ordinary restarts do to jobs on two hosts: how many are lost, done twice, and how late.

python -m bench.jobs [seconds]      PostgreSQL; leases as in production, so each part takes some minutes
"""

import datetime as dt
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.foundation import jobs
from app.foundation.clock import utc_now
from app.foundation.database import unit_of_work
from app.worker import loop
from config import Config
from tests import postgres
from tests.databases import PostgresDatabases

HOSTS = ("one", "two")
SECONDS = 150  #: during which workers are ended
PER_SECOND = 5  #: jobs that come
EVERY = 25.0  #: seconds from one worker's end to that of the next
TAKES = 0.3  #: seconds that a job takes
READY = multiprocessing.get_context("forkserver")


def effect(session: Session, payload: Mapping[str, Any], now: dt.datetime) -> None:
    time.sleep(TAKES)
    row = {"job": payload["number"]}
    session.execute(sa.text("INSERT INTO effect VALUES (:job, clock_timestamp())"), row)


def work(url: str, folder: Path) -> None:
    """One worker with two hands, as ``flask worker --workers 2``."""
    app = create_app(Config(database_url=url, data_dir=folder, secret_key="a secret for benchmarks only"))
    loop.consume(app, {"effect": effect}, {loop.tidy: dt.timedelta(hours=1)}, workers=2)


def measured(url: str, folder: Path, seconds: int, *, kill: bool) -> str:
    """A line of the table: workers of two hosts are ended by turns, and started again at once."""

    def start(host: str) -> multiprocessing.process.BaseProcess:
        process = READY.Process(target=work, args=(url, folder / host))
        process.start()
        return process

    engine, ended, number = sa.create_engine(Config(database_url=url).sqlalchemy_url), 0, 0
    chance = random.Random(7)
    running = {host: start(host) for host in HOSTS}
    with Session(engine) as session:
        with unit_of_work(session):
            session.execute(sa.text("CREATE TABLE effect (job integer, at timestamptz)"))
        time.sleep(10)  # until they have started
        begun = time.monotonic()
        next_end = begun + EVERY
        while time.monotonic() < begun + seconds:
            time.sleep(chance.expovariate(PER_SECOND))
            with unit_of_work(session):
                jobs.enqueue(session, "effect", {"number": number}, now=utc_now())
            number += 1
            if time.monotonic() > next_end:
                host = HOSTS[ended % len(HOSTS)]
                if kill:
                    running[host].kill()
                else:
                    running[host].terminate()
                running[host].join()
                running[host] = start(host)
                ended, next_end = ended + 1, time.monotonic() + EVERY
        give_up = time.monotonic() + 4 * jobs.LEASE.total_seconds()
        waiting = sa.select(sa.func.count()).where(jobs.Job.state != jobs.JobState.DONE)
        while session.scalar(waiting) and time.monotonic() < give_up:
            session.rollback()
            time.sleep(0.5)
        rows = session.execute(
            sa.text(
                "SELECT job, extract(epoch FROM at - created_at) FROM effect "
                "JOIN job ON (payload->>'number')::int = job"
            )
        ).all()
        again = session.scalar(sa.text("SELECT count(*) FROM job WHERE attempts > 1"))
    for process in running.values():
        process.terminate()
        process.join()
    engine.dispose()
    done = {job for job, _ in rows}
    late = sorted(float(seconds) for _, seconds in rows)
    figures = f"{number - len(done)} | {len(rows) - len(done)} | {again}"
    delays = f"{median(late):.2f} | {late[int(0.99 * len(late))]:.2f} | {late[-1]:.1f}"
    how = "`kill -9`" if kill else "SIGTERM (ordinary restart)"
    return f"| {how} | {number} | {ended} | {figures} | {delays} |"


def main(words: list[str]) -> None:
    seconds = int(words[0]) if words else SECONDS
    print("# Jobs while workers are ended\n")
    print(f"Two hosts with a worker of two hands each over one PostgreSQL; {PER_SECOND} jobs a second, each")
    print(f"{1000 * TAKES:.0f} ms of work, for {seconds} s. Every {EVERY:.0f} s the worker of one host is")
    print("ended, by turns, and started again at once. Delay: from a job's cause to its effect, in seconds;")
    print(f"a lease is {jobs.LEASE.total_seconds():.0f} s.\n")
    print("| ended by | jobs | ends | lost | done twice | begun again | median delay | 99 % | longest |")
    print("|---|---|---|---|---|---|---|---|---|")
    with postgres.server(postgres.DURABLE) as server:
        databases = PostgresDatabases(server)
        for kill in (False, True):
            with databases.filled() as url, tempfile.TemporaryDirectory() as folder:
                print(measured(url, Path(folder), seconds, kill=kill), flush=True)
        databases.close()
    print(f"\nLoad of the machine afterwards: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.")


if __name__ == "__main__":
    main(sys.argv[1:])
