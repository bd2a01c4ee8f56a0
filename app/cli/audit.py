"""Commands: check the record."""

import sys

import click
import sqlalchemy as sa

from app.audit.chain import first_break
from app.audit.models import Entry
from app.audit.queries import links
from app.cli.desk import refusable, session
from app.publication.queries import anchors


@click.group("audit")
def audit() -> None:
    """The record of acts."""


@audit.command("verify")
@refusable
def verify() -> None:
    """Check every entry of the chain, and those that publications name; exit 1 names the first broken one."""
    found = first_break(links(session()))
    if found is not None:
        click.echo(f"entry {found.number}: {found.reason}", err=True)
        sys.exit(1)
    for slug, number, named in anchors(session()):
        entry = session().get(Entry, named["number"])
        if entry is None or entry.digest.hex() != named["digest"]:
            click.echo(
                f"entry {named['number']}: not the one that publication {slug}-{number} names", err=True
            )
            sys.exit(1)
    last = session().scalars(sa.select(Entry).order_by(Entry.number.desc()).limit(1)).one_or_none()
    click.echo(f"{last.number} entries hold; the last is {last.digest.hex()}" if last else "0 entries hold")


commands: list[click.Command] = [audit]
