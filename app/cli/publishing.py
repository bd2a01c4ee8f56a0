"""Commands: publish a norm, verify a package."""

import sys
from pathlib import Path

import click

from app.cli.desk import actor_named, now, refusable, work
from app.foundation.errors import NotFound
from app.norms.queries import norm_by_slug
from app.publication import verifier
from app.web.publishing import package_path
from app.web.publishing import publish as publish_norm


@click.command("publish")
@click.argument("slug")
@click.option("--as", "email", required=True, help="The publisher's e-mail address.")
@refusable
def publish(slug: str, email: str) -> None:
    """Publish the adopted norm SLUG as a signed package."""
    actor = actor_named(email)
    with work() as session:
        norm = norm_by_slug(session, slug)
        if norm is None:
            raise NotFound
        publication = publish_norm(session, actor, norm, now=now())
    click.echo(str(package_path(slug, publication.number)))


@click.command("verify")
@click.argument("package", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", help="The publisher's public key as announced elsewhere, hexadecimal.")
def verify(package: Path, key: str | None) -> None:
    """Check a published PACKAGE without database or network; exit 1 names what differs."""
    with package.open("rb") as file:
        body = file.read(verifier.LARGEST + 1)
    verdict = verifier.verify(body, trusted_key=key)
    for line in verdict.checked:
        click.echo(f"holds: {line}")
    for line in verdict.faults:
        click.echo(f"fails: {line}", err=True)
    if not verdict.holds:
        sys.exit(1)
    click.echo(f"signed with {verdict.public_key}")


commands: list[click.Command] = [publish, verify]
