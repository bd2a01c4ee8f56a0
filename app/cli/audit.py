"""Commands: check the record."""

import sys

import click
import sqlalchemy as sa

from app.audit.chain import first_break
from app.audit.models import Entry
from app.audit.queries import links
from app.cli.desk import refusable, session


@click.group("audit")
def audit() -> None:
    """The record of acts."""


@audit.command("verify")
@refusable
def verify() -> None:
    """Check every entry of the chain; exit 1 names the first that is broken."""
    found = first_break(links(session()))
    if found is not None:
        click.echo(f"entry {found.number}: {found.reason}", err=True)
        sys.exit(1)
    last = session().scalars(sa.select(Entry).order_by(Entry.number.desc()).limit(1)).one_or_none()
    click.echo(f"{last.number} entries hold; the last is {last.digest.hex()}" if last else "0 entries hold")


commands: list[click.Command] = [audit]
