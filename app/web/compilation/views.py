"""The bench: where an editor makes the next draft, one clause at a time, and where others read it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, request

from app.authority.grants import Permission, require
from app.compilation import queries, working_notes
from app.compilation.models import Compilation, CompilationItem
from app.compilation.operations import EntryChanged
from app.compilation.reading_modes import ReadingMode
from app.discussion.models import Comment
from app.foundation.errors import AppError, NotFound
from app.kernel import context
from app.kernel.input_limits import whole
from app.kernel.refusals import Answer, again
from app.lifecycle.queries import rules_of
from app.norms.models import Norm
from app.norms.rules import Rules
from app.norms.stages import Stage
from app.web.compilation.commitments import names_asked, provisions_of, to_do
from app.web.compilation.entry_desk import desk, language_asked, mode_asked
from app.web.compilation.reading import MOST, read_all
from app.web.parts.speaking_for import form_key

blueprint = Blueprint("compilation", __name__, url_prefix="/<lang:lang>/norms/<slug>/compilation")

Typed = Mapping[str, Any]


@blueprint.get("/")
def bench(slug: str) -> str:
    norm = context.norm_or_404(slug)
    compilation = open_compilation(norm)
    if compilation is None or not context.may(Permission.COMPILE, norm):
        if compilation is not None and may_read(norm):
            return reading_page(norm, compilation)
        return render_template("compilation/closed.html", norm=norm)
    return bench_page(norm, compilation)


def bench_page(
    norm: Norm, compilation: Compilation, *, refusal: AppError | None = None, typed: Typed | None = None
) -> str:
    """Every clause with what was done to it and is still to do, and the form to add one."""
    session, draft = context.session(), norm.current_draft_id or 0
    entries, todo = queries.entries(session, compilation), to_do(norm)
    provisions, named = provisions_of(entries), names_asked()
    insertions = queries.insertions(session, draft)
    return render_template(
        "compilation/bench.html",
        norm=norm,
        entries=entries,
        last_entry=entries[-1].id if entries else 0,
        todo=todo,
        elsewhere=[one for one in todo if one.is_elsewhere(provisions)],
        named=named,
        counts=queries.change_counts(session, draft),
        insertions=insertions,
        chosen_insertion=insertion_asked(insertions, named, typed),
        at_work=working_notes.at_work(session, entries, context.actor(), now=context.now()),
        acts=queries.latest_acts(session, compilation),
        authentic=norm.authentic_languages,
        modes=ReadingMode,
        device_key=f"add:{compilation.id}",
        form_key=form_key(),
        refusal=refusal,
        typed=typed or {},
    )


def insertion_asked(insertions: Sequence[Comment], named: Sequence[str], typed: Typed | None) -> int | None:
    """The number of the insertion that the form begins with: as typed, or one that the address names."""
    if typed:
        return next((one.number for one in insertions if str(one.number) == typed.get("change")), None)
    return next((one.number for one in insertions if f"c{one.number}" in named), None)


@blueprint.get("/reading/")
def reading(slug: str) -> str:
    """The whole next draft as it stands now, for editors, and for everybody where the rules say so."""
    norm = context.norm_or_404(slug)
    compilation = open_compilation(norm)
    if not may_read(norm):
        require(context.actor(), Permission.READ_WORK, norm.matter(context.now()))
    if compilation is None:
        raise NotFound
    return reading_page(norm, compilation)


def open_compilation(norm: Norm) -> Compilation | None:
    """The next draft, while it is in the making."""
    found = queries.compilation_of(context.session(), norm)
    return found if found is not None and found.draft_id is None else None


def may_read(norm: Norm) -> bool:
    """Whether this person may read the next draft while it is being made."""
    if norm.stage is not Stage.COMPILATION:
        return False
    return context.may(Permission.READ_WORK, norm) or (
        Rules.read(rules_of(context.session(), norm).content).shows_work
    )


def reading_page(norm: Norm, compilation: Compilation) -> str:
    mode, language = mode_asked() or ReadingMode.REDLINE, language_asked(norm)
    start = request.args.get("start", 0, type=whole)
    page = read_all(context.session(), norm, compilation, language, mode, start=start)
    return render_template(
        "compilation/reading.html",
        norm=norm,
        mode=mode,
        modes=ReadingMode,
        language=language,
        readings=page.readings,
        next_start=page.next_start,
        most=MOST,
        may_compile=context.may(Permission.COMPILE, norm),
    )


def entry_or_404(norm: Norm, number: int) -> CompilationItem:
    found = context.session().get(CompilationItem, number)
    if found is None or found.compilation.norm_id != norm.id or not found.is_there:
        raise NotFound
    return found


def editable(slug: str, number: int) -> tuple[Norm, CompilationItem]:
    """A clause of the next draft, for those who may work on it."""
    norm = context.norm_or_404(slug)
    require(context.actor(), Permission.COMPILE, norm.matter(context.now()))
    return norm, entry_or_404(norm, number)


@blueprint.get("/<int:number>/")
def entry(slug: str, number: int) -> str:
    return entry_page(*editable(slug, number))


@blueprint.post("/<int:number>/preview/")
def preview(slug: str, number: int) -> str | Answer:
    """What the ticked changes make together; nothing is written."""
    norm, chosen = editable(slug, number)
    seen = request.form.get("version", chosen.version, type=whole)
    refusal = None if seen == chosen.version else EntryChanged()
    page = entry_page(norm, chosen, refusal=refusal, typed=request.form)
    return again(page, refusal) if refusal else page


def entry_page(
    norm: Norm, chosen: CompilationItem, *, refusal: AppError | None = None, typed: Typed | None = None
) -> str:
    """Base, proposed changes, collisions and result of one clause in one language."""
    return render_template(
        "compilation/item.html", at=desk(norm, chosen, typed), modes=ReadingMode, refusal=refusal
    )
