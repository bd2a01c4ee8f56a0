"""Commands: publish a norm, verify a package."""

import os
import re
import shutil
import sys
from pathlib import Path

import click

from app.cli.progress import on_terminal
from app.foundation.errors import NotFound
from app.foundation.text import for_terminal
from app.kernel.command_line import REFUSED, actor_named, refusable, say, session
from app.kernel.publishing import file_name, opened
from app.kernel.publishing import publish as publish_norm
from app.norms.models import Norm
from app.norms.queries import norm_by_slug
from app.publication import verifier
from app.publication.models import PackageKind
from app.publication.package import PUBLIC_KEY
from app.publication.queries import numbered
from app.publication.storing import stored
from app.publication.trust import KnownKey, Unreadable, holder_of, known_keys

UNKNOWN_KEY = 3  #: exit code
KEY = re.compile(r"[0-9A-Fa-f]{64}")


@click.command("publish")
@click.argument("slug")
@click.option("--as", "email", required=True, help="The publisher's e-mail address.")
@refusable
def publish(slug: str, email: str) -> None:
    """Publish the adopted norm SLUG as a signed package."""
    publication = publish_norm(norm_called(slug), lambda: actor_named(email), on_terminal())
    say(f"{file_name(publication, PackageKind.PUBLIC)} {publication.package_digest}")


@click.command("package")
@click.argument("slug")
@click.argument("number", type=int)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--auditors", is_flag=True, help="That of the auditors, which is not public.")
@refusable
def package(slug: str, number: int, file: Path, auditors: bool) -> None:
    """Write the package of a publication.

    That with this NUMBER of the norm SLUG, into a new FILE.
    """
    publication = numbered(session(), norm_called(slug).id, number)
    kind = PackageKind.AUDITORS if auditors else PackageKind.PUBLIC
    found = publication and stored(session(), publication, kind)
    if not found:
        raise NotFound
    try:
        with opened(found) as content, file.open("xb") as target:
            shutil.copyfileobj(content, target)
    except FileExistsError as error:
        raise click.ClickException(f"{file} is there already; name a new file.") from error


def norm_called(slug: str) -> Norm:
    norm = norm_by_slug(session(), slug)
    if norm is None:
        raise NotFound
    return norm


@click.command("verify")
@click.argument("package", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--key", help="The publisher's public key as announced elsewhere: hexadecimal, or a file that holds keys."
)
@click.option(
    "--auditors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The auditors' package that belongs to it.",
)
def verify(package: Path, key: str | None, auditors: Path | None) -> None:
    """Check a published PACKAGE, and say whose key signed it.

    It needs neither database nor network. Exit 0: all holds, and the key is known, by --key or by the list of
    keys you trust. Exit 1 names what differs. Exit 3: all holds, but nobody you know has signed it.
    """
    known = trusted(key)
    verdict = verifier.verify(read(package), read(auditors) if auditors else None)
    for line in verdict.checked:
        say(f"holds: {line}")
    faults, holder = list(verdict.faults), None
    if verdict.dated is not None:
        holder = holder_of(verdict.public_key, known, verdict.dated)
        if holder is None and key is not None:
            faults.append(f"{PUBLIC_KEY}: signed with another key than the one you trust")
    for line in faults:
        say(f"fails: {line}", err=True)
    if faults:
        sys.exit(REFUSED)
    if holder is not None:
        say(f"the key is known: {holder.holder or 'it is the one given with --key'}")
    say(f"signed with {verdict.public_key}")
    if holder is None:
        say(
            "the key is unknown: everything holds, but anybody can have made and signed this package.",
            err=True,
        )
        say(f"Compare it with the one its publisher announces; put that into {trust_file()}.", err=True)
        sys.exit(UNKNOWN_KEY)


def read(path: Path) -> bytes:
    """No more than a verdict needs."""
    with path.open("rb") as file:
        return file.read(verifier.LARGEST + 1)


def trust_file() -> Path:
    """The list of keys that this person trusts."""
    named = os.environ.get("CONCORD_TRUSTED_KEYS")
    return Path(named).expanduser() if named else Path("~/.config/concord/trusted-keys").expanduser()


def trusted(key: str | None) -> list[KnownKey]:
    """The key, or the keys in the file, that the person names; else those in their list, if they keep one."""
    if key is not None and KEY.fullmatch(key.strip()):
        return [KnownKey(key.strip().lower())]
    path = Path(key).expanduser() if key is not None else trust_file()
    if key is None and not path.exists():
        return []
    try:
        return known_keys(path.read_bytes())
    except (OSError, Unreadable) as error:
        raise click.UsageError(for_terminal(f"{path}: {error}")) from error
