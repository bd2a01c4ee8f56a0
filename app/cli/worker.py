"""Commands: worker."""

import click

commands: list[click.Command] = []
