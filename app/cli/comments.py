"""Commands: everybody's comments in one file."""

import io
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from app.cli.norms import existing
from app.discussion.sheets.service import all_comments
from app.discussion.sheets.writing import SheetFormat, write
from app.kernel.command_line import refusable, session
from app.kernel.labels import word
from app.reference.languages import INTERFACE_LANGUAGES


@click.group("comments", cls=AppGroup)
def comments_group() -> None:
    """Comments: export."""


@comments_group.command("export")
@click.argument("slug")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(list(SheetFormat)), help="Else by the file's name.")
@click.option(
    "--language", type=click.Choice(INTERFACE_LANGUAGES), default="en", help="Of headings and decisions."
)
@refusable
def export_command(slug: str, file: Path, form: str | None, language: str) -> None:
    """Write what anybody may read of norm SLUG's comments, with their dispositions, in ISO's columns."""
    by_name = file.suffix.lstrip(".").lower()
    chosen = form or (by_name if by_name in set(SheetFormat) else SheetFormat.XLSX)
    sheet = all_comments(session(), existing(slug), word, language=language)
    whole = io.BytesIO()  # so that a refusal leaves no half of a file
    with force_locale(language):
        write(sheet, SheetFormat(chosen), whole)
    file.write_bytes(whole.getvalue())
