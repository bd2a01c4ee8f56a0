"""The page that makes a norm from texts: its clauses are shown first, and nothing is kept until then."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import pydantic
from flask import Blueprint, current_app, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority.actor import PLATFORM
from app.authority.grants import Permission, require
from app.foundation.confined import confined
from app.foundation.errors import N_, AppError, BadInput
from app.kernel.context import Form, act, actor, read, work
from app.kernel.formats import in_language
from app.kernel.refusals import shows_again
from app.norms.readers.alignment import AlignedClause, align
from app.norms.readers.decoding import LARGEST_NORM, FileTextTooLong, decode
from app.norms.readers.reading import ParsedText, read_file
from app.norms.service import check_languages, create
from app.norms.text_import import import_texts
from app.reference.languages import INTERFACE_LANGUAGES
from app.web.parts.done import Done, told, way_on

NAMES = {"markdown": "pasted.md", "plain": "pasted.txt"}

blueprint = Blueprint("new_norm", __name__, url_prefix="/<lang:lang>/norms/new")


class NoText(BadInput):
    code = "no-text"
    message = N_("Paste or select at least one text.")


class FormsDiffer(BadInput):
    code = "forms-differ"
    message = N_("Give the language and the format of each text; use each language only once.")


class NormForm(Form):
    slug: str
    title: str = ""
    language: list[str]
    form: list[str]
    text: list[str]
    authentic: list[str] = pydantic.Field(default_factory=list)
    is_closed: bool = False
    act: str = "preview"


@dataclass(frozen=True)
class LanguageRow:
    """One language of the form: what was typed or read from a file."""

    language: str
    form: str = "markdown"
    text: str = ""
    is_authentic: bool = False


@dataclass(frozen=True)
class TextPreview:
    """The clauses that would be made, of the texts in these rows."""

    clauses: Sequence[AlignedClause]
    rows: Sequence[LanguageRow]


@blueprint.get("/")
def new() -> str:
    require(actor(), Permission.CREATE_NORM, PLATFORM)
    return page(
        [
            LanguageRow(code, is_authentic=code == "en")
            for code in ("en", *sorted({*INTERFACE_LANGUAGES} - {"en"}))
        ]
    )


def typed_again(*, typed: Mapping[str, str], refusal: AppError) -> str:
    """The form with what was typed and, where they can be read, the texts of the chosen files."""
    rows = rows_typed()
    with suppress(AppError):
        rows = with_files(rows)
    return page(rows, typed, refusal=refusal)


@blueprint.post("/")
@shows_again(typed_again)
def store() -> Response | str:
    """Show the clauses; or, once they have been seen, make the norm of the same texts."""
    require(actor(), Permission.CREATE_NORM, PLATFORM)
    typed = read(NormForm)
    if not len(typed.language) == len(typed.form) == len(typed.text):
        raise FormsDiffer
    rows = with_files(rows_typed())
    filled = [row for row in rows if row.text.strip()]
    readings = confined(read_rows, filled)
    if typed.act != "store":
        return page(rows, typed, preview=TextPreview(align(readings), filled))
    with work():
        law = [row.language for row in filled if row.is_authentic] or [filled[0].language]
        title = typed.title or readings[filled[0].language].title or typed.slug
        norm = act(
            create,
            slug=typed.slug,
            titles={filled[0].language: title},
            authentic_languages=law,
            is_public=not typed.is_closed,
        )
        act(import_texts, norm, readings)
    made = told(_("The norm “%(norm)s” has been saved."), norm=in_language(norm.titles))
    follows = _("It is in preparation. Set its rules of procedure before the consultation opens.")
    return Done(made, follows, way_on(_("Rules"), "lifecycle.rules", slug=norm.slug)).on(
        "lifecycle.steps", slug=norm.slug
    )


def rows_typed() -> list[LanguageRow]:
    languages, forms, texts, authentic = (
        request.form.getlist(name) for name in ("language", "form", "text", "authentic")
    )
    return [
        LanguageRow(language.strip(), form, text, language.strip() in authentic)
        for language, form, text in zip(languages, forms, texts, strict=False)
    ]


def with_files(rows: Sequence[LanguageRow]) -> list[LanguageRow]:
    """The rows with the text of each chosen file in place of what was typed.

    :raises TooLong: more than the form can bring back with the next request.
    """
    files = request.files.getlist("file")
    found = []
    for place, row in enumerate(rows):
        file = files[place] if place < len(files) else None
        if file is not None and file.filename:
            is_plain = file.filename.lower().endswith(".txt")
            file.stream.seek(0)  # a refusal reads it once more
            data = file.stream.read(LARGEST_NORM + 1)
            row = LanguageRow(
                row.language, "plain" if is_plain else "markdown", decode(data), row.is_authentic
            )
        found.append(row)
    limit = current_app.config["MAX_FORM_MEMORY_SIZE"] * 9 // 10
    size = sum(len(row.text.encode()) for row in found)
    if size > limit:
        raise FileTextTooLong(size=round(size / 2**20, 1), limit=round(limit / 2**20, 1))
    return found


def read_rows(rows: Sequence[LanguageRow]) -> Mapping[str, ParsedText]:
    if not rows:
        raise NoText(field="text")
    languages = [row.language for row in rows]
    if len(check_languages(languages)) != len(rows) or not {row.form for row in rows} <= NAMES.keys():
        raise FormsDiffer(field="language")
    return {row.language: read_file(row.text.encode(), NAMES[row.form]) for row in rows}


def page(
    rows: Sequence[LanguageRow],
    typed: NormForm | Mapping[str, str] | None = None,
    *,
    preview: TextPreview | None = None,
    refusal: AppError | None = None,
) -> str:
    return render_template("norms/new.html", rows=rows, typed=typed, preview=preview, refusal=refusal)
