"""A consumer that is killed.

With a seed it kills itself, as ``kill -9`` would, before a statement, a commit or after either, by chance.

Its job writes one row and takes a while over it. Its clock runs fast, so that the lease of a killed
consumer runs out within seconds; every consumer reads the same clock.
"""

import datetime as dt
import os
import random
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import create_app
from app.foundation.jobs import LEASE
from app.worker.loop import consume, tidy
from config import Config

EPOCH = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
LEASE_SECONDS = 1.0
CHANCE = 1 / 150
EFFECTS = "CREATE TABLE effect (job integer NOT NULL)"


def fast_clock() -> dt.datetime:
    return EPOCH + (time.time() - 1.7e9) / LEASE_SECONDS * LEASE


def effect(session: Session, payload: Mapping[str, Any], now: dt.datetime) -> None:
    session.execute(sa.text("INSERT INTO effect (job) VALUES (:number)"), {"number": payload["number"]})
    time.sleep(0.003)


def doomed(seed: int) -> None:
    """Let this process die at a random moment of its work with the database."""
    chance = random.Random(seed)

    def perhaps(*_: Any) -> None:
        if chance.random() < CHANCE:
            os.kill(os.getpid(), signal.SIGKILL)

    for moment in ("before_cursor_execute", "after_cursor_execute", "commit", "checkin"):
        sa.event.listen(sa.pool.Pool if moment == "checkin" else sa.Engine, moment, perhaps)


def run(database_url: str, folder: Path, seed: int | None = None) -> None:
    """Consume until a signal ends it, in a process of its own."""
    if seed is not None:
        doomed(seed)
    settings = Config(database_url=database_url, data_dir=folder, secret_key="for tests")
    app = create_app(settings, clock=fast_clock)
    consume(app, {"effect": effect}, {tidy: dt.timedelta(hours=1)}, workers=2)
