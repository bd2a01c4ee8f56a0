"""How long the application takes to start, and in how much memory, beside a bare one of as many addresses."""

import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.server import ROOT, environment, free_port, wait_for

TIMES = 5
CLAUSES = 200
BOUNDS = {"first": 1.0, "megabytes": 120}  #: seconds and MB
MADE = "from {module} import {name}; app = {name}()"
#: Fills a database, in a process of its own too, and says where its page is.
FURNISHED = (
    "import sys; from pathlib import Path; from bench.world import SLUG, furnish; "
    "url, folder, many = sys.argv[1:]; "
    "furnish(url, Path(folder), clauses_=int(many), people=5); print(f'/en/norms/{SLUG}/')"
)
COUNTED = f"{MADE.format(module='app', name='create_app')}; print(len(list(app.url_map.iter_rules())))"


@dataclass(frozen=True)
class Start:
    """One process. ``work``: seconds of the processor; ``memory``: the most bytes that it held."""

    work: float
    memory: int


def started(command: list[str], variables: dict[str, str]) -> Start:
    process = subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Start(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)


def median(starts: list[Start]) -> Start:
    return Start(
        statistics.median(one.work for one in starts),
        round(statistics.median(one.memory for one in starts)),
    )


def rows(folder: Path) -> Iterator[tuple[str, Start, Start]]:
    """(what, here, bare): medians of processes that took turns."""
    variables = environment(f"sqlite:///{folder}/bench.db", folder)
    counted = [sys.executable, "-c", COUNTED]  # there: what is begun from here holds as much as is held here
    variables["BENCH_ADDRESSES"] = subprocess.check_output(counted, cwd=ROOT, env=variables, text=True)
    flask = [sys.executable, "-m", "flask"]
    pairs = {
        "`flask --help`": ([*flask, "--help"], [*flask, "--app", "bench.bare_application:bare", "--help"]),
        "`create_app()`": tuple(
            [sys.executable, "-c", MADE.format(module=module, name=name)]
            for module, name in (("app", "create_app"), ("bench.bare_application", "bare"))
        ),
    }
    for what, commands in pairs.items():
        turns = [[started(command, variables) for command in commands] for _ in range(TIMES + 1)][1:]
        here, plain = zip(*turns, strict=True)
        yield what, median(list(here)), median(list(plain))


@dataclass(frozen=True)
class Served:
    """A server of one process as it is deployed: MB in memory before its first page, and seconds of pages."""

    megabytes: float
    first: float
    next: float


def served(variables: dict[str, str], page: str) -> Served:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    own = variables | {"PORT": str(port), "WEB_CONCURRENCY": "1"}
    server = subprocess.Popen(
        command, cwd=ROOT, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        (process,) = psutil.Process(server.pid).children()
        held = process.memory_info().rss / 1e6
        return Served(held, *(page_seconds(f"http://127.0.0.1:{port}{page}") for _ in range(2)))
    finally:
        server.terminate()
        server.wait(timeout=30)


def page_seconds(address: str) -> float:
    began = time.perf_counter()
    with contextlib.closing(urllib.request.urlopen(address)) as answer:
        answer.read()
    return time.perf_counter() - began


def serving_rows(folder: Path) -> Iterator[str]:
    url = f"sqlite:///{folder}/served.db"
    variables = environment(url, folder)
    furnishing = [sys.executable, "-c", FURNISHED, url, str(folder), str(CLAUSES)]
    page = subprocess.check_output(furnishing, cwd=ROOT, env=variables, text=True).splitlines()[-1]
    found = [served(variables, page) for _ in range(TIMES)]
    first, next_, held = (
        statistics.median(getattr(one, name) for one in found) for name in ("first", "next", "megabytes")
    )
    yield f"| its first page, of {CLAUSES} clauses | {first:.2f} s | ≤ {BOUNDS['first']} s |"
    yield f"| the same page again | {next_:.3f} s | |"
    yield f"| memory before its first page | {held:.0f} MB | ≤ {BOUNDS['megabytes']} MB |"


def main() -> None:
    print(
        f"# Starting, beside a bare Flask application of as many addresses\n\nMedians of {TIMES} processes.\n"
    )
    print("| what | processor s | of bare | MB | of bare |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for what, here, plain in rows(Path(folder)):
            print(
                f"| {what} | {here.work:.2f} | {here.work / plain.work:.1f} × "
                f"| {here.memory / 1e6:.0f} | {here.memory / plain.memory:.1f} × |"
            )
    print("\nA server process as it is deployed; medians of as many.\n")
    print("| what | | bound |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for row in serving_rows(Path(folder)):
            print(row)


if __name__ == "__main__":
    main()
