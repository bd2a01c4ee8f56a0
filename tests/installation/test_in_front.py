"""The examples of nginx and Caddy let a hall of delegates in, and a flood not."""

import http.client
import os
import shutil
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import required
from tests.installation import proxies

DELEGATES = 200
FOR_A_PROXY = "max-age=0, must-revalidate, s-maxage=60"
LANGUAGES = ("ar", "en", "es", "fr", "ru", "zh")


class Behind(ThreadingHTTPServer):
    """Stands for the server: answers at once, and remembers what it was asked."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: Counter[str] = Counter()
        self.forwarded: list[tuple[str | None, ...]] = []


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Behind

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        heard = ("Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host")
        self.server.forwarded.append(tuple(self.headers[name] for name in heard))
        length = int(self.headers["Content-Length"] or 0)
        self.rfile.read(length)
        status = {"POST": 303}.get(self.command, 200)
        kept = FOR_A_PROXY if self.path.startswith("/en/norms/") else "no-cache"
        if self.path.startswith("/static/"):
            kept = "public, max-age=31536000, immutable"
        if "__Host-concord=" in self.headers.get("Cookie", ""):
            kept = "no-store"
        if self.path == "/away/":
            status, kept = 503, "no-store"
        body = b"typed words" if status == 503 else b"a page"
        self.send_response(status)
        self.send_header("Cache-Control", kept)
        self.send_header("Vary", "Accept-Encoding, Cookie")
        self.send_header("Content-Length", str(len(body)))
        if status == 503:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """In silence."""


@pytest.fixture
def behind() -> Iterator[Behind]:
    server = Behind()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def nginx(tmp_path: Path, behind: Behind) -> Iterator[int]:
    if shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") is None:
        required("nginx is not installed")
    with proxies.nginx(tmp_path, behind.server_port) as port:
        yield port


def unverified() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


class Client:
    """One connection of a browser."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.connection = http.client.HTTPSConnection("127.0.0.1", port, context=unverified(), timeout=30)
        self.cookie = cookie

    def ask(self, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
        sent = {"Host": proxies.HOST, **({"Cookie": self.cookie} if self.cookie else {}), **headers}
        self.connection.request(method, path, body="a=b" if method == "POST" else None, headers=sent)
        answer = self.connection.getresponse()
        self.body = answer.read().decode()
        return answer

    def close(self) -> None:
        self.connection.close()


@contextmanager
def browser(port: int, cookie: str = "") -> Iterator[Client]:
    client = Client(port, cookie)
    try:
        yield client
    finally:
        client.close()


def session(number: int, signature: str = "AbC-d.eF_g") -> str:
    return f"__Host-concord-device=x; __Host-concord=.eJwVy{number:04}.{signature}"


def test_a_hall_of_delegates_comes_in_from_one_address(nginx: int) -> None:
    def comes_in(number: int) -> list[int]:
        with browser(nginx) as one:
            answers = [one.ask(path).status for path in ("/en/norms/n/", "/static/1/a.css", "/static/1/a.js")]
            answers.append(one.ask("/en/sign-in/").status)
            one.cookie = session(number)
            answers.append(one.ask("/en/sign-in/", "POST").status)
            answers += [one.ask("/en/norms/n/").status, one.ask("/static/1/icon.svg").status]
            return answers

    with ThreadPoolExecutor(20) as pool:
        answers = Counter(status for each in pool.map(comes_in, range(DELEGATES)) for status in each)
    assert answers == {200: 6 * DELEGATES, 303: DELEGATES}


def test_a_flood_by_one_sign_in_is_refused_and_nobody_else(nginx: int) -> None:
    with browser(nginx, session(1)) as one, browser(nginx, session(2)) as neighbour:
        for turn in range(1000):
            one.cookie = session(1, f"signed{turn}")  # as the application signs each answer's cookie again
            refused = one.ask("/en/norms/n/")
            if refused.status != 200:
                break
        assert turn >= 40 and refused.status == 429 and refused.headers["Retry-After"] == "10"
        assert all(f'<p lang="{language}"' in one.body for language in LANGUAGES)
        assert neighbour.ask("/en/norms/n/").status == 200


def test_forms_sent_without_any_cookie_are_few(nginx: int) -> None:
    with browser(nginx) as one:
        answers = iter(lambda: one.ask("/en/sign-in/", "POST").status, 429)
        assert 20 <= sum(1 for _ in zip(answers, range(500), strict=False)) < 500
        assert one.ask("/en/norms/n/").status == 200


def test_visitors_pages_are_kept_as_the_application_says(nginx: int, behind: Behind) -> None:
    with browser(nginx) as visitor, browser(nginx, session(3)) as delegate:
        for one, path, asked in (
            (visitor, "/en/norms/n/", 1),
            (visitor, "/static/1/a.css", 1),
            (visitor, "/en/", 5),  # no-cache
            (delegate, "/en/norms/o/", 5),
            (visitor, "/en/norms/n/?beside=fr", 1),
        ):
            answers = {one.ask(path).headers["Cache-Control"] for _ in range(5)}
            assert behind.asked[path] == asked, path
            assert len(answers) == 1
        behind.asked.clear()
        delegate.ask("/en/norms/n/")
        visitor.ask("/en/norms/n/", Authorization="Bearer x")
        visitor.ask("/en/norms/n/", "POST")
        assert behind.asked["/en/norms/n/"] == 3


def test_the_application_is_told_who_asks_for_what_and_the_log_is_not(
    nginx: int, behind: Behind, tmp_path: Path
) -> None:
    with browser(nginx) as one:
        one.ask("/en/sign-in/?next=/en/my/", **{"X-Forwarded-For": "198.51.100.7"})
        one.ask("/en/")  # before which the first is written down
    assert behind.forwarded[:1] == [(proxies.HOST, "127.0.0.1", "https", proxies.HOST)]
    told = (tmp_path / "concord.log").read_text()
    assert " GET /en/sign-in/ 200 " in told and "127.0.0.1" not in told and "next" not in told
    assert (tmp_path / "concord-error.log").read_text() == ""


def test_http_2_is_spoken(nginx: int) -> None:
    context = unverified()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", nginx)) as plain,
        context.wrap_socket(plain, server_hostname=proxies.HOST) as secure,
    ):
        assert secure.selected_alpn_protocol() == "h2"


def test_where_the_server_is_away_people_read_it_in_their_language(
    nginx: int, behind: Behind, tmp_path: Path
) -> None:
    with browser(nginx) as one:
        refused = one.ask("/away/")
        assert (refused.status, one.body) == (503, "typed words")  # the application's own page passes
        behind.shutdown()
        behind.server_close()
        away = one.ask("/en/")
        assert (tmp_path / "concord-error.log").read_text() == ""  # it would name the address
        assert away.status == 503 and away.headers["Retry-After"] == "10"
        assert all(f'<p lang="{language}"' in one.body for language in LANGUAGES)


def test_caddy_passes_on_and_says_when_the_server_is_away(tmp_path: Path, behind: Behind) -> None:
    if shutil.which("caddy") is None:
        required("Caddy is not installed")
    with proxies.caddy(tmp_path, behind.server_port) as port:

        def ask(path: str) -> tuple[int, str | None, str]:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", path)
            answer = connection.getresponse()
            told = answer.status, answer.headers["Retry-After"], answer.read().decode()
            connection.close()
            return told

        assert ask("/en/") == (200, None, "a page")
        assert ask("/away/") == (503, None, "typed words")
        assert behind.forwarded[0][1:3] == ("127.0.0.1", "http")
        behind.shutdown()
        behind.server_close()
        status, later, body = ask("/en/")
        assert (status, later) == (503, "10")
        assert "remote_ip" not in (tmp_path / "caddy.log").read_text()
        assert all(f'<p lang="{language}"' in body for language in LANGUAGES)
