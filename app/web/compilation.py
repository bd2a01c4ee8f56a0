"""The bench: where an editor makes the next draft, one clause at a time."""

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from app.authority.grants import Permission, require
from app.discussion.backing import backing_of
from app.discussion.models import Comment, Operation
from app.foundation.errors import AppError, NotFound
from app.merging import nway, queries, service, weaving
from app.merging.models import Entry
from app.merging.redline import redline
from app.norms.models import Norm
from app.web import desk
from app.web.desk import Form

blueprint = Blueprint("compilation", __name__, url_prefix="/<lang:lang>/norms/<slug>/compilation")


class VersionForm(Form):
    version: int


class MotiveForm(VersionForm):
    motive: str = ""


class EditForm(MotiveForm):
    language: str
    text: str = ""


class AddForm(Form):
    after: int = 0
    label: str = ""
    language: str
    text: str = ""
    motive: str = ""
    change: int = 0


@blueprint.get("/")
def bench(slug: str) -> str:
    norm = desk.norm_or_404(slug)
    compilation = queries.compilation_of(desk.session(), norm)
    may_compile = desk.may(Permission.COMPILE, norm)
    shown = compilation is not None and compilation.draft_id is None and may_compile
    return render_template(
        "compilation/bench.html",
        norm=norm,
        entries=queries.entries(desk.session(), compilation) if compilation and shown else [],
        changes=by_provision(norm),
        may_compile=shown,
        authentic=norm.authentic_languages,
    )


def by_provision(norm: Norm) -> dict[int | None, list[Comment]]:
    found: dict[int | None, list[Comment]] = {}
    for comment in queries.changes(desk.session(), norm.current_draft_id or 0):
        found.setdefault(comment.provision_id, []).append(comment)
    return found


@blueprint.get("/<int:number>/")
def entry(slug: str, number: int) -> str:
    norm, chosen = desk.norm_or_404(slug), None
    require(desk.actor(), Permission.COMPILE, norm.matter(desk.now()))
    chosen = entry_or_404(norm, number)
    return entry_page(norm, chosen)


def entry_or_404(norm: Norm, number: int) -> Entry:
    found = desk.session().get(Entry, number)
    if found is None or found.compilation.norm_id != norm.id:
        raise NotFound
    return found


def entry_page(norm: Norm, chosen: Entry, **extra: Any) -> str:
    """Base, proposed changes, collisions and result of one clause in one language."""
    session = desk.session()
    language = request.values.get("in") or request.form.get("language") or ""
    if language not in norm.languages:
        language = next(
            code for code in (desk.page_language(), *norm.authentic_languages) if code in norm.languages
        )
    base = weaving.base_text(session, norm, chosen, language, needed=False)
    proposals = [
        one
        for one in queries.changes(session, norm.current_draft_id or 0)
        if one.provision_id == chosen.provision_id and one.change is not None
    ]
    replacing = [
        one
        for one in proposals
        if one.change and one.change.operation is Operation.REPLACE and one.change.language == language
    ]
    wording = next((one for one in chosen.wordings if one.language == language), None)
    picked = numbers_in(request.values) or (wording.merge.get("changes", []) if wording else [])
    picked_changes = [one for one in replacing if one.number in picked]
    segments = (
        nway.merge(base, {weaving.source_of(o): weaving.wording_of(o) for o in picked_changes})
        if base
        else []
    )
    choices = wording.merge.get("choices", {}) if wording else {}
    return render_template(
        "compilation/entry.html",
        norm=norm,
        entry=chosen,
        language=language,
        base=base,
        proposals=proposals,
        replacing=replacing,
        backing=backing_of(session, [one.id for one in proposals]),
        redlines={one.number: redline(base, weaving.wording_of(one)) for one in replacing},
        picked=picked,
        collisions=nway.collisions(segments),
        preview=nway.settle(segments, {}) if segments else [],
        choices=choices,
        wording=wording,
        result=redline(base, wording.text) if wording else [],
        steps=queries.steps(session, chosen),
        **extra,
    )


def numbers_in(values: Any) -> list[int]:
    """The proposed changes that are ticked."""
    return sorted({int(value) for value in values.getlist("changes") if value.isdigit()})


def tried(slug: str, number: int, act: Any) -> tuple[str, int] | Response:
    """Do something to an entry; on refusal show its bench again with what was typed."""
    norm = desk.norm_or_404(slug)
    try:
        with desk.work() as session:
            norm = desk.norm_or_404(slug)
            act(session, norm, entry_or_404(norm, number))
    except AppError as refusal:
        if refusal.status in (401, 403, 404):
            raise
        norm = desk.norm_or_404(slug)
        return entry_page(
            norm, entry_or_404(norm, number), refusal=refusal, typed=request.form
        ), refusal.status
    language = request.form.get("language")
    return desk.see_other(
        "compilation.entry", slug=slug, number=number, **({"in": language} if language else {})
    )


@blueprint.post("/<int:number>/merge/")
def merge(slug: str, number: int) -> Any:
    """Merge the ticked changes. ``choice.N`` and ``words.N`` settle the collision N."""

    def act(session: Any, norm: Norm, chosen: Entry) -> None:
        form = request.form
        choices = {
            int(name.removeprefix("choice.")): (
                form[name],
                form.get(f"words.{name.removeprefix('choice.')}", ""),
            )
            for name in form
            if name.startswith("choice.") and name.removeprefix("choice.").isdigit()
        }
        service.merge(
            session,
            desk.actor(),
            norm,
            chosen,
            language=form.get("language", ""),
            numbers=numbers_in(form),
            choices=choices,
            version=form.get("version", 0, type=int),
            now=desk.now(),
        )

    return tried(slug, number, act)


@blueprint.post("/<int:number>/edit/")
def edit(slug: str, number: int) -> Any:
    form = desk.read(EditForm)
    return tried(
        slug,
        number,
        lambda session, norm, chosen: service.edit(
            session,
            desk.actor(),
            norm,
            chosen,
            language=form.language,
            text=form.text,
            motive=form.motive,
            version=form.version,
            now=desk.now(),
        ),
    )


@blueprint.post("/<int:number>/delete/")
def delete(slug: str, number: int) -> Any:
    form = desk.read(MotiveForm)
    return tried(
        slug,
        number,
        lambda session, norm, chosen: service.delete(
            session, desk.actor(), norm, chosen, motive=form.motive, version=form.version, now=desk.now()
        ),
    )


@blueprint.post("/<int:number>/keep/")
def keep(slug: str, number: int) -> Any:
    form = desk.read(VersionForm)
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        service.keep(
            session, desk.actor(), norm, entry_or_404(norm, number), version=form.version, now=desk.now()
        )
    return desk.see_other("compilation.bench", slug=slug)


@blueprint.post("/add/")
def add(slug: str) -> Any:
    form = desk.read(AddForm)
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        source = next(
            (c for c in queries.changes(session, norm.current_draft_id or 0) if c.number == form.change), None
        )
        service.add(
            session,
            desk.actor(),
            norm,
            after=entry_or_404(norm, form.after) if form.after else None,
            label=form.label,
            language=form.language,
            text=form.text or (weaving.wording_of(source) if source else ""),
            motive=form.motive,
            source=source,
            now=desk.now(),
        )
    return desk.see_other("compilation.bench", slug=slug)
