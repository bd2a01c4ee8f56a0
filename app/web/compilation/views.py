"""The bench: where an editor makes the next draft, one clause at a time, and where others read it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, render_template, request

from app.authority.grants import Permission, require
from app.compilation import merged_wording, queries, working_notes
from app.compilation.merge import contrast
from app.compilation.merge.nway import METHOD
from app.compilation.merge.provenance import text_of
from app.compilation.merge.redline import redline
from app.compilation.merged_wording import Woven
from app.compilation.models import Compilation, CompilationItem
from app.compilation.operations import EntryChanged
from app.compilation.reading_modes import ReadingMode
from app.discussion.models import Comment
from app.foundation.errors import AppError, NotFound
from app.kernel import context
from app.kernel.input_limits import whole
from app.kernel.locale import preferred_language
from app.kernel.redlines import as_runs
from app.kernel.refusals import Answer, again
from app.lifecycle.queries import rules_of
from app.norms.models import Norm
from app.norms.rules import Rules
from app.norms.stages import Stage
from app.web.compilation.commitments import ToDo, names_asked, provisions_of, to_do
from app.web.compilation.reading import MOST, Listed, NextDraftReading, backers, listed_from, read, read_all
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


def mode_asked() -> ReadingMode | None:
    asked = request.args.get("mode", "")
    return ReadingMode(asked) if asked in set(ReadingMode) else None


def language_asked(norm: Norm) -> str:
    asked: str = request.values.get("in") or request.form.get("language") or ""
    return asked if asked in norm.languages else preferred_language(norm)


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


def verb_asked() -> str:
    """What a form asks for. What was typed fills that form alone."""
    return (request.endpoint or "").rpartition(".")[2]


def entry_page(
    norm: Norm, chosen: CompilationItem, *, refusal: AppError | None = None, typed: Typed | None = None
) -> str:
    """Base, proposed changes, collisions and result of one clause in one language.

    Each form carries the version of what fills it.
    """
    session, language = context.session(), language_asked(norm)
    wording = chosen.wording(language)
    saved = wording.merge if wording else {}
    numbers, choices = asked_for(typed, saved)
    listed = changes_listed(norm, chosen, language, numbers, request.args.get("start", 0, type=whole))
    shown = read_entry(norm, chosen, language, listed.changes)
    woven = (
        merged_wording.weave_known(session, norm, chosen, language, numbers, choices) if shown.base else None
    )
    if woven is None or list(woven.numbers) != numbers:
        choices = {}
    entries = queries.entries(session, chosen.compilation)
    note = working_notes.note_of(session, context.actor(), chosen, language)
    here, todo = to_do_at(norm, chosen, entries)
    return render_template(
        "compilation/item.html",
        norm=norm,
        entry=chosen,
        here=here,
        todo=todo,
        named=names_asked() or [f"c{number}" for number in (note.takes_up if note else ())],
        language=language,
        mode=mode_asked(),
        modes=ReadingMode,
        reading=shown,
        listed=listed,
        wording=wording,
        otherwise=queries.decided_otherwise(
            context.session(), norm, [one.number for one in listed.mergeable]
        ),
        replacing=[one for one in shown.proposals if shown.base and one.said in listed.mergeable],
        picked=woven.numbers if woven else [],
        mergeable={f"c{one.number}" for one in listed.mergeable},  # taken up by their words, if merged
        woven=woven,
        woven_runs=as_runs(redline(shown.base, text_of(woven.runs))) if woven else [],
        is_new=woven is not None and not is_saved(woven, saved, choices),
        contrasts=list(contrast.contrasts(woven.segments)) if woven else [],
        choices=choices,
        others=[one for one in entries if one.id != chosen.id],
        entry_before=next((one.id for one in reversed(entries) if one.place < chosen.place), 0),
        note=note,
        at_work=working_notes.at_work(session, [chosen], context.actor(), now=context.now()).get(chosen.id),
        steps=queries.steps(session, chosen),
        last=queries.last_step(session, chosen),
        refusal=refusal,
        verb=verb_asked(),
        typed=typed or {},
    )


def to_do_at(
    norm: Norm, chosen: CompilationItem, entries: Sequence[CompilationItem]
) -> tuple[list[ToDo], list[ToDo]]:
    """What was accepted of a clause and waits to be taken up; the same and what was said of no clause."""
    provisions = provisions_of(entries)
    todo = [one for one in to_do(norm) if one.is_of(chosen) or one.is_elsewhere(provisions)]
    return [one for one in todo if one.is_of(chosen)], todo


def changes_listed(
    norm: Norm, chosen: CompilationItem, language: str, picked: Sequence[int], start: int
) -> Listed:
    """Some of the proposed changes to a clause, those that are ticked among them."""
    if chosen.provision_id is None:
        return Listed()
    found = queries.changes_to(context.session(), norm.current_draft_id or 0, chosen.provision_id)
    return listed_from(found, language, picked, start)


def read_entry(
    norm: Norm, chosen: CompilationItem, language: str, proposed: Sequence[Comment] = ()
) -> NextDraftReading:
    """A clause with proposed changes to it and who backs them."""
    session = context.session()
    clause = merged_wording.base_clause(session, norm, chosen)
    return read(chosen, clause, proposed, backers(session, proposed), language)


def asked_for(typed: Typed | None, saved: Typed) -> tuple[list[int], dict[int, tuple[str, str]]]:
    """The ticked changes and what settles their collisions: as typed, or else as saved."""
    if typed is None or not ({"settles", "changes"} & set(typed)):
        choices = saved["choices"] if saved.get("method") == METHOD and "choices" in saved else {}
        settled = {int(place): (source, words) for place, (source, words) in choices.items()}
        return list(saved.get("changes", ())), settled
    numbers = numbers_in(typed)
    return numbers, choices_in(typed, numbers)


def is_saved(woven: Woven, saved: Typed, choices: Mapping[int, tuple[str, str]]) -> bool:
    """Whether what is shown is what the clause is at present."""
    settled = {str(place): list(choices[place]) for place in woven.settled}
    return list(woven.numbers) == saved.get("changes") and settled == saved.get("choices", {})


def numbers_in(values: Any) -> list[int]:
    """The proposed changes that are ticked."""
    return sorted(
        {int(value) for value in values.getlist("changes") if value.isdecimal() and len(value) < 10}
    )


def choices_in(values: Any, numbers: list[int]) -> dict[int, tuple[str, str]]:
    """``choice.N`` and ``words.N`` settle the collision N, unless other changes were ticked by then."""
    if values.get("settles", listed(numbers)) != listed(numbers):
        return {}
    places = (name.removeprefix("choice.") for name in values if name.startswith("choice."))
    return {
        int(place): (values[f"choice.{place}"], values.get(f"words.{place}", ""))
        for place in places
        if place.isdecimal() and len(place) < 5
    }


def listed(numbers: list[int]) -> str:
    return ",".join(map(str, numbers))
