"""How long the application takes to start, and in how much memory, beside a bare one of as many addresses."""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.server import ROOT, environment

TIMES = 5
MADE = "from {module} import {name}; app = {name}()"
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


if __name__ == "__main__":
    main()
