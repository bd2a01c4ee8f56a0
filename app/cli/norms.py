"""Commands: norms."""

import click

commands: list[click.Command] = []
