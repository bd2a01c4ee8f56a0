"""Commands: audit."""

import click

commands: list[click.Command] = []
