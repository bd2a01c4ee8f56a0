"""What the chair determines of a draft, and what goes on record with the text that is adopted."""

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.authority.grants import Permission
from app.foundation.errors import AppError
from app.norms.lifecycle import Stage
from app.norms.models import Norm
from app.norms.queries import draft_seen
from app.positions import explaining
from app.positions.reserving import standing
from app.procedure.models import Outcome
from app.procedure.queries import determination as determination_on
from app.procedure.service import determine
from app.web import desk
from app.web.admission import Read, Speaker
from app.web.desk import Form
from app.web.voices import speaks_for_somebody, voices
from app.web.wordings import changed

blueprint = Blueprint("determination", __name__, url_prefix="/<lang:lang>/norms/<slug>/determination")


class DeterminationForm(Form):
    outcome: Outcome
    language: str
    text: str


class ExplanationForm(Form):
    stakeholder: Speaker
    text: str = ""
    language: str
    seen: Read


@blueprint.get("/")
def show(slug: str) -> str:
    return page(desk.norm_or_404(slug))


def page(norm: Norm, refusal: AppError | None = None) -> str:
    actor, matter, session = desk.actor(), norm.matter(desk.now()), desk.session()
    return render_template(
        "preparation/determination.html",
        norm=norm,
        stated=determination_on(session, norm.current_draft_id),
        outcomes=list(Outcome),
        may_determine=desk.may(Permission.DETERMINE, norm) and norm.stage is Stage.CONSENSUS_CALL,
        reservations=standing(session, norm),
        explanations=explaining.explanations(session, norm.current_draft_id),
        explains=voices() if matter.takes_explanations and speaks_for_somebody(actor) else [],
        seen=draft_seen(session, norm.current_draft_id),
        changed=changed(norm, None, desk.page_language(), request.form.get("seen")),
        refusal=refusal,
        typed=request.form if refusal else MultiDict(),
    )


@blueprint.post("/")
def state(slug: str) -> Response | tuple[str, int]:
    form = desk.read(DeterminationForm)
    try:
        with desk.work() as session:
            norm, texts = desk.norm_or_404(slug), {form.language: form.text}
            determine(session, desk.actor(), norm, form.outcome, texts, now=desk.now())
    except AppError as refusal:
        return refused(slug, refusal)
    flash(_("The determination is stated."))
    return desk.see_other("preparation.steps", slug=slug)


@blueprint.post("/explanation/")
def explain(slug: str) -> Any:
    try:
        form = desk.read(ExplanationForm)
        with desk.work() as session:
            norm = desk.norm_or_404(slug)
            explaining.explain(
                session,
                desk.actor(),
                norm,
                stakeholder_id=form.stakeholder,
                text=form.text,
                language=form.language,
                seen=form.seen,
                now=desk.now(),
            )
    except AppError as refusal:
        return refused(slug, refusal)
    flash(_("The explanation is on record."))
    return desk.see_other("determination.show", slug=slug)


def refused(slug: str, refusal: AppError) -> tuple[str, int]:
    """The page again with what was typed, where a better filled form cures it."""
    if refusal.status not in (409, 422):
        raise refusal
    return page(desk.norm_or_404(slug), refusal), refusal.status
