"""What an editor does at the bench. Where another editor was faster, both texts and the way on are shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _

from app.authority.grants import Permission
from app.compilation import queries, restructuring, service, working_notes
from app.compilation.models import CompilationItem
from app.compilation.operations import EntryChanged
from app.compilation.undo import undo as take_back
from app.discussion.models import Comment
from app.foundation.errors import AppError, NotFound
from app.kernel.context import act, actor, may, norm_or_404, read, session
from app.kernel.input_limits import whole
from app.kernel.lookup import at_norm
from app.kernel.refusals import shows_again
from app.norms.models import Norm
from app.web.compilation.acts_told import still_in_conflict, worked
from app.web.compilation.commitments import taken_up
from app.web.compilation.conflicts import conflict_page
from app.web.compilation.entry_desk import choices_in, numbers_in
from app.web.compilation.forms import AddForm, ClauseEditForm, MotiveForm, MoveForm, VersionForm
from app.web.compilation.restructuring import join_page, parts_in, split_page, texts_in
from app.web.compilation.views import bench_page, entry_or_404, entry_page, open_compilation

blueprint = Blueprint("compilation_operations", __name__, url_prefix="/<lang:lang>/norms/<slug>/compilation")

Answer = Any


@contextmanager
def at_bench(slug: str, number: int) -> Iterator[tuple[Norm, CompilationItem]]:
    """One transaction on a clause of the next draft."""
    with at_norm(slug) as norm:
        yield norm, entry_or_404(norm, number)


def said(norm: Norm, form: MotiveForm | AddForm) -> dict[str, Any]:
    """The fields of a form, with the comments that it names."""
    return {**dict(form), "takes_up": taken_up(norm, form.takes_up)}


def said_freely(norm: Norm) -> dict[str, Any]:
    """The same of the form that was sent, where it has fields for each language or collision besides."""
    form = request.form
    return {
        "version": form.get("version", 0, type=whole),
        "takes_up": taken_up(norm, form.getlist("takes_up")),
    }


def entry_named(norm: Norm, number: int) -> CompilationItem | None:
    """The clause behind which another one is to stand; 0: none."""
    return entry_or_404(norm, number) if number else None


def page_of(page: Callable[..., str]) -> Callable[..., str]:
    """The page of a clause with what was typed; both texts where another editor was faster."""

    def shown(slug: str, number: int, *, refusal: AppError, typed: Any) -> str:
        norm = norm_or_404(slug)
        chosen = entry_or_404(norm, number)
        which = conflict_page if isinstance(refusal, EntryChanged) else page
        return which(norm, chosen, refusal=refusal, typed=typed)

    return shown


entry_again, split_again, join_again = page_of(entry_page), page_of(split_page), page_of(join_page)


def bench_again(slug: str, *, refusal: AppError, typed: Any) -> str:
    norm = norm_or_404(slug)
    compilation = open_compilation(norm)
    if compilation is None or not may(Permission.COMPILE, norm):
        raise refusal
    return bench_page(norm, compilation, refusal=refusal, typed=typed)


@blueprint.post("/<int:number>/merge/")
@shows_again(entry_again)
def merge(slug: str, number: int) -> Answer:
    """Merge the ticked changes. ``choice.N`` and ``words.N`` settle the collision N."""
    numbers, language = numbers_in(request.form), request.form.get("language", "")
    ticked = {"numbers": numbers, "choices": choices_in(request.form, numbers), "language": language}
    with at_bench(slug, number) as (norm, chosen):
        act(service.merge, norm, chosen, **ticked, **said_freely(norm))
    made = _("The changes to clause %(label)s have been merged.")
    return worked(norm, chosen, made, still_in_conflict(chosen, language))


@blueprint.post("/<int:number>/edit/")
@shows_again(entry_again)
def edit(slug: str, number: int) -> Answer:
    form = read(ClauseEditForm)
    with at_bench(slug, number) as (norm, chosen):
        act(service.edit, norm, chosen, **said(norm, form))
        working_notes.forget_note(session(), actor(), chosen, form.language)
    return worked(norm, chosen, _("The new wording of clause %(label)s has been saved."))


@blueprint.post("/<int:number>/note/")
@shows_again(entry_again)
def note(slug: str, number: int) -> Answer:
    """Keep a half-written wording; it is no step, and nobody else sees it."""
    form = read(ClauseEditForm)
    with at_bench(slug, number) as (norm, chosen):
        act(working_notes.keep_note, norm, chosen, **said(norm, form))
    made = _("Your working note on clause %(label)s has been saved.")
    return worked(norm, chosen, made, _("It is visible only to you and is not part of the next draft."))


@blueprint.post("/<int:number>/working/")
@shows_again(entry_again)
def working(slug: str, number: int) -> Answer:
    """Say that one works on the clause; others see it for a quarter of an hour."""
    with at_bench(slug, number) as (norm, chosen):
        act(working_notes.say_at_work, norm, chosen)
    made = _("You are shown as the editor at work on clause %(label)s.")
    return worked(norm, chosen, made, _("Other editors see this for 15 minutes."))


@blueprint.post("/<int:number>/delete/")
@shows_again(entry_again)
def delete(slug: str, number: int) -> Answer:
    form = read(MotiveForm)
    with at_bench(slug, number) as (norm, chosen):
        act(service.delete, norm, chosen, **said(norm, form))
    return worked(norm, chosen, _("Clause %(label)s is left out of the next draft."))


@blueprint.post("/<int:number>/keep/")
@shows_again(entry_again)
def keep(slug: str, number: int) -> Answer:
    form = read(VersionForm)
    with at_bench(slug, number) as (norm, chosen):
        act(service.keep, norm, chosen, version=form.version)
    return worked(norm, chosen, _("Clause %(label)s has been kept unchanged."))


@blueprint.post("/<int:number>/undo/")
@shows_again(entry_again)
def undo(slug: str, number: int) -> Answer:
    form = read(VersionForm)
    with at_bench(slug, number) as (norm, chosen):
        act(take_back, norm, chosen, version=form.version)
    made = _("The last step on clause %(label)s has been undone.")
    return worked(norm, chosen, made, _("The clause is as it was before that step."))


@blueprint.post("/<int:number>/move/")
@shows_again(entry_again)
def move(slug: str, number: int) -> Answer:
    form = read(MoveForm)
    with at_bench(slug, number) as (norm, chosen):
        words = said(norm, form) | {"after": entry_named(norm, form.after)}
        act(restructuring.move, norm, chosen, **words)
    return worked(norm, chosen, _("The place and number of clause %(label)s have been saved."))


@blueprint.post("/<int:number>/split/")
@shows_again(split_again)
def split(slug: str, number: int) -> Answer:
    """Split a clause into the parts that are filled; ``label.N`` and ``text.LANGUAGE.N`` are the part N's."""
    motive = request.form.get("motive", "")
    with at_bench(slug, number) as (norm, chosen):
        parts = parts_in(norm, request.form)
        act(restructuring.split, norm, chosen, parts=parts, motive=motive, **said_freely(norm))
    return worked(norm, chosen, _("Clause %(label)s has been split."))


@blueprint.post("/<int:number>/join/")
@shows_again(join_again)
def join(slug: str, number: int) -> Answer:
    """Join a clause into another, whose new words are ``text.LANGUAGE``."""
    form = request.form
    motive, version = form.get("motive", ""), form.get("into_version", 0, type=whole)
    with at_bench(slug, number) as (norm, chosen):
        other = {"into": entry_or_404(norm, form.get("into", 0, type=whole)), "into_version": version}
        texts = texts_in(norm, form)
        act(restructuring.join, norm, chosen, **other, texts=texts, motive=motive, **said_freely(norm))
    return worked(norm, chosen, _("Clause %(label)s has been joined to the other clause."))


@blueprint.post("/add/")
@shows_again(bench_again)
def add(slug: str) -> Answer:
    form = read(AddForm)
    with at_norm(slug) as norm:
        words = said(norm, form) | {"after": entry_named(norm, form.after)}
        source = insertion_named(norm, words.pop("change"))
        made = act(service.add, norm, **words, source=source)
    return worked(norm, made, _("Clause %(label)s has been added to the next draft."))


def insertion_named(norm: Norm, number: int) -> Comment | None:
    """The insertion that is taken up; 0: none."""
    if not number:
        return None
    proposed = queries.insertions(session(), norm.current_draft_id or 0)
    found = next((one for one in proposed if one.number == number), None)
    if found is None:
        raise NotFound
    return found
