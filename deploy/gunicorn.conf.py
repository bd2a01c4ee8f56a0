"""gunicorn's settings, here and in production: processes with a few threads each.

PORT or CONCORD_BIND, WEB_CONCURRENCY (processes) and CONCORD_THREADS (threads of each) stand with the other
settings. Where one is missing or cannot be used, nothing starts, and one line says which.
"""

import gc
import os
import sys
from typing import Any

from app.foundation import metrics
from app.kernel import logs
from config import Config, SettingMissing, settings, whole_number

given = settings()
if "CONCORD_STATEMENT_SECONDS" not in given:
    os.environ["CONCORD_STATEMENT_SECONDS"] = "60"  # of pages; a worker takes the time it needs


def number(name: str, default: int) -> int:
    return whole_number(name, given.get(name, "").strip(), default)


try:
    ours = Config.from_environment()
    port = number("PORT", 8000)
    workers = number("WEB_CONCURRENCY", 2)
    threads = number("CONCORD_THREADS", 4)
except SettingMissing as missing:
    sys.exit(f"Concord does not start: {missing}")

wsgi_app = "app:create_app()"
bind = given.get("CONCORD_BIND") or f"127.0.0.1:{port}"
worker_class = "gthread"
timeout = 60
graceful_timeout = 20
keepalive = 15
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True
logconfig_dict = dict(logs.OF_LIBRARIES)


def post_worker_init(_worker: Any) -> None:
    """What is loaded once stays; looking through it for rubbish costs 100 ms every few requests."""
    logs.of_service()
    if ours.metrics_token:
        metrics.begin(ours.metrics_folder)
    gc.collect()
    gc.freeze()
