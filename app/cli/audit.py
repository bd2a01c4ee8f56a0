"""Commands: check the record."""

import sys

import click
import sqlalchemy as sa

from app.audit.chain import PLATFORM, first_break
from app.audit.models import Entry
from app.audit.queries import head, links, unrooted
from app.cli.desk import refusable, session
from app.publication.queries import unlike_published


@click.group("audit")
def audit() -> None:
    """The record of acts."""


@audit.command("verify")
@refusable
def verify() -> None:
    """Check every entry of each chain, and what publications name; exit 1 names the first broken one."""
    found = first_break(links(session())) or unrooted(session()) or unlike_published(session())
    if found is not None:
        click.echo(str(found), err=True)
        sys.exit(1)
    count, chains = session().execute(sa.select(sa.func.count(), sa.func.count(Entry.chain.distinct()))).one()
    last = head(session(), PLATFORM)
    click.echo(f"{count} entries of {chains} chains hold")
    if last is not None:
        click.echo(f"the last of the platform's is entry {last.place}, {last.digest.hex()}")


commands: list[click.Command] = [audit]
