"""The command line: one module for each group of commands."""

from flask import Flask

from app import demo
from app.cli import accounts, assessment, audit, comments, imports, merging, norms, publishing
from app.worker import loop

MODULES = (accounts, assessment, audit, comments, demo, imports, merging, norms, publishing, loop)


def register(app: Flask) -> None:
    for module in MODULES:
        for command in module.commands:
            app.cli.add_command(command)
