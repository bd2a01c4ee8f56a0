"""The pages on which a clause of the next draft is split, or joined into another."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request

from app.compilation import queries
from app.compilation.merge.provenance import text_of
from app.compilation.merged_wording import present_runs
from app.compilation.models import CompilationItem
from app.compilation.restructuring import SplitPart
from app.foundation.errors import AppError
from app.kernel import context
from app.kernel.input_limits import whole
from app.norms.models import Norm
from app.web.compilation.commitments import names_asked
from app.web.compilation.entry_desk import to_do_at
from app.web.compilation.views import editable, entry_or_404

blueprint = Blueprint("restructuring", __name__, url_prefix="/<lang:lang>/norms/<slug>/compilation")

MOST_PARTS = 12

Typed = Mapping[str, Any]


@blueprint.get("/<int:number>/split/")
def split(slug: str, number: int) -> str:
    return split_page(*editable(slug, number))


def split_page(
    norm: Norm, chosen: CompilationItem, *, refusal: AppError | None = None, typed: Typed | None = None
) -> str:
    """Fields for the words of each part; the first has all of them to begin with."""
    asked = request.args.get("parts", 2, type=whole)
    parts = len(part_numbers(typed)) if typed else asked
    return render_template(
        "compilation/split.html",
        norm=norm,
        entry=chosen,
        languages=languages(norm),
        present=present(norm, chosen),
        parts=min(max(parts, 2), MOST_PARTS),
        most=MOST_PARTS,
        device_key=f"split:{chosen.id}",
        todo=to_do_at(norm, chosen, queries.entries(context.session(), chosen.compilation))[1],
        named=names_asked(),
        refusal=refusal,
        typed=typed or {},
    )


@blueprint.get("/<int:number>/join/")
def join(slug: str, number: int) -> str:
    return join_page(*editable(slug, number))


def join_page(
    norm: Norm, chosen: CompilationItem, *, refusal: AppError | None = None, typed: Typed | None = None
) -> str:
    """First which clause to join it into, then the words of both one after the other."""
    asked = request.values.get("into", 0, type=whole)
    into = entry_or_404(norm, asked) if asked else None
    own, other = present(norm, chosen), present(norm, into) if into else {}
    entries = queries.entries(context.session(), chosen.compilation)
    return render_template(
        "compilation/join.html",
        norm=norm,
        entry=chosen,
        into=into,
        entries=[one for one in entries if one.id != chosen.id and not one.is_left_out],
        todo=to_do_at(norm, chosen, entries)[1],
        named=names_asked(),
        languages=languages(norm),
        present=own,
        other=other,
        joined={code: " ".join(filter(None, (other.get(code), own[code]))) for code in own},
        device_key=f"join:{chosen.id}:{asked}",
        refusal=refusal,
        typed=typed or {},
    )


def languages(norm: Norm) -> list[str]:
    """The authentic languages first."""
    return [*norm.authentic_languages, *(c for c in norm.languages if c not in norm.authentic_languages)]


def present(norm: Norm, chosen: CompilationItem) -> dict[str, str]:
    """The clause's words at present in each language."""
    session = context.session()
    return {code: text_of(present_runs(session, norm, chosen, code)) for code in languages(norm)}


def part_numbers(typed: Typed) -> list[int]:
    found = {name.rpartition(".")[2] for name in typed if name.startswith("text.")}
    return sorted(int(place) for place in found if place.isdecimal() and len(place) < 3)


def parts_in(norm: Norm, typed: Typed) -> list[SplitPart]:
    """The parts that have words in any language, in order."""
    parts = [
        SplitPart(
            typed.get(f"label.{place}", ""),
            {code: typed.get(f"text.{code}.{place}", "") for code in norm.languages},
        )
        for place in part_numbers(typed)[:MOST_PARTS]
    ]
    return [one for one in parts if any(text.strip() for text in one.texts.values())]


def texts_in(norm: Norm, typed: Typed) -> dict[str, str]:
    return {code: typed.get(f"text.{code}", "") for code in norm.languages}
