"""Run every benchmark and write its tables to bench/results; or those that are named.

python -m bench [pages assessment …]
"""

import datetime as dt
import os
import platform
import subprocess
import sys
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
ALL = (
    "pages",
    "weight",
    "starting",
    "merging",
    "real_merges",
    "notices",
    "coverage",
    "coordination",
    "similarity",
    "opinion_groups",
    "pooling",
    "assessment",
    "volume",
    "readers",
    "hall",
    "publishing",
    "jobs",
    "upgrading",
    "bulk",
    "moderators_day",
    "real_comments",
    "evening",
    "soak",
)


def main(names: list[str]) -> None:
    """Each in a process of its own, so that none measures what another left behind."""
    RESULTS.mkdir(exist_ok=True)
    for name in names or ALL:
        print(f"{name} …", file=sys.stderr)
        asked = [sys.executable, "-m", f"bench.{name}"]
        tables = subprocess.run(asked, stdout=subprocess.PIPE, check=True, text=True).stdout
        machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
        text = (
            f"{tables.rstrip()}\n\nMeasured {dt.date.today()} on {machine} with `python -m bench {name}`.\n"
        )
        (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
        print(text)


main(sys.argv[1:])
