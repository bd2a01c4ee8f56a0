"""Visitors who read a draft while delegates state positions on it: pages a second and waiting times.

The world of bench.volume under gunicorn with two workers, the load generator on the same cores. An act: a
delegate opens the form of a position and states it. CONCORD_PAGE_SECONDS=0 shows it without ages of pages.

python -m bench.readers [comments]
"""

import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from bench.load import Connection, measure, request_bytes
from bench.pages import BROWSER, cookie_of, csrf_of, databases
from bench.server import Server, serving
from bench.speech import CLAUSES, COMMENTS, STAKEHOLDERS
from bench.volume import AUTHOR, NORM, world

READERS = 20  #: connections
SECONDS = 15.0
RATES = (0, 2, 10)  #: acts a second that are tried for
STANCES = ("support", "accept", "abstain")
ABOUT = """# Readers while others act

{comments:,} comments on {clauses} clauses by {stakeholders:,} stakeholders; {readers} connections of visitors
on the draft's page. Load average over the five minutes before: {load:.1f}.

| database | acts / s tried | acts / s done | pages / s | of quiet | median ms | 95 % ms | longest ms |
|---|---|---|---|---|---|---|---|"""


class Delegate:
    """Opens the form of a position and states it, again and again."""

    def __init__(self, server: Server, cookie: str) -> None:
        self.connection, self.cookie = Connection(server.port), {"Cookie": cookie}
        self.numbers = count()

    def state(self) -> None:
        number = next(self.numbers)
        path = f"{NORM}/provisions/p{number % CLAUSES + 1}/position/"
        _, _, form = self.connection.ask(request_bytes("GET", path, self.cookie))
        hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form.decode()))
        stance = STANCES[number // CLAUSES % len(STANCES)]
        sent = hidden | {"csrf_token": csrf_of(form), "stance": stance, "language": "en"}
        status, _, _ = self.connection.ask(request_bytes("POST", path, self.cookie, urlencode(sent).encode()))
        assert status == 303, status


@contextmanager
def acting(delegate: Delegate, rate: float) -> Iterator[list[float]]:
    """Meanwhile ``rate`` acts a second, or as many as there can be; the moments at which each was done."""
    done: list[float] = []
    ending = threading.Event()

    def act() -> None:
        due = time.monotonic()
        while rate and not ending.wait(max(0.0, due - time.monotonic())):
            delegate.state()
            done.append(time.monotonic())
            due = max(due + 1 / rate, time.monotonic() - 1)

    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield done
    finally:
        ending.set()
        thread.join()


def rows(server: Server, cookie: str) -> Iterator[tuple[str, ...]]:
    visit = request_bytes("GET", f"{NORM}/", BROWSER)
    measure(server.port, [visit], seconds=2, connections=READERS, good=lambda status: status == 200)
    delegate, quiet = Delegate(server, cookie), 0.0
    for rate in RATES:
        with acting(delegate, rate) as done:
            time.sleep(1)
            before = len(done)
            found = measure(
                server.port,
                [visit],
                seconds=SECONDS,
                connections=READERS,
                good=lambda status: status == 200,
            )
            acts = (len(done) - before) / SECONDS
        assert found.errors == 0, found
        quiet = quiet or found.rate
        middle, slow, longest = (1000 * found.waited(share) for share in (0.5, 0.95, 1.0))
        yield (
            str(rate),
            f"{acts:.1f}",
            f"{found.rate:.0f}",
            f"{found.rate / quiet:.2f}",
            f"{middle:.0f}",
            f"{slow:.0f}",
            f"{longest:.0f}",
        )


def main(words: list[str]) -> None:
    comments = int(words[0]) if words else COMMENTS
    sizes = {"comments": comments, "clauses": CLAUSES, "stakeholders": STAKEHOLDERS}
    print(ABOUT.format(**sizes, readers=READERS, load=os.getloadavg()[1]))
    with databases() as kinds:
        for name, url in kinds:
            with tempfile.TemporaryDirectory() as folder:
                tokens = world(url, Path(folder), (comments, CLAUSES, STAKEHOLDERS)).tokens
                with serving(url, Path(folder)) as server:
                    for row in rows(server, cookie_of(tokens[AUTHOR], url, Path(folder))):
                        print(f"| {name} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
