"""Commands: check the record."""

import sys
from collections.abc import Iterator
from itertools import chain

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.binding.queries import differences
from app.audit.chain import PLATFORM, first_break
from app.audit.models import AuditEntry
from app.audit.queries import head, links, unrooted
from app.audit.service import bind_what_is_there
from app.foundation.canonical import canonical
from app.foundation.database import as_of_now, missing_guards
from app.kernel.command_line import now, refusable, say, session, work
from app.kernel.publishing import auditors_named, file_name, opened, summary_in
from app.publication.models import PackageKind, Publication, StoredPackage
from app.publication.queries import every, unlike_published
from app.publication.storing import digest_of, stored
from app.publication.verifier import beside

SHOWN = 20  #: differences that are named
MISSING = "missing (after an upgrade, start the worker on the host that has its file)"


@click.group("audit")
def audit() -> None:
    """The record of acts."""


@audit.command("verify")
@refusable
def verify() -> None:
    """Check the record: every entry of each chain, what publications name, and that rows and packages, also
    those of auditors, are as it says. Exit 1 names the first broken entry, or what differs.
    """
    as_of_now(session())  # an act of this moment is neither half read nor missed
    found = first_break(links(session())) or unrooted(session()) or unlike_published(session())
    if found is not None:
        say(str(found), err=True)
        sys.exit(1)
    faults = chain(missing_guards(session()), differences(session()), altered_packages(session()))
    count = 0
    for count, fault in enumerate(faults, 1):
        if count <= SHOWN:
            say(fault, err=True)
    if count:
        say(f"{count} in all", err=True)
        sys.exit(1)
    entries, chains = (
        session().execute(sa.select(sa.func.count(), sa.func.count(AuditEntry.chain.distinct()))).one()
    )
    last = head(session(), PLATFORM)
    click.echo(f"{entries} entries of {chains} chains hold")
    if last is not None:
        click.echo(f"the last of the platform's is entry {last.place}, {last.digest.hex()}")


@audit.command("bind")
@refusable
def bind() -> None:
    """Bind the rows that no entry tells of: once, after the upgrade to a version that binds them."""
    with work() as own:
        say(f"{bind_what_is_there(own, now=now())} rows are bound")


def altered_packages(own: Session) -> Iterator[str]:
    """Packages, those of auditors too, that are not, or not any more, those that were published."""
    for publication in every(own):
        name = file_name(publication, PackageKind.PUBLIC)
        package = stored(own, publication, PackageKind.PUBLIC)
        if package is None:
            yield f"{name}: {MISSING}"
        elif digest_of(opened(package)) != publication.package_digest:
            yield f"{name}: not the package that was published"
        elif summary_in(opened(package)) != canonical(publication.summary):
            yield f"{name}: does not say what the publication says"
        else:
            name = file_name(publication, PackageKind.AUDITORS)
            yield from (f"{name}: {fault}" for fault in auditors_faults(own, publication, package))


def auditors_faults(own: Session, publication: Publication, package: StoredPackage) -> list[str]:
    """Why the auditors' package is not the one the publication names; those before named none."""
    public = auditors_named(opened(package))
    auditors = stored(own, publication, PackageKind.AUDITORS)
    if not public:
        return []
    return beside(opened(auditors).read(), public) if auditors else [MISSING]
