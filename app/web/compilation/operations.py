"""What an editor does at the bench. Where another editor was faster, both texts and the way on are shown."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.authority.grants import Permission
from app.compilation import queries, restructuring, service, working_notes
from app.compilation.models import CompilationItem
from app.compilation.operations import EntryChanged
from app.compilation.undo import undo as take_back
from app.foundation.errors import AppError, NotFound
from app.kernel import context, refusals
from app.kernel.input_limits import whole
from app.kernel.refusals import ELSEWHERE, again
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

blueprint = Blueprint("compilation_operations", __name__, url_prefix="/<lang:lang>/norms/<slug>/compilation")

Work = Callable[[Session, Norm, CompilationItem], Any]
Answer = Response | refusals.Answer


def worked(slug: str, number: int, work: Work, page: Callable[..., str] = entry_page) -> Answer:
    """Do something to an entry; on refusal show its page again with what was typed."""
    try:
        with context.work() as session:
            norm = context.norm_or_404(slug)
            chosen = entry_or_404(norm, number)
            work(session, norm, chosen)
            is_there = chosen.is_there
    except AppError as refusal:
        if refusal.status in ELSEWHERE:
            raise
        norm = context.norm_or_404(slug)
        chosen = entry_or_404(norm, number)
        if isinstance(refusal, EntryChanged):
            page = conflict_page
        return again(page(norm, chosen, refusal=refusal, typed=request.form), refusal)
    if not is_there:
        return context.see_other("compilation.bench", slug=slug)
    language = {"in": request.form["language"]} if request.form.get("language") else {}
    return context.see_other("compilation.entry", slug=slug, number=number, **language)


@blueprint.post("/<int:number>/merge/")
def merge(slug: str, number: int) -> Answer:
    """Merge the ticked changes. ``choice.N`` and ``words.N`` settle the collision N."""

    def work(session: Session, norm: Norm, chosen: CompilationItem) -> None:
        form = request.form
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
        flash(_("The changes have been merged."))

    return worked(slug, number, work)


@blueprint.post("/<int:number>/edit/")
def edit(slug: str, number: int) -> Answer:
    def work(session: Session, norm: Norm, chosen: CompilationItem) -> None:
        form = context.read(ClauseEditForm)
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
        flash(_("This wording has been saved."))

    return worked(slug, number, work)


@blueprint.post("/<int:number>/note/")
def note(slug: str, number: int) -> Answer:
    """Keep a half-written wording; it is no step, and nobody else sees it."""

    def work(session: Session, norm: Norm, chosen: CompilationItem) -> None:
        form = context.read(ClauseEditForm)
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
        flash(_("Your working note has been saved. It is not part of the next draft."))

    return worked(slug, number, work)


@blueprint.post("/<int:number>/working/")
def working(slug: str, number: int) -> Answer:
    """Say that one works on the clause; others see it for a quarter of an hour."""

    def work(session: Session, norm: Norm, chosen: CompilationItem) -> None:
        working_notes.say_at_work(session, context.actor(), norm, chosen, now=context.now())
        flash(_("Other editors see for 15 minutes that you are editing this clause."))

    return worked(slug, number, work)


@blueprint.post("/<int:number>/delete/")
def delete(slug: str, number: int) -> Answer:
    def work(session: Session, norm: Norm, chosen: CompilationItem) -> None:
        form = context.read(MotiveForm)
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
        flash(_("The clause has been deleted."))

    return worked(slug, number, work)


@blueprint.post("/<int:number>/keep/")
def keep(slug: str, number: int) -> Answer:
    def work(session: Session, norm: Norm, chosen: CompilationItem) -> None:
        form = context.read(VersionForm)
        service.keep(session, context.actor(), norm, chosen, version=form.version, now=context.now())
        flash(_("The clause has been kept unchanged."))

    return worked(slug, number, work)


@blueprint.post("/<int:number>/undo/")
def undo(slug: str, number: int) -> Answer:
    def work(session: Session, norm: Norm, chosen: CompilationItem) -> None:
        form = context.read(VersionForm)
        take_back(session, context.actor(), norm, chosen, version=form.version, now=context.now())
        flash(_("The last step has been undone."))

    return worked(slug, number, work)


@blueprint.post("/<int:number>/move/")
def move(slug: str, number: int) -> Answer:
    def work(session: Session, norm: Norm, chosen: CompilationItem) -> None:
        form = context.read(MoveForm)
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
        flash(_("The clause has been moved."))

    return worked(slug, number, work)


@blueprint.post("/<int:number>/split/")
def split(slug: str, number: int) -> Answer:
    """Split a clause into the parts that are filled; ``label.N`` and ``text.LANGUAGE.N`` are the part N's."""

    def work(session: Session, norm: Norm, chosen: CompilationItem) -> None:
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
        flash(_("The clause has been split."))

    return worked(slug, number, work, split_page)


@blueprint.post("/<int:number>/join/")
def join(slug: str, number: int) -> Answer:
    """Join a clause into another, whose new words are ``text.LANGUAGE``."""

    def work(session: Session, norm: Norm, chosen: CompilationItem) -> None:
        form = request.form
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
        flash(_("The clause has been joined into the other clause."))

    return worked(slug, number, work, join_page)


@blueprint.post("/add/")
def add(slug: str) -> Answer:
    try:
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
            number = made.id
    except AppError as refusal:
        norm = context.norm_or_404(slug)
        compilation = open_compilation(norm)
        if refusal.status in ELSEWHERE or compilation is None or not context.may(Permission.COMPILE, norm):
            raise
        return again(bench_page(norm, compilation, refusal=refusal, typed=request.form), refusal)
    flash(_("The clause has been added."))
    return context.see_other("compilation.entry", slug=slug, number=number, **{"in": form.language})
