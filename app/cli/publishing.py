"""Commands: publishing."""

import click

commands: list[click.Command] = []
