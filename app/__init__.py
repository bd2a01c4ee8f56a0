"""Concord. Everything meets in create_app() and nowhere else."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from app import api, cli, demo, web, worker
from app.foundation.clock import Clock, a_moment, utc_now
from config import Config


def create_app(
    config: Config | None = None, *, clock: Clock = utc_now, wait: Callable[[], None] = a_moment
) -> Flask:
    """The application for one set of settings; several may live in one process.

    ``wait``: how a page waits for a worker.
    """
    config = config or Config.from_environment()
    config.data_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__, static_folder=None)
    app.config.update(config.flask())
    app.extensions["config"] = config
    app.extensions["clock"] = clock
    app.extensions["wait"] = wait
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    web.register(app, migrations=Path(__file__).parent.parent / "migrations")
    api.register(app)
    for command in (*cli.commands, *worker.commands, *demo.commands):
        app.cli.add_command(command)
    return app
