"""The command line: the commands by name, each read when it is called, since reading all takes long."""

from collections.abc import Callable
from importlib import import_module
from threading import RLock
from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo


class LateCommand(click.Command):
    """Stands for a command in the list of commands until it is called."""

    def __init__(self, name: str, place: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help)
        self.place = place

    @property
    def command(self) -> click.Command:
        module, _, attribute = self.place.partition(":")
        found: click.Command = getattr(import_module(module), attribute)
        return found

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if parent is not None:
            app = parent.ensure_object(ScriptInfo).load_app()
            if isinstance(app, CommandLine):
                app.become_whole()
        return self.command.make_context(info_name, args, parent, **extra)


COMMANDS = (
    LateCommand("account", "app.cli.accounts:account", "Accounts and their seats."),
    LateCommand("assess", "app.cli.assessment:assess", "Assess a norm's current draft and keep the result."),
    LateCommand("audit", "app.cli.audit:audit", "The record of acts."),
    LateCommand("comments", "app.cli.comments:comments_group", "Comments: export."),
    LateCommand("db", "flask_migrate.cli:db", "Migrate the database."),
    LateCommand("demo", "app.demo:demo", "Load the demonstration norms once."),
    LateCommand("import", "app.cli.imports:import_group", "Deliberations held elsewhere."),
    LateCommand("merge", "app.cli.merging:merge_command", "Merge changes."),
    LateCommand("norm", "app.cli.norms:norm_group", "Norms: import, step, export."),
    LateCommand("publish", "app.cli.publishing:publish", "Publish an adopted norm as a signed package."),
    LateCommand("simulate", "app.cli.simulating:simulate", "Compute what would be found in other cases."),
    LateCommand("verify", "app.cli.publishing:verify", "Check a published package."),
    LateCommand("worker", "app.worker.loop:worker", "Do the jobs that pages leave behind."),
)


class CommandLine(Flask):
    """An application that knows the names of its commands, and is furnished when one of them runs."""

    def __init__(self, begin: Callable[[Flask], None], furnish: Callable[[Flask], None]) -> None:
        super().__init__("app", static_folder=None)
        begin(self)
        self._furnish: Callable[[Flask], None] | None = furnish
        self._turn = RLock()  # ``flask run`` answers in threads

    def become_whole(self) -> None:
        with self._turn:
            furnish, self._furnish = self._furnish, None
            if furnish is not None:
                furnish(self)

    def app_context(self) -> Any:
        asked = click.get_current_context(silent=True)
        if asked is None or not isinstance(asked.command, FlaskGroup):  # which only looks for a name
            self.become_whole()
        return super().app_context()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        self.become_whole()
        return super().__call__(environ, start_response)
