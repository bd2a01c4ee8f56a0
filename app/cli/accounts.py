"""Commands: accounts."""

import click

commands: list[click.Command] = []
