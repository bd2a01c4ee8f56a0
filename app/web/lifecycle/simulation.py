"""Trying other rules before they are frozen, on imagined or earlier deliberations; afterwards read-only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority.grants import Permission, require
from app.consensus.input import AssessmentInput
from app.consensus.input_queries import gather
from app.consensus.simulation import CLAUSES, SCENES, simulated
from app.consensus.status import CONSENSUS, CONTESTED, INSUFFICIENT, NOT_SUPPORTED, ROUGH
from app.consensus.variants import tried
from app.foundation.errors import AppError, BadInput, NotFound
from app.kernel import context
from app.kernel.context import Form, norm_or_404, session
from app.kernel.formats import in_language
from app.kernel.refusals import Answer, again, shows_again
from app.lifecycle.freezing import in_full
from app.lifecycle.queries import rules_of
from app.lifecycle.service import edit_rules
from app.norms.models import Norm
from app.positions.queries import spoken_on
from app.representation.rules import MAIN, SCHEMES, MeasurementRules
from app.representation.service import in_force
from app.web.lifecycle import rules_form
from app.web.lifecycle.rules import lines, share
from app.web.lifecycle.views import saved
from app.web.parts.saved_meanwhile import shows_both

blueprint = Blueprint("simulation", __name__, url_prefix="/<lang:lang>")

STATUSES = (CONSENSUS, ROUGH, CONTESTED, NOT_SUPPORTED, INSUFFICIENT)
IMAGINED, EARLIER = "imagined:", "norm:"  #: what the name of a deliberation begins with


class TakeOver(Form):
    version: int


@dataclass(frozen=True)
class SimulatedOutcome:
    """What rules say: of each clause, how many have which status, and what the weightings did not reach."""

    clauses: list[dict[str, Any]]
    counts: Mapping[str, int]
    unreached: list[tuple[Any, ...]]

    @classmethod
    def of(cls, rules: MeasurementRules, data: AssessmentInput) -> "SimulatedOutcome":
        clauses, unreached = tried(rules, data)
        counts = Counter(one["status"] for one in clauses)
        return cls(clauses, counts, [(name, *row) for name, rows in unreached.items() for row in rows])


@blueprint.get("/norms/<slug>/what-if/")
def show(slug: str) -> str | Answer:
    shown, refusal = page(norm_to_try(slug))
    return again(shown, refusal) if refusal else shown


def form_page(slug: str, *, refusal: AppError, **_extra: Any) -> str:
    return page(norm_to_try(slug), refusal)[0]


def norm_to_try(slug: str) -> Norm:
    norm = norm_or_404(slug)
    require(context.actor(), Permission.TRY_RULES, norm.matter(context.now()))
    return norm


def page(norm: Norm, refusal: AppError | None = None) -> tuple[str, AppError | None]:
    """The form with what the typed rules would do, and what is wrong with them; only the outcome where the
    rules are frozen.

    The address holds everything that was typed, so that it can be kept and shared.
    """
    row = rules_of(session(), norm)
    present = MeasurementRules.read(in_full(row.content).measurement)
    proposed = None if row.frozen_at else present
    if proposed:
        try:
            proposed = rules_form.read(request.args, request.args.getlist("schemes"), present)
        except BadInput as unclear:
            proposed, refusal = None, refusal or unclear
    known = deliberations(norm)
    chosen = request.args.get("data") or next(iter(known))
    data = deliberation(chosen, known, present)
    is_same = proposed == present
    now = SimulatedOutcome.of(present, data)
    shown = render_template(
        "lifecycle/simulation.html",
        norm=norm,
        row=row,
        lines=lines(present.content()),
        groups=rules_form.groups(present, request.args),
        schemes=[name for name in SCHEMES if name not in (MAIN, rules_form.RAKED)],
        ticked=request.args.getlist("schemes") or present.schemes,
        main=MAIN,
        deliberations=[(name, words) for name, (words, _norm) in known.items()],
        chosen=chosen,
        imagined=CLAUSES if chosen.startswith(IMAGINED) else (),
        people=len(data.people),
        provisions=data.provisions,
        statuses=STATUSES,
        share=share,
        now=now,
        then=now if is_same or proposed is None else SimulatedOutcome.of(proposed, data),
        is_tried=proposed is not None,
        may_take_over=proposed is not None and not is_same and context.may(Permission.EDIT_RULES, norm),
        refusal=refusal,
    )
    return shown, refusal


def deliberations(norm: Norm) -> dict[str, tuple[str, Norm | None]]:
    """What rules can be tried on, name → words and norm: its own positions, scenes, earlier norms."""
    found = [one for one in spoken_on(session()) if context.may(Permission.READ_NORM, one)]
    found.sort(key=lambda one: one.id != norm.id)
    earlier: dict[str, tuple[str, Norm | None]] = {
        f"{EARLIER}{one.slug}": (in_language(one.titles), one) for one in found
    }
    scenes = {f"{IMAGINED}{name}": (_(scene.words), None) for name, scene in SCENES.items()}
    return earlier | scenes if found and found[0].id == norm.id else scenes | earlier


def deliberation(
    name: str, known: Mapping[str, tuple[str, Norm | None]], rules: MeasurementRules
) -> AssessmentInput:
    """:raises NotFound: there is none of this name that this person may read."""
    if name not in known:
        raise NotFound
    facts, norm = in_force(session()), known[name][1]
    if norm is None:
        return simulated(name.removeprefix(IMAGINED), facts, rules.categories)
    return gather(session(), norm, rules.categories, facts, closing=False)


@blueprint.post("/norms/<slug>/what-if/")
@shows_again(form_page)
@shows_both(lambda slug: url_for("lifecycle.rules", slug=slug))
def take_over(slug: str) -> Response:
    """Make the rules in the address the norm's own."""
    norm_to_try(slug)
    form = context.read(TakeOver)
    with context.work():
        norm = norm_to_try(slug)
        rules = in_full(rules_of(session(), norm).content)
        present = MeasurementRules.read(rules.measurement)
        wanted = rules_form.read(request.args, request.args.getlist("schemes"), present)
        content = replace(rules, measurement=wanted.content()).content()
        context.act(edit_rules, norm, content, version=form.version)
    return saved(norm)
