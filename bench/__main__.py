"""Run every benchmark and write the tables to bench/results."""

import datetime as dt
import platform
import sys
from pathlib import Path

from bench import pages, weight

RESULTS = Path(__file__).parent / "results"


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])


def main() -> None:
    RESULTS.mkdir(exist_ok=True)
    header = ["database", "what", "peer", "ours / s", "peer / s", "ratio", "aim"]
    rows = []
    for name, what, peer, ours, theirs, ratio, aim in pages.rows():
        rows.append([name, what, peer, f"{ours:.0f}", f"{theirs:.0f}", f"{ratio:.2f}", f"≥ {aim}"])
        print(" · ".join(rows[-1]), file=sys.stderr)
    wire = [[what, f"{size}", budget] for what, size, budget in weight.rows()]
    text = (
        f"# Benchmarks\n\nMeasured {dt.date.today()} on {platform.machine()}, "
        f"Python {platform.python_version()}, gunicorn with 2 workers and the load generator "
        "on the same cores; medians of three rounds.\n\n"
        f"{table(header, rows)}\n\n## First view of a draft page of 20 clauses\n\n"
        f"{table(['what', 'measured', 'budget'], wire)}\n"
    )
    (RESULTS / "pages.md").write_text(text, encoding="utf-8")
    print(text)


main()
