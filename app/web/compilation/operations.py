"""What an editor does at the bench. Where another editor was faster, both texts and the way on are shown."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.authority.grants import Permission
from app.compilation import queries, restructuring, service, working_notes
from app.compilation.models import CompilationItem
from app.compilation.operations import EntryChanged
from app.compilation.undo import undo as take_back
from app.foundation.errors import AppError, NotFound
from app.kernel import context
from app.kernel.input_limits import whole
from app.kernel.refusals import shows_again
from app.norms.models import Norm
from app.web.compilation.commitments import taken_up
from app.web.compilation.conflicts import conflict_page
from app.web.compilation.forms import AddForm, ClauseEditForm, MotiveForm, MoveForm, VersionForm
from app.web.compilation.restructuring import join_page, parts_in, split_page, texts_in
from app.web.compilation.views import (
    bench_page,
    choices_in,
    entry_or_404,
    entry_page,
    numbers_in,
    open_compilation,
)
from app.web.parts.done import Done, WayOn, told, way_on

blueprint = Blueprint("compilation_operations", __name__, url_prefix="/<lang:lang>/norms/<slug>/compilation")

Answer = Any


@contextmanager
def at_bench(slug: str, number: int) -> Iterator[tuple[Session, Norm, CompilationItem]]:
    """One transaction on a clause of the next draft."""
    with context.work() as session:
        norm = context.norm_or_404(slug)
        yield session, norm, entry_or_404(norm, number)


def page_of(page: Callable[..., str]) -> Callable[..., str]:
    """The page of a clause with what was typed; both texts where another editor was faster."""

    def shown(slug: str, number: int, *, refusal: AppError, typed: Any) -> str:
        norm = context.norm_or_404(slug)
        chosen = entry_or_404(norm, number)
        which = conflict_page if isinstance(refusal, EntryChanged) else page
        return which(norm, chosen, refusal=refusal, typed=typed)

    return shown


entry_again, split_again, join_again = page_of(entry_page), page_of(split_page), page_of(join_page)


def bench_again(slug: str, *, refusal: AppError, typed: Any) -> str:
    norm = context.norm_or_404(slug)
    compilation = open_compilation(norm)
    if compilation is None or not context.may(Permission.COMPILE, norm):
        raise refusal
    return bench_page(norm, compilation, refusal=refusal, typed=typed)


def name_of(item: CompilationItem) -> str:
    """What a clause of the next draft is called; without a label, by its provision."""
    return item.label or (item.provision.code if item.provision else "–")


def next_clause(norm: Norm, item: CompilationItem) -> WayOn:
    """To the clause that follows in the next draft, or to all."""
    places = queries.entries(context.session(), item.compilation)
    after = [one for one in places if (one.place, one.id) > (item.place, item.id)]
    if not after:
        return way_on(_("All clauses of the next draft"), "compilation.bench", slug=norm.slug)
    words = told(_("Next clause: %(label)s"), label=name_of(after[0]))
    return way_on(words, "compilation.entry", slug=norm.slug, number=after[0].id)


def worked(norm: Norm, item: CompilationItem, made: str, follows: str = "") -> Response:
    """Say what was done to a clause of the next draft, on its page or, where it is no more, on the bench."""
    undone = _("It can be undone until the next draft opens.")
    done = Done(told(made, label=name_of(item)), follows or undone, next_clause(norm, item))
    if not item.is_there:
        return done.on("compilation.bench", slug=norm.slug)
    language = {"in": request.form["language"]} if request.form.get("language") else {}
    return done.on("compilation.entry", slug=norm.slug, number=item.id, **language)


def still_in_conflict(item: CompilationItem, language: str) -> str:
    """How many conflicts the merged text leaves in brackets; nothing where there are none."""
    left = next((one.unsettled for one in item.wordings if one.language == language), 0)
    if not left:
        return ""
    return str(
        ngettext(
            "%(num)d conflict is unresolved; the alternatives are shown in square brackets.",
            "%(num)d conflicts are unresolved; the alternatives are shown in square brackets.",
            left,
        )
    )


@blueprint.post("/<int:number>/merge/")
@shows_again(entry_again)
def merge(slug: str, number: int) -> Answer:
    """Merge the ticked changes. ``choice.N`` and ``words.N`` settle the collision N."""
    form = request.form
    with at_bench(slug, number) as (session, norm, chosen):
        numbers = numbers_in(form)
        service.merge(
            session,
            context.actor(),
            norm,
            chosen,
            language=form.get("language", ""),
            numbers=numbers,
            choices=choices_in(form, numbers),
            version=form.get("version", 0, type=whole),
            takes_up=taken_up(norm, form.getlist("takes_up")),
            now=context.now(),
        )
    made = _("The changes to clause %(label)s have been merged.")
    return worked(norm, chosen, made, still_in_conflict(chosen, form.get("language", "")))


@blueprint.post("/<int:number>/edit/")
@shows_again(entry_again)
def edit(slug: str, number: int) -> Answer:
    form = context.read(ClauseEditForm)
    with at_bench(slug, number) as (session, norm, chosen):
        service.edit(
            session,
            context.actor(),
            norm,
            chosen,
            language=form.language,
            text=form.text,
            motive=form.motive,
            version=form.version,
            takes_up=taken_up(norm, form.takes_up),
            now=context.now(),
        )
        working_notes.forget_note(session, context.actor(), chosen, form.language)
    return worked(norm, chosen, _("The new wording of clause %(label)s has been saved."))


@blueprint.post("/<int:number>/note/")
@shows_again(entry_again)
def note(slug: str, number: int) -> Answer:
    """Keep a half-written wording; it is no step, and nobody else sees it."""
    form = context.read(ClauseEditForm)
    with at_bench(slug, number) as (session, norm, chosen):
        working_notes.keep_note(
            session,
            context.actor(),
            norm,
            chosen,
            language=form.language,
            text=form.text,
            motive=form.motive,
            version=form.version,
            takes_up=taken_up(norm, form.takes_up),
            now=context.now(),
        )
    made = _("Your working note on clause %(label)s has been saved.")
    return worked(norm, chosen, made, _("It is visible only to you and is not part of the next draft."))


@blueprint.post("/<int:number>/working/")
@shows_again(entry_again)
def working(slug: str, number: int) -> Answer:
    """Say that one works on the clause; others see it for a quarter of an hour."""
    with at_bench(slug, number) as (session, norm, chosen):
        working_notes.say_at_work(session, context.actor(), norm, chosen, now=context.now())
    made = _("You are shown as the editor at work on clause %(label)s.")
    return worked(norm, chosen, made, _("Other editors see this for 15 minutes."))


@blueprint.post("/<int:number>/delete/")
@shows_again(entry_again)
def delete(slug: str, number: int) -> Answer:
    form = context.read(MotiveForm)
    with at_bench(slug, number) as (session, norm, chosen):
        service.delete(
            session,
            context.actor(),
            norm,
            chosen,
            motive=form.motive,
            version=form.version,
            takes_up=taken_up(norm, form.takes_up),
            now=context.now(),
        )
    return worked(norm, chosen, _("Clause %(label)s is left out of the next draft."))


@blueprint.post("/<int:number>/keep/")
@shows_again(entry_again)
def keep(slug: str, number: int) -> Answer:
    form = context.read(VersionForm)
    with at_bench(slug, number) as (session, norm, chosen):
        service.keep(session, context.actor(), norm, chosen, version=form.version, now=context.now())
    return worked(norm, chosen, _("Clause %(label)s has been kept unchanged."))


@blueprint.post("/<int:number>/undo/")
@shows_again(entry_again)
def undo(slug: str, number: int) -> Answer:
    form = context.read(VersionForm)
    with at_bench(slug, number) as (session, norm, chosen):
        take_back(session, context.actor(), norm, chosen, version=form.version, now=context.now())
    made = _("The last step on clause %(label)s has been undone.")
    return worked(norm, chosen, made, _("The clause is as it was before that step."))


@blueprint.post("/<int:number>/move/")
@shows_again(entry_again)
def move(slug: str, number: int) -> Answer:
    form = context.read(MoveForm)
    with at_bench(slug, number) as (session, norm, chosen):
        restructuring.move(
            session,
            context.actor(),
            norm,
            chosen,
            after=entry_or_404(norm, form.after) if form.after else None,
            depth=form.depth,
            label=form.label,
            motive=form.motive,
            version=form.version,
            takes_up=taken_up(norm, form.takes_up),
            now=context.now(),
        )
    return worked(norm, chosen, _("The place and number of clause %(label)s have been saved."))


@blueprint.post("/<int:number>/split/")
@shows_again(split_again)
def split(slug: str, number: int) -> Answer:
    """Split a clause into the parts that are filled; ``label.N`` and ``text.LANGUAGE.N`` are the part N's."""
    with at_bench(slug, number) as (session, norm, chosen):
        restructuring.split(
            session,
            context.actor(),
            norm,
            chosen,
            parts=parts_in(norm, request.form),
            motive=request.form.get("motive", ""),
            version=request.form.get("version", 0, type=whole),
            takes_up=taken_up(norm, request.form.getlist("takes_up")),
            now=context.now(),
        )
    return worked(norm, chosen, _("Clause %(label)s has been split."))


@blueprint.post("/<int:number>/join/")
@shows_again(join_again)
def join(slug: str, number: int) -> Answer:
    """Join a clause into another, whose new words are ``text.LANGUAGE``."""
    form = request.form
    with at_bench(slug, number) as (session, norm, chosen):
        restructuring.join(
            session,
            context.actor(),
            norm,
            chosen,
            into=entry_or_404(norm, form.get("into", 0, type=whole)),
            texts=texts_in(norm, form),
            motive=form.get("motive", ""),
            version=form.get("version", 0, type=whole),
            into_version=form.get("into_version", 0, type=whole),
            takes_up=taken_up(norm, form.getlist("takes_up")),
            now=context.now(),
        )
    return worked(norm, chosen, _("Clause %(label)s has been joined to the other clause."))


@blueprint.post("/add/")
@shows_again(bench_again)
def add(slug: str) -> Answer:
    form = context.read(AddForm)
    with context.work() as session:
        norm = context.norm_or_404(slug)
        proposed = queries.insertions(session, norm.current_draft_id or 0) if form.change else []
        source = next((one for one in proposed if one.number == form.change), None)
        if form.change and source is None:
            raise NotFound
        made = service.add(
            session,
            context.actor(),
            norm,
            after=entry_or_404(norm, form.after) if form.after else None,
            label=form.label,
            language=form.language,
            text=form.text,
            motive=form.motive,
            source=source,
            form_key=form.form_key,
            takes_up=taken_up(norm, form.takes_up),
            now=context.now(),
        )
    return worked(norm, made, _("Clause %(label)s has been added to the next draft."))
