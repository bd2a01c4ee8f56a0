"""The command line: the commands by name, each read when it is called, since reading all takes long."""

import ast
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import RLock
from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo


class LateCommand(click.Command):
    """Stands for a command in the list of commands until it is called."""

    def __init__(self, name: str, place: str) -> None:
        super().__init__(name)
        self.place = place

    def get_short_help_str(self, limit: int = 45) -> str:
        return click.Command(self.name, help=words_of(self.place)).get_short_help_str(limit)

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


def words_of(place: str) -> str:
    """What a function says of itself, taken from its file, which is not run. place: "package.module:name"."""
    module, _, name = place.partition(":")
    package, *inside = module.split(".")
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    path = Path(spec.origin).parent.joinpath(*inside)
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    for node in ast.parse(file.read_bytes()).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.get_docstring(node) or ""
    raise AttributeError(place)


COMMANDS = (
    LateCommand("account", "app.cli.accounts:account"),
    LateCommand("assess", "app.cli.assessment:assess"),
    LateCommand("audit", "app.cli.audit:audit"),
    LateCommand("backup", "app.cli.backup:backup"),
    LateCommand("comments", "app.cli.comments:comments_group"),
    LateCommand("db", "flask_migrate.cli:db"),
    LateCommand("demo", "app.demo:demo"),
    LateCommand("doctor", "app.cli.doctor:doctor"),
    LateCommand("import", "app.cli.imports:import_group"),
    LateCommand("merge", "app.cli.merging:merge_command"),
    LateCommand("metrics", "app.cli.metrics:metrics"),
    LateCommand("norm", "app.cli.norms:norm_group"),
    LateCommand("package", "app.cli.publishing:package"),
    LateCommand("publish", "app.cli.publishing:publish"),
    LateCommand("restore", "app.cli.backup:restore"),
    LateCommand("simulate", "app.cli.simulating:simulate"),
    LateCommand("verify", "app.cli.publishing:verify"),
    LateCommand("worker", "app.worker.loop:worker"),
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
