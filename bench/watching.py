"""What an installation takes while it is used: computing by role, waiting for locks, memory, files, jobs."""

import re
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import psutil
import sqlalchemy as sa
from scipy import stats

from bench.delegates import Done
from bench.installation import Installation
from config import Config
from tests.postgres import Cluster

EVERY = 0.25  #: seconds between two looks at locks
MARKS = {"comment": "body", "position": "reason", "disposition": "reason"}  #: where acts leave them
WAITING = sa.text(
    "SELECT count(*), coalesce(max(extract(epoch FROM clock_timestamp() - query_start)), 0) "
    "FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@dataclass
class Database:
    """A database that is measured; ``cluster``: what runs it, on PostgreSQL."""

    name: str
    url: str
    cluster: Cluster | None = None

    def engine(self) -> sa.Engine:
        return sa.create_engine(Config(database_url=self.url).sqlalchemy_url, poolclass=sa.NullPool)

    def processes(self) -> list[psutil.Process]:
        if self.cluster is None:
            return []
        with suppress(psutil.NoSuchProcess):
            main = psutil.Process(self.cluster.process.pid)
            return [main, *main.children(recursive=True)]
        return []

    def marks(self, evening: str) -> Counter[str]:
        """The acts of an evening that are in the database, by their marks."""
        mark, found = re.compile(rf"\(({re.escape(evening)}-\d+-\d+)\)"), Counter[str]()
        with self.engine().connect() as connection:
            for table, column in MARKS.items():
                query = sa.text(f"SELECT {column} FROM {table} WHERE {column} LIKE :mark")
                for (words,) in connection.execute(query, {"mark": f"%({evening}-%"}):
                    found.update(mark.findall(words))
        return found

    @contextmanager
    def waiting(self) -> Iterator["Waiting"]:
        """How many wait for a lock meanwhile; on SQLite, how long one has to who wants to write."""
        told, ending = Waiting(), threading.Event()
        look = self._postgres_look if self.cluster else self._sqlite_look
        thread = threading.Thread(target=look, args=(told, ending))
        thread.start()
        try:
            yield told
        finally:
            ending.set()
            thread.join()

    def _postgres_look(self, told: "Waiting", ending: threading.Event) -> None:
        while not ending.wait(EVERY):
            with suppress(sa.exc.OperationalError), self.engine().connect() as connection:
                while not ending.wait(EVERY):
                    count, longest = connection.execute(WAITING).one()
                    connection.rollback()
                    told.note(int(count), float(longest))

    def _sqlite_look(self, told: "Waiting", ending: threading.Event) -> None:
        connection = sqlite3.connect(
            sa.make_url(self.url).database or "", timeout=60, isolation_level=None, check_same_thread=False
        )
        while not ending.wait(EVERY):
            begun = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
            waited = time.perf_counter() - begun
            told.note(int(waited > 0.01), waited)
        connection.close()


@dataclass
class Waiting:
    """Looks at the locks: how many waited at each, and the longest wait in seconds."""

    looks: list[int] = field(default_factory=list)
    longest: float = 0.0

    def note(self, count: int, longest: float) -> None:
        self.looks.append(count)
        self.longest = max(self.longest, longest if count else 0.0)

    @property
    def mean(self) -> float:
        return sum(self.looks) / max(1, len(self.looks))


def computed(installation: Installation, database: Database) -> dict[str, float]:
    """Seconds of CPU that each role has used so far."""
    used = {
        role: sum(cpu_seconds(one.family()) for one in services)
        for role, services in installation.roles().items()
    }
    return {**used, "PostgreSQL": cpu_seconds(database.processes())}


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    """What they, and the children they have outlived, have used for themselves and in the kernel."""
    used = 0.0
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            used += times.user + times.system + times.children_user + times.children_system
    return used


@dataclass(frozen=True)
class Compared:
    """Acts that were acknowledged, and what the database has of them."""

    acknowledged: int
    lost: list[str]
    doubled: list[str]
    unasked: list[str]
    unacknowledged: int  #: sent, not acknowledged, and done all the same

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.unasked)

    def told(self) -> str:
        return (
            f"{self.acknowledged} acknowledged, {len(self.lost)} lost, {len(self.doubled)} doubled, "
            f"{self.unacknowledged} done without an acknowledgement"
        )


def compared(done: Done, found: Mapping[str, int]) -> Compared:
    """Hold what people were told against what is there.

    >>> compared(Done(sent=["a", "b", "c"], acknowledged=["a", "b"]), {"a": 2, "c": 1}).told()
    '2 acknowledged, 1 lost, 1 doubled, 1 done without an acknowledgement'
    """
    acknowledged, sent = set(done.acknowledged), set(done.sent)
    return Compared(
        len(acknowledged),
        sorted(acknowledged - set(found)),
        sorted(mark for mark, count in found.items() if count > 1),
        sorted(set(found) - sent),
        len(set(found) & sent - acknowledged),
    )


@dataclass(frozen=True)
class Sample:
    """One look at what grows, by process or table: MB, open files, threads, connections, rows."""

    at: float
    figures: dict[str, float]


def sample(installation: Installation, database: Database, data_dirs: Sequence[Path], begun: float) -> Sample:
    figures: dict[str, float] = {}
    for role, services in installation.roles().items():
        for host, service in enumerate(services, 1):
            for place, one in enumerate(service.family()):
                name = role if role == "worker" else "master" if place == 0 else f"web process {place}"
                name = f"{name}, host {host}" if len(services) > 1 else name
                with suppress(psutil.NoSuchProcess):
                    memory = one.memory_full_info()
                    figures[f"{name}: PSS, MB"] = memory.pss / 1e6
                    figures[f"{name}: USS, MB"] = memory.uss / 1e6
                    figures[f"{name}: open files"] = one.num_fds()
                    figures[f"{name}: threads"] = one.num_threads()
    if database.cluster:
        figures["PostgreSQL: PSS, MB"] = sum(one.memory_full_info().pss for one in database.processes()) / 1e6
    with database.engine().connect() as connection:
        if database.cluster:
            query = sa.text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            figures["database connections"] = (connection.execute(query).scalar() or 0) - 1
        for state, count in connection.execute(sa.text("SELECT state, count(*) FROM job GROUP BY state")):
            figures[f"jobs {state}"] = count
    figures["files in the data folders"] = sum(
        1 for folder in data_dirs for one in folder.rglob("*") if one.is_file()
    )
    return Sample(time.monotonic() - begun, figures)


@dataclass(frozen=True)
class Slope:
    """Of a straight line through the samples: units an hour, and how far it may be off (95 %)."""

    per_hour: float
    off_by: float

    @property
    def grows(self) -> bool:
        return self.per_hour - self.off_by > 0


def slope(at: Sequence[float], values: Sequence[float]) -> Slope:
    """``at`` in seconds; at least three samples. The interval widens with the likeness of neighbours: there
    are as many samples as the first autocorrelation of the residuals leaves independent.

    >>> slope([0, 3600, 7200, 10800], [1.0, 3.0, 5.0, 7.0]).per_hour
    2.0
    """
    hours, held = np.asarray(at) / 3600, np.asarray(values, dtype=float)
    fit = stats.linregress(hours, held)
    left = held - (fit.intercept + fit.slope * hours)
    spread = float(left @ left)
    if spread < 1e-12:
        return Slope(round(float(fit.slope), 6), 0.0)
    alike = min(max(0.0, float(left[1:] @ left[:-1]) / spread), 0.9)
    free = max(1.0, len(held) * (1 - alike) / (1 + alike) - 2)
    widened = fit.stderr * np.sqrt((1 + alike) / (1 - alike))
    return Slope(round(float(fit.slope), 6), float(stats.t.ppf(0.975, free) * widened))
