"""The examples of nginx and Caddy let a hall of delegates in, and a flood not."""

import http.client
import os
import shutil
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask

from config import LARGEST_UPLOAD
from tests.conftest import required
from tests.installation import proxies

DELEGATES = 200
FOR_A_PROXY = "max-age=0, must-revalidate, s-maxage=60"
BRIEFLY = "max-age=0, must-revalidate, s-maxage=1"
SECRET = "SECRETTOKEN"
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
        is_too_large = length > LARGEST_UPLOAD  # which is answered before it is read, as by the application
        taken = 0 if is_too_large else len(self.rfile.read(length))
        status = 413 if is_too_large else {"POST": 303}.get(self.command, 200)
        kept = FOR_A_PROXY if self.path.startswith("/en/norms/") else "no-cache"
        if self.path == "/en/norms/brief/":
            kept = BRIEFLY
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
        self.send_header("Turn", str(self.server.asked[self.path]))
        self.send_header("Taken", str(taken))
        self.send_header("Content-Length", str(len(body)))
        if status == 503:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        if is_too_large:
            self.rfile.read(length)

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


@pytest.fixture
def caddy(tmp_path: Path, behind: Behind) -> Iterator[int]:
    if shutil.which("caddy") is None:
        required("Caddy is not installed")
    with proxies.caddy(tmp_path, behind.server_port) as port:
        yield port


def plainly(port: int, path: str) -> tuple[int, str | None, str]:
    """What is answered without TLS: its status, when to come again, and its words."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.headers["Retry-After"], answer.read().decode()


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


def test_the_visitor_after_a_page_has_expired_gets_a_fresh_one(nginx: int) -> None:
    with browser(nginx) as visitor:
        turns = [visitor.ask("/en/norms/brief/").headers["Turn"] for _ in range(2)]
        time.sleep(3)  # its second, and the one in which nginx counts it
        turns.append(visitor.ask("/en/norms/brief/").headers["Turn"])
    assert turns == ["1", "1", "2"]


def secret_addresses(app: Flask) -> list[str]:
    """An address of each rule that carries a secret, with and without the slash at its end."""
    rules = {one.rule for one in app.url_map.iter_rules() if "token" in one.arguments}
    assert len(rules) >= 3
    paths = [rule.replace("<lang:lang>", "en").replace("<token>", SECRET) for rule in sorted(rules)]
    assert not any("<" in path for path in paths)
    return [*paths, *(path.rstrip("/") for path in paths)]


def logged(folder: Path) -> str:
    return "".join(path.read_text() for path in folder.glob("*.log"))


def test_no_log_of_nginx_has_the_secret_of_a_link(
    nginx: int, behind: Behind, tmp_path: Path, started_app: Flask
) -> None:
    addresses = secret_addresses(started_app)
    with browser(nginx) as one:
        for path in addresses:
            assert one.ask(path).status == 200
        one.ask("/en/confirm/")
        one.ask("/away/")  # which closes the connection that nginx keeps
        behind.shutdown()
        behind.server_close()
        assert {one.ask(path).status for path in addresses} == {503}
        one.ask("/en/")
    written = logged(tmp_path)
    assert " GET /en/reset/ 200 " in written and " GET /en/confirm/ 200 " in written
    assert SECRET not in written


def test_no_log_of_caddy_has_the_secret_of_a_link(
    caddy: int, behind: Behind, tmp_path: Path, started_app: Flask
) -> None:
    addresses = secret_addresses(started_app)
    assert {plainly(caddy, path)[0] for path in addresses} == {200}
    plainly(caddy, "/away/")
    behind.shutdown()
    behind.server_close()
    assert {plainly(caddy, path)[0] for path in addresses} == {503}
    assert SECRET not in logged(tmp_path)


@pytest.mark.parametrize("proxy", ["nginx", "caddy"])
def test_a_body_that_the_application_takes_or_refuses_itself_passes(
    proxy: str, request: pytest.FixtureRequest
) -> None:
    port: int = request.getfixturevalue(proxy)

    def sent(size: int) -> tuple[int, str | None, str | None]:
        with closing(
            http.client.HTTPSConnection("127.0.0.1", port, context=unverified(), timeout=60)
            if proxy == "nginx"
            else http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        ) as connection:
            host = proxies.HOST if proxy == "nginx" else f"127.0.0.1:{port}"
            with suppress(BrokenPipeError):  # it is answered before all is sent
                connection.request("POST", "/en/", bytes(size), {"Host": host, "Cookie": session(9)})
            answer = connection.getresponse()
            return answer.status, answer.headers["Taken"], answer.headers["Retry-After"]

    for size in (33_000_000, LARGEST_UPLOAD):
        assert sent(size) == (303, str(size), None)
    assert sent(LARGEST_UPLOAD + 1) == (413, "0", None)  # the application's own
    status, _, later = sent(40_000_000)
    assert (status, later) == (413, None)


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


def test_caddy_passes_on_and_says_when_the_server_is_away(caddy: int, tmp_path: Path, behind: Behind) -> None:
    assert plainly(caddy, "/en/") == (200, None, "a page")
    assert plainly(caddy, "/away/") == (503, None, "typed words")
    assert behind.forwarded[0][1:3] == ("127.0.0.1", "http")
    behind.shutdown()
    behind.server_close()
    status, later, body = plainly(caddy, "/en/")
    assert (status, later) == (503, "10")
    assert "remote_ip" not in (tmp_path / "caddy.log").read_text()
    assert all(f'<p lang="{language}"' in body for language in LANGUAGES)
