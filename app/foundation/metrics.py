"""Figures of how the service does: each process counts, and one page shows what all of a host have counted
(no database).

Nothing is counted before ``begin``, which servers and workers call. A label has few values, and none is a
person's: of an address the rule, of a refusal its code.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import perf_counter
from types import SimpleNamespace
from typing import Any, NamedTuple

from app.foundation.libraries import multiprocess, prometheus_client

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)  #: bounds of what people wait for
MINUTES = (0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600)  #: bounds, in seconds, of what they do not wait for
FILES = "*.db"  #: as the library names those in which processes count
Values = tuple[str, ...]


@dataclass(eq=False)
class Metric:
    """A figure as Prometheus names it, and what its labels are."""

    name: str
    words: str
    labels: Values = ()
    _parts: dict[Values, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        METRICS.append(self)

    def made(self) -> Any:
        """The library's own."""
        return prometheus_client.Counter(self.name, self.words, self.labels, registry=None)

    def part(self, values: Values) -> Any:
        """Of these values of the labels."""
        found = self._parts.get(values)
        if found is None:
            whole = self._parts.setdefault((), self.made())
            found = self._parts[values] = whole.labels(*values) if self.labels else whole
        return found

    def forget(self) -> None:
        self._parts.clear()


METRICS: list[Metric] = []


class Counted(Metric):
    """What only grows."""

    def add(self, *values: str) -> None:
        if _SHARED:
            self.part(values).inc()


@dataclass(eq=False)
class Timed(Metric):
    """Durations, counted by their bounds in seconds."""

    bounds: Sequence[float] = SECONDS

    def made(self) -> Any:
        return prometheus_client.Histogram(
            self.name, self.words, self.labels, registry=None, buckets=self.bounds
        )

    def add(self, seconds: float, *values: str) -> None:
        if _SHARED:
            self.part(values).observe(seconds)

    @contextmanager
    def measured(self, *values: str) -> Iterator[None]:
        """What is done inside, whether or not it ends well."""
        begun = perf_counter()
        try:
            yield
        finally:
            self.add(perf_counter() - begun, *values)


class Standing(Metric):
    """What is as it is when it is asked for."""

    def made(self) -> Any:
        return prometheus_client.metrics_core.GaugeMetricFamily(self.name, self.words, labels=self.labels)


class Found(NamedTuple):
    """What a state is, for some values of its labels."""

    state: Standing
    value: float
    values: Values = ()


REQUESTS = Counted("concord_requests_total", "Requests answered", ("method", "route", "status"))
REQUEST_SECONDS = Timed("concord_request_seconds", "From the request to its answer", ("route",))
LOCK_SECONDS = Timed("concord_lock_wait_seconds", "Until a lock was there", ("lock",))
CACHE = Counted("concord_cache_total", "What was asked of a cache", ("cache", "outcome"))
REFUSALS = Counted("concord_refusals_total", "Requests that were refused, by code", ("code",))
AWAY = Counted("concord_database_away_total", "Times the database was away, busy or full")
JOBS = Counted("concord_jobs_total", "Jobs that were tried", ("kind", "outcome"))
JOB_SECONDS = Timed("concord_job_seconds", "How long a job took", ("kind",), MINUTES)
MAILS = Counted("concord_mails_total", "Mails handed to the mail server", ("outcome",))
ASSESSMENT_SECONDS = Timed("concord_assessment_seconds", "Computing the state of consensus", (), MINUTES)

INFO = Standing("concord_info", "This version", ("version", "revision"))
CONDITION = Standing("concord_condition", "Readiness: 0 ok, 1 degraded, 2 unavailable", ("part",))
DATABASE_UP = Standing("concord_database_up", "Whether the database responds")
WAITING = Standing("concord_jobs_waiting", "Jobs that wait or are in hand", ("kind",))
FAILED = Standing("concord_jobs_failed", "Jobs that were given up", ("kind",))
OLDEST = Standing("concord_jobs_oldest_due_seconds", "For how long a job has been due", ("kind",))


class Shared:
    """A folder in which the processes of a host count, each in files of its own by a number.

    The number is the least that no other process holds: one that follows another takes over its files and
    counts on from there. So there are never more files than processes at one time, and no figure falls.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder, self._process, self._number, self._turn = folder, 0, 0, -1
        self._presence = _opened(folder / "present")
        if _is_held(self._presence, fcntl.LOCK_EX):  # nobody else counts: what is there is of another time
            for path in folder.glob(FILES):
                path.unlink()
        fcntl.flock(self._presence, fcntl.LOCK_SH)

    def number(self) -> int:
        if self._process != os.getpid():  # also after a fork
            self._process = os.getpid()
            self._number = next(number for number in count() if self._takes(number))
        return self._number

    def _takes(self, number: int) -> bool:
        self._turn = _opened(self.folder / f"{number}.turn")
        if _is_held(self._turn, fcntl.LOCK_EX):
            return True
        os.close(self._turn)
        return False

    def leave(self) -> None:
        for descriptor in (self._presence, self._turn):
            os.close(descriptor)


def _opened(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_RDWR, 0o600)


def _is_held(descriptor: int, how: int) -> bool:
    """Whether the lock could be taken without waiting; it ends with the process, however that ends."""
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


_SHARED: list[Shared] = []  #: where this process counts: nowhere, or in one


def begin(folder: Path) -> None:
    """From now on count in this folder, which all processes of this host share, and no other host."""
    end()
    shared = Shared(folder)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)  # the library asks for it when it opens a file
    prometheus_client.values.ValueClass = prometheus_client.values.MultiProcessValue(shared.number)  # type: ignore[no-untyped-call]
    _SHARED.append(shared)
    for metric in METRICS:
        if not metric.labels and not isinstance(metric, Standing):
            metric.part(())  # it says 0 before it says 1


def end() -> None:
    """Count no longer."""
    for metric in METRICS:
        metric.forget()
    while _SHARED:
        _SHARED.pop().leave()


def exposition(folder: Path, found: Iterable[Found]) -> str:
    """What is found now, and what the processes of this host have counted there, as Prometheus reads it."""

    def collect() -> Iterator[Any]:
        families: dict[Standing, Any] = {}
        for standing, value, values in found:
            if standing not in families:
                families[standing] = standing.made()
            families[standing].add_metric(values, value)
        yield from families.values()
        # A file without content is one that is being made, or whose process was killed meanwhile.
        files = [str(path) for path in folder.glob(FILES) if path.stat().st_size]
        yield from multiprocess.MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]

    asked: Any = SimpleNamespace(collect=collect)
    return prometheus_client.generate_latest(asked).decode()
