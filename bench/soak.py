"""Whether anything grows: half an hour of an evening at modest load, looked at every minute.

Memory, open files and threads of each process, database connections, jobs and files, each with the slope of
a line through its samples. Before, every page that is kept is read, and the first minutes are left out.

python -m bench.soak [minutes] [sqlite|postgresql]      (both: side by side)
"""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench.delegates import VISITED
from bench.evening import Part, cast_for, databases, run
from bench.evening_tables import Ran, by_status, milliseconds
from bench.evening_world import Size, furnish
from bench.installation import Host, Installation, one_host
from bench.load import Connection, request_bytes
from bench.volume_world import SLUG
from bench.watching import Database, Sample, sample, slope

MINUTES = 30.0
DELEGATES, VISITORS = 12, 3
THINK = 5.0
WARM = 1 / 3  #: of the time, that is left out of the slopes
SAMPLES = 30
TIMES = 6
ABOUT = """# Soak

{minutes:.0f} minutes with {delegates} delegates, two moderators and {visitors} visitors in the world of the
evening, each thinking {think:.0f} s before a page; every minute a look at what might grow. All pages that are
kept have been read before. Slopes are of the last two thirds, with the half-width of their 95 % interval,
widened for samples that are like their neighbours. *Grows*: the interval lies above nothing."""


def soak(database: Database, folder: Path, minutes: float, size: Size) -> tuple[Ran, list[Sample]]:
    with one_host(folder) as hosts:
        cast = furnish(database.url, hosts[0].data_dir, size)
        with Installation(database.url, hosts).running() as installation:
            read_all(hosts[0], size.clauses)
            samples: list[Sample] = []
            ending = threading.Event()

            def look(_opening: float) -> list[str]:
                begun = time.monotonic()
                while not ending.is_set() and len(samples) < SAMPLES:
                    samples.append(sample(installation, database, [hosts[0].data_dir], begun))
                    ending.wait(minutes * 60 / SAMPLES)
                return []

            people = cast_for(cast, hosts, min(DELEGATES, size.delegates), 0, VISITORS)
            part = Part("soak", people, size.clauses, minutes * 60, THINK, disturb=look)
            return run(part, installation, database), samples


def read_all(host: Host, clauses: int) -> None:
    """Every page that visitors read, so often that each process has it in all likelihood."""
    paths = [*VISITED, *(f"provisions/p{number}/" for number in range(1, clauses + 1))]
    headers = {"X-Forwarded-Proto": "https", "Accept-Encoding": "br"}
    connections = [Connection(host.port, host.address) for _ in range(TIMES)]  # each meets one of them
    for path in paths:
        for connection in connections:
            connection.ask(request_bytes("GET", f"/en/norms/{SLUG}/{path}", headers))


def rows(samples: list[Sample]) -> Iterator[str]:
    late = samples[int(len(samples) * WARM) :]
    for what in samples[-1].figures:
        held = [(one.at, one.figures[what]) for one in late if what in one.figures]
        if len(held) < 3:
            continue
        line = slope(*zip(*held, strict=True))
        first, last = samples[0].figures.get(what, 0.0), samples[-1].figures[what]
        steepness = f"{line.per_hour:+.2f} ± {line.off_by:.2f}"
        figures = f"{first:.1f} | {held[0][1]:.1f} | {last:.1f} | {steepness}"
        yield f"| {what} | {figures} | {'yes' if line.grows else 'no'} |"


def told(ran: Ran, samples: list[Sample]) -> Iterator[str]:
    yield f"| what | at the beginning | after {WARM:.0%} | at the end | an hour | grows |"
    yield "|---|---|---|---|---|---|"
    yield from rows(samples)
    yield f"\n{len(ran.done.asked):,} requests ({ran.pages:.1f} a second); {ran.compared.told()};"
    yield f"other answers, by status: {by_status(ran.errors)}."
    yield f"A position took {milliseconds(ran.took('state a position'))} ms (median / 95 % / 99 %)."


def main(words: list[str]) -> None:
    minutes = float(words[0]) if words else MINUTES
    if not words[1:]:
        both_together(minutes)
        return
    with databases() as kinds:
        for database in kinds:
            if database.name.lower() == words[1]:
                print(f"\n## {database.name}\n", flush=True)
                with tempfile.TemporaryDirectory() as folder:
                    for line in told(*soak(database, Path(folder), minutes, Size())):
                        print(line, flush=True)


def both_together(minutes: float) -> None:
    given = {"delegates": DELEGATES, "visitors": VISITORS, "think": THINK}
    print(ABOUT.format(minutes=minutes, **given), flush=True)
    command = [sys.executable, "-m", "bench.soak", str(minutes)]
    names = ("sqlite", "postgresql")
    running = [subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in names]
    for one in running:
        print(one.communicate()[0], end="", flush=True)
    print(f"\nLoad average at the end: {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores.")
    assert not any(one.returncode for one in running)


if __name__ == "__main__":
    main(sys.argv[1:])
