"""``flask worker --once`` that says, as JSON, how long each of its writing transactions took.

Milliseconds by the wall, and of computing in it: on a machine with much else to do the first is longer.
"""

import json
import sys
import time
from typing import Any

import sqlalchemy as sa

from app import create_app
from app.kernel.extensions import db
from app.worker.loop import CHORES, HANDLERS, work_off


def main() -> None:
    app, held = create_app(), []
    begun: dict[sa.Connection, tuple[float, float]] = {}

    def begins(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("writes"):
            begun[connection] = time.perf_counter(), time.thread_time()

    def ends(connection: sa.Connection) -> None:
        """Also of those that read; the commit's own wait for the disk comes on top."""
        if connection in begun:
            wall, computing = begun.pop(connection)
            held.append([1000 * (time.perf_counter() - wall), 1000 * (time.thread_time() - computing)])

    with app.app_context():
        listeners: dict[str, Any] = {"begin": begins, "commit": ends, "rollback": ends}
        for moment, listener in listeners.items():
            sa.event.listen(db.engine, moment, listener)  # after our own, which takes the lock
        for chore in CHORES:
            chore()
        work_off(HANDLERS)
    json.dump(held, sys.stdout)


if __name__ == "__main__":
    main()
