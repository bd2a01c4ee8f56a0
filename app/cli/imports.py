"""Commands: importing deliberations that were held elsewhere."""

import csv
import hashlib
from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.progress import watched
from app.discussion.sheets.reading import read_sheet
from app.discussion.sheets.zip_safety import LARGEST_SHEET
from app.foundation.confined import confined
from app.foundation.errors import N_, BadInput
from app.importing import polis, positions_csv
from app.importing.iso_comments import import_comments
from app.importing.service import Imported, Source, import_polis, import_positions
from app.kernel.command_line import actor_named, now, refusable, session, work
from app.lifecycle.presets import PRESETS, named, parsed
from app.norms.rules import Rules


class ImportFileMissing(BadInput):
    code = "file-missing"
    message = N_("%(folder)s has no %(file)s.")


rules_option = click.option(
    "--rules", metavar="FILE|PRESET", help="Rules to freeze: a JSON file, or " + ", ".join(PRESETS) + "."
)


def rules_of(chosen: str | None) -> Rules | None:
    """The rules of a file, or the preset of that name; None where none were chosen."""
    if chosen is None:
        return None
    path = Path(chosen)
    return parsed(chosen, path.read_bytes()) if path.is_file() else named(chosen)


@click.group("import", cls=AppGroup)
def import_group() -> None:
    """Deliberations held elsewhere. Polis exports, positions, comments."""


def digest_of(*paths: Path) -> str:
    """SHA-256 over the files one after the other."""
    whole = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                whole.update(block)
    return "sha256:" + whole.hexdigest()


def said(slug: str, result: Imported) -> None:
    click.echo(
        f"{slug}: {result.clauses} clauses, {result.stakeholders} stakeholders, {result.positions} positions"
    )
    for why, count in result.left_out.items():
        click.echo(f"left out ({why}): {count['statements']} statements with {count['votes']} votes")


@import_group.command("polis")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--slug", required=True, help="Of the norm that is made.")
@click.option("--language", default="en", show_default=True, help="Of the statements.")
@click.option("--title", help="Of the norm; else the topic of summary.csv.")
@click.option("--as", "email", help="Act as this person.")
@rules_option
@refusable
def polis_command(
    folder: Path, slug: str, language: str, title: str | None, email: str | None, rules: str | None
) -> None:
    """Import a Polis export: comments.csv with votes.csv or participants-votes.csv."""
    comments = folder / "comments.csv"
    by_vote, by_participant = folder / "votes.csv", folder / "participants-votes.csv"
    votes, reader = (
        (by_vote, polis.votes) if by_vote.exists() else (by_participant, polis.votes_by_participant)
    )
    for path in (comments, votes):
        if not path.exists():
            raise ImportFileMissing(folder=str(folder), file=path.name)
    source = Source(str(votes), digest_of(comments, votes), language, title or topic(folder))
    with comments.open("rb") as file:
        conversation = polis.conversation(file, str(comments))
    with work(), watched(votes) as file:
        result = import_polis(
            session(),
            actor_named(email),
            slug=slug,
            source=source,
            conversation=conversation,
            votes=reader(file, str(votes)),
            rules=rules_of(rules),
            now=now(),
        )
    said(slug, result)


@import_group.command("positions")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--slug", required=True, help="Of the norm; made if it does not exist yet.")
@click.option("--language", default="en", show_default=True, help="Of the clauses and reasons.")
@click.option("--title", help="Of a norm that is made.")
@click.option("--as", "email", help="Act as this person.")
@rules_option
@refusable
def positions_command(
    file: Path, slug: str, language: str, title: str | None, email: str | None, rules: str | None
) -> None:
    """Import a table: clause,stakeholder,category,country,position[,reason,language,verified,clause_text]."""
    source = Source(str(file), digest_of(file), language, title or "")
    with work(), watched(file) as stream:
        result = import_positions(
            session(),
            actor_named(email),
            slug=slug,
            source=source,
            positions=positions_csv.positions(stream, str(file)),
            rules=rules_of(rules),
            now=now(),
        )
    said(slug, result)


@import_group.command("comments")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--slug", required=True, help="Of the norm; made if it does not exist yet.")
@click.option("--language", default="en", show_default=True, help="Of the comments, where no cell says.")
@click.option("--title", help="Of a norm that is made.")
@click.option("--as", "email", help="Act as this person.")
@refusable
def comments_command(file: Path, slug: str, language: str, title: str | None, email: str | None) -> None:
    """Import a secretariat's commenting sheet in the ISO template's columns: XLSX, CSV or DOCX."""
    source = Source(str(file), digest_of(file), language, title or "")
    with file.open("rb") as stream:
        rows = confined(read_sheet, stream.read(LARGEST_SHEET + 1))
    with work():
        result = import_comments(
            session(), actor_named(email), slug=slug, source=source, rows=rows, now=now()
        )
    click.echo(
        f"{slug}: {result.comments} comments added, {result.there} there already,"
        f" {result.stakeholders} stakeholders, {result.decisions} decisions"
    )
    if result.undecided:
        shown = ", ".join(result.undecided[:20]) + (" …" if len(result.undecided) > 20 else "")
        click.echo(
            f"{len(result.undecided)} observations are no decision that is known; the comments stay without"
            f" an answer. Rows: {shown}",
            err=True,
        )


def topic(folder: Path) -> str:
    """The conversation's own title, where its summary gives one."""
    summary = folder / "summary.csv"
    if not summary.exists():
        return ""
    with summary.open(encoding="utf-8", errors="replace", newline="") as file:
        return next((row[1][:200] for row in csv.reader(file) if row[:1] == ["topic"] and len(row) > 1), "")
