"""Pages and the stating of a position, each as a ratio against a peer in the same server and run."""

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from flask.sessions import SecureCookieSessionInterface

from app import create_app
from app.foundation.text import text_digest
from app.norms.seen import Seen
from bench.load import Connection, measure, request_bytes
from bench.server import Server, serving
from bench.world import SLUG, WORDS, furnish
from config import Config
from tests import postgres

SECONDS = 4.0
ROUNDS = 3
ABOUT = """# Pages

Gunicorn with two workers; the load generator on the same cores; medians of three. CPU: what the workers used
for each answer, in microseconds; its ratio is the peer's divided by ours. Where others use the machine (load
average over the five minutes before: {load:.1f}), it says more than answers a second do.

| database | what | peer | ours / s | peer / s | ratio | our CPU | peer's CPU | CPU ratio | aim |
|---|---|---|---|---|---|---|---|---|---|"""
PAGE = f"/en/norms/{SLUG}/"
BROWSER = {"Accept-Encoding": "br", "Accept-Language": "en"}


@contextmanager
def databases() -> Iterator[Sequence[tuple[str, str]]]:
    """(name, address) of an empty database of each kind."""
    with tempfile.TemporaryDirectory() as folder, postgres.server(postgres.DURABLE) as server:
        yield [("SQLite", f"sqlite:///{folder}/bench.db"), ("PostgreSQL", server)]


@dataclass(frozen=True)
class Row:
    """Answers a second, and CPU of the server's workers for each answer in microseconds."""

    rate: float
    peers_rate: float
    cpu: float
    peers_cpu: float
    wall_ratio: float
    cpu_ratio: float


def ratio(server: Server, ours: Sequence[bytes], peer: Sequence[bytes], good: Sequence[int]) -> Row:
    """Medians over rounds in which both are measured in turn; 1 is as good as the peer, less is worse."""
    found = []
    for _ in range(ROUNDS):
        (rate, cpu), (peers_rate, peers_cpu) = (one_round(server, asked, good) for asked in (ours, peer))
        found.append((rate, peers_rate, cpu, peers_cpu, rate / peers_rate, peers_cpu / cpu))
    return Row(*(median(column) for column in zip(*found, strict=True)))


def one_round(server: Server, requests: Sequence[bytes], good: Sequence[int]) -> tuple[float, float]:
    """Answers a second, and microseconds of CPU for each."""
    before = server.cpu_seconds()
    outcome = measure(server.port, requests, seconds=SECONDS, good=lambda status: status in good)
    assert outcome.errors == 0, f"{outcome.errors} answers were not {good}: {outcome.status}"
    return outcome.rate, (server.cpu_seconds() - before) / outcome.answers * 1e6


def cookie_of(token: str, database_url: str, data_dir: Path) -> str:
    """The cookie a browser of the signed-in person carries."""
    config = Config(database_url=database_url, data_dir=data_dir, secret_key="a secret for benchmarks only")
    app = create_app(config)
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    return "concord=" + serializer.dumps({"_user_id": token, "_fresh": True, "csrf_token": "0" * 40})


def csrf_of(page: bytes) -> str:
    found = re.search(rb'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    return found[1].decode()


def rows() -> Iterator[tuple[str, str, str, Row, float]]:
    """(database, what, peer, what was measured, aim)."""
    with databases() as kinds:
        for name, url in kinds:
            with tempfile.TemporaryDirectory() as folder:
                data_dir = Path(folder)
                token, holder = furnish(url, data_dir).split(":")
                with serving(url, data_dir) as server:
                    yield from measured(name, server, cookie_of(token, url, data_dir), holder)


def measured(
    name: str, server: Server, cookie: str, holder: str
) -> Iterator[tuple[str, str, str, Row, float]]:
    connection = Connection(server.port)
    visit = request_bytes("GET", PAGE, BROWSER)
    _, head, body = connection.ask(visit)
    constant = request_bytes("GET", f"/bench/constant/{len(body)}", BROWSER)
    yield (
        name,
        "draft page, visitor",
        "constant answer of the same bytes",
        ratio(server, [visit], [constant], [200]),
        0.5,
    )
    etag = re.search(rb'(?i)etag: ((?:W/)?"[^"]+")', head)
    assert etag is not None
    fresh = request_bytes("GET", PAGE, BROWSER | {"If-None-Match": etag[1].decode()})
    yield (
        name,
        "draft page, 304",
        "constant answer of the same bytes",
        ratio(server, [fresh], [constant], [304, 200]),
        0.7,
    )
    plain = {"Cookie": cookie, "Accept-Language": "en"}
    signed_in = request_bytes("GET", PAGE, plain)
    status, _, page = connection.ask(signed_in)
    assert b"Sign out" in page, status
    bare = request_bytes("GET", f"/bench/jinja/{len(page)}", plain)
    yield (
        name,
        "draft page, signed in",
        "bare Jinja page of the same bytes",
        ratio(server, [signed_in], [bare], [200]),
        0.5,
    )
    ours, minimal, floor = stating(connection, cookie, holder)
    yield name, "stating a position", "minimal idiomatic endpoint", ratio(server, ours, minimal, [303]), 0.5
    same = "endpoint of as many plain statements"
    yield name, "stating a position", same, ratio(server, ours, floor, [303]), 0.5


def stating(connection: Connection, cookie: str, holder: str) -> tuple[list[bytes], list[bytes], list[bytes]]:
    """Requests that change a position each time; for the minimal peer; for that of as many statements."""
    _, _, form = connection.ask(request_bytes("GET", f"{PAGE}provisions/p1/position/", {"Cookie": cookie}))
    shared = {"csrf_token": csrf_of(form)}
    headers = {"Cookie": cookie}
    ours = [
        request_bytes(
            "POST",
            f"{PAGE}provisions/p{number}/position/",
            headers,
            urlencode(
                shared
                | {"stakeholder": holder, "stance": stance, "language": "en", "read_language": "en"}
                | {"seen": str(Seen(text_digest({"en": f"{number - 1}. {WORDS}"})))}
            ).encode(),
        )
        for stance in ("support", "accept", "abstain")
        for number in range(1, 21)
    ]
    peer_cookie, token = cookie, shared["csrf_token"]
    _, head, body = connection.ask(request_bytes("GET", "/bench/form", headers))
    found = re.search(rb"(?i)set-cookie: (concord=[^;]+)", head)
    if found is not None:
        peer_cookie = found[1].decode()
    token = body.decode()
    said = urlencode({"csrf_token": token, "stance": "support"}).encode()
    minimal, floor = (
        [request_bytes("POST", f"/bench/{name}", {"Cookie": peer_cookie}, said)]
        for name in ("state", "state-with-all")
    )
    return ours, minimal, floor


def main() -> None:
    print(ABOUT.format(load=os.getloadavg()[1]))
    for name, what, peer, row, aim in rows():
        wall = f"{row.rate:.0f} | {row.peers_rate:.0f} | {row.wall_ratio:.2f}"
        cpu = f"{row.cpu:.0f} | {row.peers_cpu:.0f} | {row.cpu_ratio:.2f}"
        print(f"| {name} | {what} | {peer} | {wall} | {cpu} | ≥ {aim} |", flush=True)


if __name__ == "__main__":
    main()
