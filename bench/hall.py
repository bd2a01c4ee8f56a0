"""A hall of delegates comes in from one address, through nginx as in deploy/: nobody is refused but a flood.

The server in production under gunicorn with two workers, PostgreSQL behind it; clients, nginx and database on
the same cores. Each delegate opens the norm as a visitor with what it names, signs in, and opens it again.

python -m bench.hall
"""

import html
import http.client
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from app import create_app
from app.accounts import passwords
from app.foundation.clock import utc_now
from app.kernel.extensions import db
from bench.pages import databases
from bench.server import ROOT, free_port, wait_for
from bench.world import SLUG, furnish
from config import Config
from tests.factories import Make
from tests.installation import proxies

DELEGATES, AT_ONCE, FLOOD = 200, 40, 400
PASSWORD = "four words of mine"
NORM = f"/en/norms/{SLUG}/"
FILES = re.compile(r'(?:href|src)="(/static/[^"]+)"')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
ABOUT = f"""# A hall of delegates

{DELEGATES} delegates with {AT_ONCE} connections at once, all from one address: page, files, signing in, page.

| what | requests | 200 or 303 | 429 | 5xx | seconds | median ms | 95 % ms |
|---|---|---|---|---|---|---|---|"""


class Delegate:
    """A browser: one connection, and the cookies it was given."""

    def __init__(self, port: int) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self.connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=120)
        self.cookies: dict[str, str] = {}
        self.found: list[tuple[int, float]] = []

    def ask(self, path: str, form: dict[str, str] | None = None) -> str:
        began = time.perf_counter()
        headers = {"Host": proxies.HOST, "Referer": f"https://{proxies.HOST}/", "Accept-Encoding": "identity"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urlencode(form) if form else None
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request("POST" if form else "GET", path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        self.found.append((answer.status, time.perf_counter() - began))
        return text

    def comes_in(self, email: str) -> None:
        for name in set(FILES.findall(self.ask(NORM))):
            self.ask(name)
        token = TOKEN.search(self.ask("/en/sign-in/"))
        assert token is not None
        sent = {"csrf_token": html.unescape(token[1]), "email": email, "password": PASSWORD}
        self.ask("/en/sign-in/", sent)
        self.ask(NORM)


@contextmanager
def serving(settings: dict[str, str]) -> Iterator[int]:
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | settings | {"PORT": str(port)}, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def row(what: str, found: list[tuple[int, float]], seconds: float) -> str:
    statuses, waited = Counter(status for status, _ in found), sorted(1000 * took for _, took in found)
    failed = sum(count for status, count in statuses.items() if status >= 500)
    well = statuses[200] + statuses[303]
    told = (len(found), well, statuses[429], failed, f"{seconds:.1f}")
    middle, slow = (f"{waited[int(share * len(waited))]:.0f}" for share in (0.5, 0.95))
    return f"| {what} | {' | '.join(map(str, told))} | {middle} | {slow} |"


def main() -> None:
    with databases() as kinds, tempfile.TemporaryDirectory() as name:
        folder, url = Path(name), dict(kinds)["PostgreSQL"]
        furnish(url, folder)
        people = accounts(url, folder)
        key = folder / "key.pem"
        key.touch()
        settings = {
            "CONCORD_ENV": "production",
            "CONCORD_DATABASE_URL": url,
            "CONCORD_DATA_DIR": name,
            "CONCORD_SECRET_KEY": "a secret for benchmarks only, of 32 bytes",
            "CONCORD_BASE_URL": f"https://{proxies.HOST}",
            "CONCORD_MAIL_URL": "smtp://127.0.0.1:1",
            "CONCORD_SIGNING_KEY_FILE": str(key),
            "CONCORD_PROXIES": "1",
        }
        with serving(settings) as server, proxies.nginx(folder, server) as port:
            print(ABOUT)
            delegates = [Delegate(port) for _ in people]
            began = time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                list(pool.map(Delegate.comes_in, delegates, people))
            took = time.perf_counter() - began
            print(row("the hall", [one for each in delegates for one in each.found], took))
            flooding, neighbour = delegates[0], delegates[1]
            flooding.found, neighbour.found, began = [], [], time.perf_counter()
            for turn in range(FLOOD):
                flooding.ask(NORM)
                if turn % 40 == 0:
                    neighbour.ask(NORM)
            took = time.perf_counter() - began
            print(row("one of them floods", flooding.found, took))
            print(row("a neighbour meanwhile", neighbour.found, took))


def accounts(url: str, folder: Path) -> list[str]:
    app = create_app(Config(database_url=url, data_dir=folder, secret_key="a secret for benchmarks only"))
    with app.app_context():
        make, kept = Make(db.session(), utc_now()), passwords.digest(PASSWORD)
        people = [f"delegate{number}@example.org" for number in range(DELEGATES)]
        for number, email in enumerate(people):
            make.user(email=email, pseudonym=f"delegate-{number}", password_hash=kept)
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
        return people


if __name__ == "__main__":
    main()
