"""A worker on a host of its own: its own folder, its own name, and a clock that may be wrong.

With a seed it kills itself, as ``kill -9`` would, before a statement, a commit or after either, by chance.
Its job writes one row, with the host's name, and takes a while over it. Leases are short, so that those of a
killed worker run out within the test.
"""

import datetime as dt
import os
import random
import signal
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.foundation import jobs
from app.foundation.clock import utc_now
from app.worker import loop
from config import Config

LEASE = dt.timedelta(seconds=1.5)
CHANCE = 1 / 150
EFFECTS = "CREATE TABLE effect (job integer NOT NULL, host varchar(20))"
STARTS = "CREATE TABLE start (job integer NOT NULL, host varchar(20))"


def effect(host: str, session: Session, payload: Mapping[str, Any], now: dt.datetime) -> None:
    row = {"number": payload["number"], "host": host}
    session.execute(sa.text("INSERT INTO effect (job, host) VALUES (:number, :host)"), row)
    time.sleep(0.003)


def long(host: str, session: Session, payload: Mapping[str, Any], now: dt.datetime) -> Any:
    """As many leases long as it is told, outside every transaction."""
    row = {"number": payload["number"], "host": host}
    session.execute(sa.text("INSERT INTO start (job, host) VALUES (:number, :host)"), row)
    return partial(time.sleep, payload["leases"] * LEASE.total_seconds())


def doomed(seed: int) -> None:
    """Let this process die at a random moment of its work with the database."""
    chance = random.Random(seed)

    def perhaps(*_: Any) -> None:
        if chance.random() < CHANCE:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "after_cursor_execute", "commit", "checkin"):
        sa.event.listen(sa.pool.Pool if moment == "checkin" else sa.Engine, moment, perhaps)


def run(
    database_url: str,
    folder: Path,
    host: str = "one",
    *,
    seed: int | None = None,
    ahead: dt.timedelta = dt.timedelta(0),
    grace: float = loop.GRACE_SECONDS,
) -> None:
    """Work until a signal ends it, in a process of its own. ``ahead``: how wrong its clock is."""
    if seed is not None:
        doomed(seed)
    jobs.LEASE, loop.GRACE_SECONDS = LEASE, grace
    settings = Config(database_url=database_url, data_dir=folder / host, secret_key="for tests")
    app = create_app(settings, clock=lambda: utc_now() + ahead)
    handlers = {"effect": partial(effect, host), "long": partial(long, host)}
    loop.consume(app, handlers, {loop.tidy: dt.timedelta(hours=1)}, workers=2)
