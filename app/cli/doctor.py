"""Command: what an installation lacks."""

import sys

import click
from flask import current_app

from app.foundation.clock import utc_now
from app.kernel import diagnosis
from app.kernel.command_line import now, refusable, say, session


@click.command("doctor")
@refusable
def doctor() -> None:
    """Check this installation, and say what mends it."""
    config = current_app.extensions["config"]
    found = diagnosis.readiness(session(), config, now=now())
    session().rollback()
    found += diagnosis.surroundings(session(), config, now=utc_now())
    say(f"{config.env}, {config.base_url}")
    for one in found:
        say(one.line)
    if diagnosis.worst(found) is not diagnosis.Condition.OK:
        sys.exit(1)
