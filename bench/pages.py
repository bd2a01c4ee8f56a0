"""Pages and the stating of a position, each as a ratio against a peer in the same server and run."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from flask.sessions import SecureCookieSessionInterface

from app import create_app
from app.foundation.text import text_digest
from app.norms.seen import Seen
from bench.load import Connection, measure, request_bytes
from bench.server import serving
from bench.world import SLUG, WORDS, furnish
from config import Config
from tests import postgres

SECONDS = 4.0
ROUNDS = 3
PAGE = f"/en/norms/{SLUG}/"
BROWSER = {"Accept-Encoding": "br", "Accept-Language": "en"}


@contextmanager
def databases() -> Iterator[Sequence[tuple[str, str]]]:
    """(name, address) of an empty database of each kind."""
    with tempfile.TemporaryDirectory() as folder, postgres.server(postgres.DURABLE) as server:
        yield [("SQLite", f"sqlite:///{folder}/bench.db"), ("PostgreSQL", server)]


def ratio(
    port: int, ours: Sequence[bytes], peer: Sequence[bytes], good: Sequence[int]
) -> tuple[float, float, float]:
    """Median over rounds of (our rate, the peer's rate, their ratio), measured in turn."""
    found = []
    for _ in range(ROUNDS):
        rates = []
        for requests in (ours, peer):
            outcome = measure(port, requests, seconds=SECONDS, good=lambda status: status in good)
            assert outcome.errors == 0, f"{outcome.errors} answers were not {good}: {outcome.status}"
            rates.append(outcome.rate)
        found.append((rates[0], rates[1], rates[0] / rates[1]))
    return tuple(median(column) for column in zip(*found, strict=True))  # type: ignore[return-value]


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


def rows() -> Iterator[tuple[str, str, str, float, float, float, float]]:
    """(database, what, peer, our rate, the peer's rate, ratio, aim)."""
    with databases() as kinds:
        for name, url in kinds:
            with tempfile.TemporaryDirectory() as folder:
                data_dir = Path(folder)
                token, holder = furnish(url, data_dir).split(":")
                with serving(url, data_dir) as port:
                    yield from measured(name, port, cookie_of(token, url, data_dir), holder)


def measured(
    name: str, port: int, cookie: str, holder: str
) -> Iterator[tuple[str, str, str, float, float, float, float]]:
    connection = Connection(port)
    visit = request_bytes("GET", PAGE, BROWSER)
    _, head, body = connection.ask(visit)
    constant = request_bytes("GET", f"/bench/constant/{len(body)}", BROWSER)
    yield (
        name,
        "draft page, visitor",
        "constant answer of the same bytes",
        *ratio(port, [visit], [constant], [200]),
        0.5,
    )
    etag = re.search(rb'(?i)etag: ("[^"]+")', head)
    assert etag is not None
    fresh = request_bytes("GET", PAGE, BROWSER | {"If-None-Match": etag[1].decode()})
    yield (
        name,
        "draft page, 304",
        "constant answer of the same bytes",
        *ratio(port, [fresh], [constant], [304, 200]),
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
        *ratio(port, [signed_in], [bare], [200]),
        0.5,
    )
    yield (
        name,
        "stating a position",
        "minimal idiomatic endpoint",
        *ratio(port, *stating(connection, cookie, page, holder), [303]),
        0.5,
    )


def stating(connection: Connection, cookie: str, page: bytes, holder: str) -> tuple[list[bytes], list[bytes]]:
    """Requests that change a position each time, and the same number for the peer."""
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
    peer = [
        request_bytes(
            "POST",
            "/bench/state",
            {"Cookie": peer_cookie},
            urlencode({"csrf_token": token, "stance": "support"}).encode(),
        )
    ]
    return ours, peer


def main() -> None:
    print("# Pages\n\nGunicorn with two workers; the load generator on the same cores; medians of three.\n")
    print("| database | what | peer | ours / s | peer / s | ratio | aim |\n|---|---|---|---|---|---|---|")
    for name, what, peer, ours, theirs, share, aim in rows():
        print(f"| {name} | {what} | {peer} | {ours:.0f} | {theirs:.0f} | {share:.2f} | ≥ {aim} |", flush=True)


if __name__ == "__main__":
    main()
