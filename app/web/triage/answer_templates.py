"""Answers that are kept for use again."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.discussion.models import Decision
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.context import Form
from app.kernel.refusals import shows_again
from app.norms.models import Norm
from app.triage import answer_templates
from app.triage.models import AnswerTemplate
from app.web.parts.done import Done, told, way_on
from app.web.parts.saved_meanwhile import shows_both
from app.web.triage.views import ANSWERS, norm_to_answer

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
        **{"typed": {}, "typed_in": None} | extra,
    )


def template_or_404(norm: Norm, number: int) -> AnswerTemplate:
    kept = answer_templates.template(context.session(), norm.id, number)
    if kept is None:
        raise NotFound
    return kept


def templates_page(slug: str, number: int = 0, **extra: Any) -> str:
    """The page with what was typed in the form of this template, or of a new one."""
    return page(norm_to_answer(slug), typed_in=number, **extra)


@blueprint.post("/")
@shows_again(templates_page)
def add(slug: str) -> Any:
    norm = norm_to_answer(slug)
    values = context.read(AnswerTemplateForm).model_dump()
    with context.work() as session:
        answer_templates.add(session, context.actor(), norm, **values, now=context.now())
    made = told(_("Answer template “%(title)s” has been saved."), title=values["title"])
    return told_here(slug, made, _("It can be inserted wherever comments of this norm are answered."))


def told_here(slug: str, made: str, follows: str) -> Response:
    done = Done(made, follows, way_on(_("Answering comments"), "triage.index", slug=slug))
    return done.on("answer_templates.index", slug=slug)


@blueprint.post("/<int:number>/")
@shows_again(templates_page)
@shows_both(lambda slug, **_address: url_for("answer_templates.index", slug=slug))
def edit(slug: str, number: int) -> Any:
    norm = norm_to_answer(slug)
    values = context.read(KeptAgain).model_dump()
    with context.work() as session:
        answer_templates.edit(
            session, context.actor(), norm, template_or_404(norm, number), **values, now=context.now()
        )
    made = told(_("Answer template “%(title)s” has been changed."), title=values["title"])
    return told_here(slug, made, _("Answers already given remain as they are."))


@blueprint.post("/<int:number>/remove/")
def remove(slug: str, number: int) -> Any:
    norm = norm_to_answer(slug)
    with context.work() as session:
        kept = template_or_404(norm, number)
        title = kept.title
        answer_templates.remove(session, context.actor(), norm, kept, now=context.now())
    made = told(_("Answer template “%(title)s” has been removed."), title=title)
    return told_here(slug, made, _("Answers already given remain as they are."))
