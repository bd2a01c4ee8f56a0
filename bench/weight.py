"""What the first view of a draft page puts on the wire."""

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.load import Connection, request_bytes
from bench.pages import BROWSER, PAGE
from bench.server import serving
from bench.world import furnish


def rows() -> Iterator[tuple[str, int, str]]:
    """(what, bytes or number, budget) on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        furnish(url, Path(folder))
        with serving(url, Path(folder)) as server:
            connection = Connection(server.port)
            _, _, page = connection.ask(request_bytes("GET", PAGE, BROWSER))
            _, _, plain = connection.ask(request_bytes("GET", PAGE, {}))
            assets = set(re.findall(rb'(?:href|src)="(/static/[^"]+)"', plain))
            sizes = [
                len(connection.ask(request_bytes("GET", one.decode(), BROWSER))[2]) for one in sorted(assets)
            ]
            yield "HTML, compressed (bytes)", len(page), ""
            yield "style sheet, icon, script, compressed (bytes)", sum(sizes), ""
            yield "together (bytes)", len(page) + sum(sizes), "≤ 14,336"
            yield "requests", 1 + len(assets), "≤ 4"


def main() -> None:
    print("# First view of a draft page of 20 clauses\n\n| what | measured | budget |\n|---|---|---|")
    for what, size, budget in rows():
        print(f"| {what} | {size} | {budget} |")


if __name__ == "__main__":
    main()
