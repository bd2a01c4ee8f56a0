"""Pages: the rules of a norm, its stages with what is missing, the determination, and translations."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority.grants import Permission, require
from app.foundation.errors import N_, AppError, BadInput, NotFound, Phrase
from app.foundation.versions import ChangedMeanwhile
from app.norms import service as norms
from app.norms.lifecycle import Stage, reachable
from app.norms.models import Norm
from app.norms.rules import RulesUnclear, Screening
from app.procedure.freezing import fields, in_full
from app.procedure.guards import missing
from app.procedure.lacks import read as kept
from app.procedure.overriding import overrides
from app.procedure.queries import determination as determination_on
from app.procedure.queries import gather, rules_of
from app.procedure.service import edit_rules
from app.web import ahead, drafting, translating
from app.web.desk import Form, actor, may, norm_or_404, now, read, see_other, session, work
from app.web.meanwhile import both
from app.web.overrides import told
from app.web.rulebook import lines
from app.web.vocabulary import options

blueprint = Blueprint("preparation", __name__, url_prefix="/<lang:lang>")
blueprint.add_url_rule("/norms/new/", "new", drafting.form, methods=["GET"])
blueprint.add_url_rule("/norms/new/", "store", drafting.store, methods=["POST"])
blueprint.add_url_rule(
    "/norms/<slug>/translations/", "translations", translating.translations, methods=["GET"]
)
blueprint.add_url_rule(
    "/norms/<slug>/provisions/<code>/translation/<language>/",
    "translation",
    translating.translation,
    methods=["GET"],
)
blueprint.add_url_rule(
    "/norms/<slug>/provisions/<code>/translation/<language>/",
    "save_translation",
    translating.save_translation,
    methods=["POST"],
)
blueprint.add_url_rule(
    "/norms/<slug>/provisions/<code>/translation/<language>/verification/",
    "verify",
    translating.verify,
    methods=["POST"],
)
blueprint.add_url_rule(
    "/norms/<slug>/provisions/<code>/translation/<language>/corrigendum/",
    "make_corrigendum",
    translating.make_corrigendum,
    methods=["POST"],
)

ANYWHERE_ON_EARTH = "Etc/GMT+12"
ZONES = (("UTC", N_("UTC")), (ANYWHERE_ON_EARTH, N_("anywhere on earth")))
TAKES_CLOSING = frozenset({Stage.CONSULTATION, Stage.LAST_CALL, Stage.CONSENSUS_CALL})


class DateUnclear(BadInput):
    code = "date-unclear"
    message = N_("“%(date)s” is not a date; write it as 2026-12-31.")


class RulesForm(Form):
    version: int
    minimum_days: str
    review_days: str = "14"
    screening: str
    shows_work: bool = False
    shows_unendorsed: bool = False
    measurement: str


class StepForm(Form):
    to: Stage
    closes_on: str = ""
    zone: str = "UTC"
    override_reason: str = ""


class ReadersForm(Form):
    is_public: bool


@blueprint.get("/norms/<slug>/rules/")
def rules(slug: str) -> str:
    return rules_page(norm_or_404(slug))


def rules_page(norm: Norm, refusal: AppError | None = None) -> str:
    row = rules_of(session(), norm)
    content = in_full(row.content)
    return render_template(
        "preparation/rules.html",
        norm=norm,
        row=row,
        rules=content,
        measurement=fields(content)["measurement"],
        lines=lines(content.measurement),
        screenings=options(Screening),
        may_edit=may(Permission.EDIT_RULES, norm),
        may_try=may(Permission.TRY_RULES, norm),
        refusal=refusal,
        typed=request.form if refusal else {},
    )


@blueprint.post("/norms/<slug>/rules/")
def save_rules(slug: str) -> Response | tuple[str, int]:
    form = read(RulesForm)
    try:
        with work():
            content = {
                "minimum_days": form.minimum_days,
                "review_days": form.review_days,
                "screening": form.screening,
                "shows_work": form.shows_work,
                "shows_unendorsed": form.shows_unendorsed,
                "measurement": read_json(form.measurement),
            }
            edit_rules(session(), actor(), norm_or_404(slug), content, version=form.version, now=now())
    except ChangedMeanwhile as refusal:
        return both(refusal, back=url_for("preparation.rules", slug=slug))
    except BadInput as refusal:
        return rules_page(norm_or_404(slug), refusal), refusal.status
    flash(_("The rules are saved."))
    return see_other("preparation.rules", slug=slug)


def read_json(text: str) -> object:
    try:
        return json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise RulesUnclear(what=str(error), field="measurement") from error


@blueprint.get("/norms/<slug>/steps/")
def steps(slug: str) -> str:
    return steps_page(norm_or_404(slug))


def steps_page(norm: Norm, refusal: AppError | None = None) -> str:
    facts = gather(session(), norm, now=now())
    ways = [
        (stage, missing(facts, stage, closes_at=None), stage in TAKES_CLOSING)
        for stage in Stage
        if stage in reachable(norm.stage, norm.suspended_from)
    ]
    return render_template(
        "preparation/steps.html",
        norm=norm,
        rules=rules_of(session(), norm),
        ways=ways,
        zones=ZONES,
        determination=determination_on(session(), norm.current_draft_id),
        despite=despite_of(norm),
        overrides=told(overrides(session(), norm.id)),
        may_step=may(Permission.MOVE_STAGE, norm),
        may_set_readers=may(Permission.EDIT_RULES, norm),
        may_determine=may(Permission.DETERMINE, norm) and norm.stage is Stage.CONSENSUS_CALL,
        refusal=refusal,
        typed=request.form if refusal else {},
    )


def despite_of(norm: Norm) -> list[Phrase]:
    """What stood against an adoption that was determined on the current draft."""
    stated = determination_on(session(), norm.current_draft_id)
    return [lack.phrase for lack in kept(stated.despite)] if stated else []


@blueprint.post("/norms/<slug>/readers/")
def set_readers(slug: str) -> Response:
    form = read(ReadersForm)
    with work():
        norm = norm_or_404(slug)
        norms.set_readers(session(), actor(), norm, is_public=form.is_public, now=now())
    flash(_("Saved."))
    return see_other("preparation.steps", slug=slug)


@blueprint.post("/norms/<slug>/steps/")
def take_step(slug: str) -> Response | tuple[str, int]:
    form = read(StepForm)
    try:
        norm = norm_or_404(slug)
        require(actor(), Permission.MOVE_STAGE, norm.matter(now()))
        if form.to is Stage.PUBLISHED:
            raise NotFound
        ends, reason = end_of_day(form.closes_on, form.zone), form.override_reason
        ahead.step(norm, actor(), form.to, closes_at=ends, override_reason=reason, language=g.lang)
    except AppError as refusal:
        if refusal.status not in (409, 422):
            raise
        return steps_page(norm_or_404(slug), refusal), refusal.status
    flash(_("The step is taken."))
    return see_other("preparation.steps", slug=slug)


def end_of_day(day: str, zone: str) -> dt.datetime | None:
    """The last moment of a day as it is counted in a zone; None where no day is given.

    :raises DateUnclear: not a date, or a zone that is not offered.
    """
    if not day:
        return None
    if zone not in dict(ZONES):
        raise DateUnclear(date=zone[:40], field="zone")
    try:
        following = dt.date.fromisoformat(day) + dt.timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise DateUnclear(date=day[:40], field="closes_on") from error
    return dt.datetime.combine(following, dt.time(), ZoneInfo(zone)) - dt.timedelta(minutes=1)
