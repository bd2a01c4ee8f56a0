"""Answers that are kept for use again."""

from typing import Any

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _

from app.discussion.models import Decision
from app.foundation.errors import AppError, NotFound
from app.foundation.versions import ChangedMeanwhile
from app.kernel import context
from app.kernel.context import Form
from app.norms.models import Norm
from app.triage import answer_templates
from app.triage.models import AnswerTemplate
from app.web.parts.saved_meanwhile import both
from app.web.triage.views import ANSWERS, ELSEWHERE, norm_to_answer

blueprint = Blueprint("answer_templates", __name__, url_prefix="/<lang:lang>/norms/<slug>/triage/answers")


class AnswerTemplateForm(Form):
    title: str
    language: str
    decision: Decision
    reason: str


class KeptAgain(AnswerTemplateForm):
    version: str


@blueprint.get("/")
def index(slug: str) -> str:
    return page(norm_to_answer(slug))


def page(norm: Norm, **extra: Any) -> str:
    return render_template(
        "triage/answer_templates.html",
        norm=norm,
        draft=norm.current_draft,
        templates=answer_templates.templates(context.session(), norm.id),
        decisions=ANSWERS,
        **extra,
    )


def template_or_404(norm: Norm, number: int) -> AnswerTemplate:
    kept = answer_templates.template(context.session(), norm.id, number)
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
        values = context.read(AnswerTemplateForm).model_dump()
        with context.work() as session:
            answer_templates.add(session, context.actor(), norm, **values, now=context.now())
    except AppError as refusal:
        return again(slug, refusal)
    flash(_("Saved."))
    return context.see_other("answer_templates.index", slug=slug)


@blueprint.post("/<int:number>/")
def edit(slug: str, number: int) -> Any:
    try:
        norm = norm_to_answer(slug)
        values = context.read(KeptAgain).model_dump()
        with context.work() as session:
            answer_templates.edit(
                session, context.actor(), norm, template_or_404(norm, number), **values, now=context.now()
            )
    except ChangedMeanwhile as refusal:
        return both(refusal, back=url_for("answer_templates.index", slug=slug))
    except AppError as refusal:
        return again(slug, refusal, number)
    flash(_("Changed."))
    return context.see_other("answer_templates.index", slug=slug)


@blueprint.post("/<int:number>/remove/")
def remove(slug: str, number: int) -> Any:
    norm = norm_to_answer(slug)
    with context.work() as session:
        answer_templates.remove(
            session, context.actor(), norm, template_or_404(norm, number), now=context.now()
        )
    flash(_("Removed."))
    return context.see_other("answer_templates.index", slug=slug)
