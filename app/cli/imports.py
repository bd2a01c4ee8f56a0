"""Commands: imports."""

import click

commands: list[click.Command] = []
