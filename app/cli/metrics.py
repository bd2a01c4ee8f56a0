"""Command: what this host has counted."""

import click

from app.kernel.command_line import refusable, say
from app.kernel.seen_from_outside import exposition


@click.command("metrics")
@refusable
def metrics() -> None:
    """Print the figures of this host, as Prometheus reads them."""
    for line in exposition().splitlines():
        say(line)
