"""What the chair determines of a draft, and what goes on record with the text that is adopted."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from pydantic import Field
from werkzeug.wrappers import Response

from app.authority.grants import Permission, require
from app.consensus.service import closes
from app.kernel import computed_ahead, context
from app.kernel.context import Form
from app.kernel.formats import in_language
from app.kernel.input_limits import Read, Speaker
from app.kernel.labels import word
from app.kernel.lookup import at_norm
from app.kernel.refusals import shows_again
from app.kernel.wordings import changed
from app.lifecycle.determination import PreparedDetermination, determine, prepare
from app.lifecycle.determination_facts import outlook
from app.lifecycle.missing import read as missing
from app.lifecycle.models import DeterminationOutcome
from app.lifecycle.queries import determination as determination_on
from app.norms.models import Norm
from app.norms.queries import draft_seen, places
from app.norms.stages import Stage
from app.positions import explanations_of_position
from app.positions.reservations import standing
from app.web.parts.done import Done, told, way_on
from app.web.parts.speaking_for import speaks_for_any, voices
from app.web.parts.ways_on import to_clause

blueprint = Blueprint("determination", __name__, url_prefix="/<lang:lang>/norms/<slug>/determination")


class DeterminationForm(Form):
    """``text`` and ``reason`` stand in the order of ``language``. ``seen``: the facts that were confirmed."""

    outcome: DeterminationOutcome
    language: list[str] = Field(default_factory=list)
    text: list[str] = Field(default_factory=list)
    reason: list[str] = Field(default_factory=list)
    seen: str = ""

    def by_language(self, texts: list[str]) -> dict[str, str]:
        return dict(zip(self.language, texts, strict=False))


class ExplanationForm(Form):
    stakeholder_id: Speaker = Field(alias="stakeholder")
    text: str = ""
    language: str
    seen: Read


@blueprint.get("/")
def show(slug: str) -> str:
    return page(slug)


def page(slug: str, confirms: PreparedDetermination | None = None, **extra: Any) -> str:
    """``confirms``: what the chair is asked to confirm, with the facts once more."""
    norm = context.norm_or_404(slug)
    actor, matter, session = context.actor(), norm.matter(context.now()), context.session()
    stated = determination_on(session, norm.current_draft_id)
    at_call = norm.stage is Stage.CONSENSUS_CALL
    return render_template(
        "lifecycle/determination.html",
        norm=norm,
        stated=stated,
        despite=[lack.phrase for lack in missing(stated.despite)] if stated else [],
        outcomes=list(DeterminationOutcome),
        may_determine=context.may(Permission.DETERMINE, norm) and at_call,
        call_runs=at_call and norm.closes_at is not None and norm.round_is_open(context.now()),
        facts=outlook(session, norm) if at_call and not stated else None,
        confirms=confirms,
        reservations=standing(session, norm),
        places=places(session, [norm.id]),
        explanations=explanations_of_position.explanations(session, norm.current_draft_id),
        explains=voices() if matter.takes_explanations and speaks_for_any(actor) else [],
        seen=draft_seen(session, norm.current_draft_id),
        changed=changed(norm, None, context.page_language(), request.form.get("seen")),
        written=written(norm),
        **{"typed": request.form, **extra},
    )


@blueprint.post("/")
@shows_again(page)
def state(slug: str) -> Response | str:
    """State it, if the facts that were confirmed are those of this moment; else ask to confirm them."""
    form = context.read(DeterminationForm)
    texts, reasons = form.by_language(form.text), form.by_language(form.reason)
    norm = context.norm_or_404(slug)
    require(context.actor(), Permission.DETERMINE, norm.matter(context.now()))
    if norm.stage is Stage.CONSENSUS_CALL and closes(norm, context.now()):
        computed_ahead.assessed(norm)  # what is determined rests on the closing one
    with context.work() as session:
        norm, actor, now = context.norm_or_404(slug), context.actor(), context.now()
        if not form.seen:
            prepared = prepare(session, actor, norm, form.outcome, texts, reasons=reasons, now=now)
            return page(slug, confirms=prepared)
        determine(session, actor, norm, form.outcome, texts, reasons=reasons, seen=form.seen, now=now)
    made = told(
        _("Determination on “%(norm)s” recorded: %(outcome)s."),
        norm=in_language(norm.titles),
        outcome=word(form.outcome),
    )
    stage = Stage.NOT_ADOPTED if form.outcome is DeterminationOutcome.NOT_ADOPTED else Stage.ADOPTED
    follows = _("The norm can now move to the stage “%(stage)s”.", stage=word(stage))
    done = Done(made, follows, way_on(_("Determination"), "determination.show", slug=slug))
    return done.on("lifecycle.steps", slug=slug)


@blueprint.post("/explanation/")
@shows_again(page)
def explain(slug: str) -> Response:
    form = context.read(ExplanationForm)
    with at_norm(slug) as norm:
        explained = context.act(explanations_of_position.explain, norm, **dict(form))
    made = told(_("Explanation of position recorded for %(who)s."), who=explained.stakeholder.name)
    follows = _("The statement is recorded with the adopted text and changes no figure.")
    return Done(made, follows, to_clause(norm, None)).on("determination.show", slug=slug)


def written(norm: Norm) -> list[tuple[str, str, str]]:
    """Language, statement and reason as they were typed; authentic languages first."""
    given = zip(*(request.form.getlist(name) for name in ("language", "text", "reason")), strict=False)
    known = {language: (text, reason) for language, text, reason in given}
    others = [language for language in norm.languages if language not in norm.authentic_languages]
    return [(language, *known.get(language, ("", ""))) for language in (*norm.authentic_languages, *others)]
