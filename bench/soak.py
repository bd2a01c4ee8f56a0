"""Whether anything grows: half an hour of an evening at modest load, looked at every minute.

Memory, open files and threads of each process, database connections, jobs and files, each with the slope of
a line through its samples after the first minutes, in which caches fill.

python -m bench.soak [minutes] [sqlite|postgresql]
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from bench.evening import Part, cast_for, databases, run
from bench.evening_tables import Ran, by_status, milliseconds
from bench.evening_world import Size, furnish
from bench.installation import Installation, one_host
from bench.watching import Database, Sample, sample, slope

MINUTES = 30.0
DELEGATES, VISITORS = 12, 3
THINK = 5.0
WARM = 1 / 3  #: of the time, that is left out of the slopes
SAMPLES = 30
ABOUT = """# Soak

{minutes:.0f} minutes with {delegates} delegates, two moderators and {visitors} visitors in the world of the
evening, each thinking {think:.0f} s before a page; every minute a look at what might grow. Slopes are of the
last two thirds, with the half-width of their 95 % interval, widened for samples that are like their
neighbours. *Grows*: the interval lies above nothing."""


def soak(database: Database, folder: Path, minutes: float, size: Size) -> tuple[Ran, list[Sample]]:
    with one_host(folder) as hosts:
        cast = furnish(database.url, hosts[0].data_dir, size)
        with Installation(database.url, hosts).running() as installation:
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
    minutes, size = float(words[0]) if words else MINUTES, Size()
    given = {"delegates": DELEGATES, "visitors": VISITORS, "think": THINK}
    print(ABOUT.format(minutes=minutes, **given), flush=True)
    with databases() as kinds:
        for database in kinds:
            if not words[1:] or database.name.lower() in words[1:]:
                print(f"\n## {database.name}\n", flush=True)
                with tempfile.TemporaryDirectory() as folder:
                    for line in told(*soak(database, Path(folder), minutes, size)):
                        print(line, flush=True)
    print(f"\nLoad average at the end: {os.getloadavg()[1]:.1f} on {os.cpu_count()} cores.")


if __name__ == "__main__":
    main(sys.argv[1:])
