"""Commands: bringing norms in, taking them from stage to stage, and taking them out."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from app.cli.progress import on_terminal
from app.foundation.confined import confined
from app.foundation.errors import N_, BadInput, NotFound
from app.kernel import computed_ahead
from app.kernel.command_line import actor_named, now, refusable, session, work
from app.lifecycle.queries import shortest_end
from app.norms import export
from app.norms.models import Norm
from app.norms.queries import clauses, draft, norm_by_slug
from app.norms.readers.decoding import check_size
from app.norms.readers.reading import read_file
from app.norms.service import create
from app.norms.stages import Stage
from app.norms.text_import import import_texts

READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
STAGES = [stage.value for stage in Stage if stage is not Stage.PUBLISHED]  #: that one comes with its package


class LanguagesDiffer(BadInput):
    code = "languages-differ"
    message = N_("Give one --language for each file, in the same order; use each language only once.")


@click.group("norm", cls=AppGroup)
def norm_group() -> None:
    """Norms: import, step, export."""


@norm_group.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--slug", required=True, help="The norm's address; made if it does not exist yet.")
@click.option("--language", "languages", required=True, multiple=True, help="Of each file, in order.")
@click.option("--title", help="In the first language; else the file's own title.")
@click.option("--authentic", is_flag=True, help="These languages are law; else only a new norm's first is.")
@click.option("--closed", is_flag=True, help="A new norm is closed to the public until it opens.")
@click.option("--as", "email", help="Act as this person.")
@refusable
def import_command(
    files: tuple[Path, ...],
    slug: str,
    languages: tuple[str, ...],
    title: str | None,
    authentic: bool,
    closed: bool,
    email: str | None,
) -> None:
    """Import a norm from Markdown or plain text, one FILE for each language."""
    if len(files) != len(languages) or len(set(languages)) != len(languages):
        raise LanguagesDiffer
    for path in files:
        check_size(path.stat().st_size)
    readings = {
        language: confined(read_file, path.read_bytes(), path.name)
        for path, language in zip(files, languages, strict=True)
    }
    if title:
        readings[languages[0]] = replace(readings[languages[0]], title=title)
    with work():
        norm = norm_by_slug(session(), slug)
        law = languages if authentic else ()
        if norm is None:
            norm = create(
                session(),
                actor_named(email),
                slug=slug,
                titles={languages[0]: readings[languages[0]].title or slug},
                authentic_languages=law or languages[:1],
                is_public=not closed,
                now=now(),
            )
        import_texts(
            session(),
            actor_named(email),
            norm,
            readings,
            authentic=law,
            now=now(),
        )
        count = len(readings[languages[0]].clauses)
    click.echo(f"{slug}: {count} clauses in {', '.join(languages)}")


@norm_group.command("step")
@click.argument("slug")
@click.argument("stage", type=click.Choice(STAGES))
@click.option("--override", help="The public reason for going ahead although something is missing.")
@click.option(
    "--closes-at",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help="UTC; else the earliest that the rules allow.",
)
@click.option("--as", "email", help="Act as this person.")
@refusable
def step_command(
    slug: str, stage: str, override: str | None, closes_at: dt.datetime | None, email: str | None
) -> None:
    """Take norm SLUG to STAGE."""
    norm, to = existing(slug), Stage(stage)
    ends = closes_at.replace(tzinfo=dt.UTC) if closes_at else shortest_end(session(), norm, to, now=now())
    said: dict[str, Any] = {"closes_at": ends, "override_reason": override}
    computed_ahead.step(norm, lambda: actor_named(email), to, **said, watch=on_terminal())
    click.echo(f"{slug}: {stage}")


@norm_group.command("export")
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(["md", "json"]), default="md", show_default=True)
@click.option("--draft", "number", type=int, help="Of the norm; else the current one.")
@click.option("--language", help="For md; else the first authentic one.")
@click.option("-o", "output", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
@refusable
def export_command(slug: str, form: str, number: int | None, language: str | None, output: Path) -> None:
    """Write norm SLUG to a file."""
    norm = existing(slug)
    chosen = norm.current_draft if number is None else draft(session(), norm, number)
    if chosen is None:
        raise NotFound
    found: Sequence = clauses(session(), chosen.id)
    if form == "md":
        text = export.markdown(norm, found, language or norm.authentic_languages[0])
    else:
        text = json.dumps(export.content(norm, chosen, found), ensure_ascii=False, indent=2) + "\n"
    output.write_text(text, encoding="utf-8")


def existing(slug: str) -> Norm:
    norm = norm_by_slug(session(), slug)
    if norm is None:
        raise NotFound
    return norm
