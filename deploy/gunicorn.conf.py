"""gunicorn's settings, here and in production: processes with a few threads each.

Environment: PORT or CONCORD_BIND, WEB_CONCURRENCY (processes), CONCORD_THREADS (threads of each).
"""

import gc
import os
from typing import Any

from app.kernel import logs

os.environ.setdefault("CONCORD_STATEMENT_SECONDS", "60")  # of pages; a worker takes the time it needs

wsgi_app = "app:create_app()"
bind = os.environ.get("CONCORD_BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = int(os.environ.get("CONCORD_THREADS", "4"))
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
    gc.collect()
    gc.freeze()
