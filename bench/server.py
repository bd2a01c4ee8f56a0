"""The application under gunicorn with the peers it is measured against, on a database of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parent.parent
START_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(database_url: str, data_dir: Path) -> dict[str, str]:
    return os.environ | {
        "CONCORD_ENV": "development",
        "CONCORD_DATA_DIR": str(data_dir),
        "CONCORD_DATABASE_URL": database_url,
        "CONCORD_SECRET_KEY": "a secret for benchmarks only",
    }


@dataclass(frozen=True)
class Server:
    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What its workers have used, for themselves and in the kernel; not what the database has."""
        used = [worker.cpu_times() for worker in psutil.Process(self.pid).children()]
        return sum(times.user + times.system for times in used)


@contextlib.contextmanager
def serving(database_url: str, data_dir: Path, *, workers: int = 2) -> Iterator[Server]:
    """Serve ``bench.wsgi:app``."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "bench.wsgi:app", "--bind", f"127.0.0.1:{port}"]
    command += [
        "--workers",
        str(workers),
        "--threads",
        "4",
        "--worker-class",
        "gthread",
        "--log-level",
        "error",
    ]
    with (data_dir / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment(database_url, data_dir), stdout=log, stderr=log
        )
        try:
            wait_for(port)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=20)


def wait_for(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
