"""Answers that are kept for use again."""

from collections.abc import Iterator
from contextlib import contextmanager
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

blueprint = Blueprint(
    "answer_templates", __name__, url_prefix="/<lang:lang>/norms/<slug>/triage/answer-templates"
)


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
def add(slug: str) -> Response:
    norm = norm_to_answer(slug)
    form = context.read(AnswerTemplateForm)
    with context.work():
        context.act(answer_templates.add, norm, **dict(form))
    made = told(_("Answer template “%(title)s” has been saved."), title=form.title)
    return told_here(slug, made, _("It can be inserted wherever comments of this norm are answered."))


def told_here(slug: str, made: str, follows: str) -> Response:
    done = Done(made, follows, way_on(_("Answering comments"), "triage.index", slug=slug))
    return done.on("answer_templates.index", slug=slug)


@contextmanager
def at_template(slug: str, number: int) -> Iterator[tuple[Norm, AnswerTemplate]]:
    """One transaction on a template, for those who answer comments."""
    norm = norm_to_answer(slug)
    with context.work():
        yield norm, template_or_404(norm, number)


@blueprint.post("/<int:number>/")
@shows_again(templates_page)
@shows_both(lambda slug, **_address: url_for("answer_templates.index", slug=slug))
def edit(slug: str, number: int) -> Response | tuple[str, int]:
    form = context.read(KeptAgain)
    with at_template(slug, number) as (norm, kept):
        context.act(answer_templates.edit, norm, kept, **dict(form))
    made = told(_("Answer template “%(title)s” has been changed."), title=form.title)
    return told_here(slug, made, _("Answers already given remain as they are."))


@blueprint.post("/<int:number>/remove/")
def remove(slug: str, number: int) -> Response:
    with at_template(slug, number) as (norm, kept):
        title = kept.title
        context.act(answer_templates.remove, norm, kept)
    made = told(_("Answer template “%(title)s” has been removed."), title=title)
    return told_here(slug, made, _("Answers already given remain as they are."))
