"""Concord. Everything meets in create_app() and nowhere else."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import click
from flask import Flask

from app.cli import COMMANDS, CommandLine
from app.foundation.clock import Clock, a_moment, utc_now
from config import Config, SettingMissing


def create_app(
    config: Config | None = None, *, clock: Clock = utc_now, wait: Callable[[], None] = a_moment
) -> Flask:
    """The application for one set of settings; several may live in one process.

    ``wait``: how a page waits for a worker.
    """
    app = Flask(__name__, static_folder=None)
    begin(app, config, clock=clock, wait=wait)
    furnish(app)
    return app


def command_line() -> Flask:
    """What the command ``flask`` finds (.flaskenv); it is furnished when a command needs it.

    :raises click.ClickException: in one line, a setting that is missing or cannot be used.
    """
    try:
        return CommandLine(begin, furnish)
    except SettingMissing as missing:
        raise click.ClickException(str(missing)) from missing


def begin(
    app: Flask,
    config: Config | None = None,
    *,
    clock: Clock = utc_now,
    wait: Callable[[], None] = a_moment,
) -> None:
    """Its settings, and the names of its commands."""
    config = config or Config.from_environment()
    config.data_dir.mkdir(parents=True, exist_ok=True)
    app.config.update(config.flask())
    app.extensions["config"] = config
    app.extensions["clock"] = clock
    app.extensions["wait"] = wait
    for command in COMMANDS:
        app.cli.add_command(command)


def furnish(app: Flask) -> None:
    """Its pages and its API, which are read here because the list of commands does without them."""
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    import_module("app.web").register(app, migrations=Path(__file__).parent.parent / "migrations")
    import_module("app.api").register(app)
