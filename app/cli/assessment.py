"""Commands: assessment."""

import click

commands: list[click.Command] = []
