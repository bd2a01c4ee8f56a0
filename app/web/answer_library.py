"""Answers that are kept for use again."""

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _

from app.discussion.models import Decision
from app.foundation.errors import AppError, NotFound
from app.foundation.versions import ChangedMeanwhile
from app.norms.models import Norm
from app.triage import library
from app.triage.models import AnswerTemplate
from app.web import desk
from app.web.desk import Form
from app.web.meanwhile import both
from app.web.triage import ANSWERS, ELSEWHERE, norm_to_answer

blueprint = Blueprint("library", __name__, url_prefix="/<lang:lang>/norms/<slug>/triage/answers")


class Kept(Form):
    title: str
    language: str
    decision: Decision
    reason: str


class KeptAgain(Kept):
    version: str


@blueprint.get("/")
def index(slug: str) -> str:
    return page(norm_to_answer(slug))


def page(norm: Norm, **extra: Any) -> str:
    return render_template(
        "moderation/triage_answers.html",
        norm=norm,
        draft=norm.current_draft,
        templates=library.templates(desk.session(), norm.id),
        decisions=ANSWERS,
        **extra,
    )


def template_or_404(norm: Norm, number: int) -> AnswerTemplate:
    kept = library.template(desk.session(), norm.id, number)
    if kept is None:
        raise NotFound
    return kept


def again(slug: str, refusal: AppError, number: int = 0) -> tuple[str, int]:
    """The page with the reason of the refusal, and what was typed in the form it came from."""
    if refusal.status in ELSEWHERE:
        raise refusal
    return page(norm_to_answer(slug), refusal=refusal, typed=request.form, typed_in=number), refusal.status


@blueprint.post("/")
def add(slug: str) -> Any:
    try:
        norm = norm_to_answer(slug)
        values = desk.read(Kept).model_dump()
        with desk.work() as session:
            library.add(session, desk.actor(), norm, **values, now=desk.now())
    except AppError as refusal:
        return again(slug, refusal)
    flash(_("Kept."))
    return desk.see_other("library.index", slug=slug)


@blueprint.post("/<int:number>/")
def edit(slug: str, number: int) -> Any:
    try:
        norm = norm_to_answer(slug)
        values = desk.read(KeptAgain).model_dump()
        with desk.work() as session:
            library.edit(session, desk.actor(), norm, template_or_404(norm, number), **values, now=desk.now())
    except ChangedMeanwhile as refusal:
        return both(refusal, back=url_for("library.index", slug=slug))
    except AppError as refusal:
        return again(slug, refusal, number)
    flash(_("Changed."))
    return desk.see_other("library.index", slug=slug)


@blueprint.post("/<int:number>/remove/")
def remove(slug: str, number: int) -> Any:
    norm = norm_to_answer(slug)
    with desk.work() as session:
        library.remove(session, desk.actor(), norm, template_or_404(norm, number), now=desk.now())
    flash(_("Removed."))
    return desk.see_other("library.index", slug=slug)
