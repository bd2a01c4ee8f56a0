"""The application under gunicorn with the peers it is measured against, on a database of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

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


@contextlib.contextmanager
def serving(database_url: str, data_dir: Path, *, workers: int = 2) -> Iterator[int]:
    """Serve ``bench.wsgi:app`` with sync workers (gthread is bimodal under keep-alive); yields the port."""
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
            yield port
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
