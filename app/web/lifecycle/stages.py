"""Pages: the stages of a norm with what is missing, and how far a step is."""

from collections.abc import Mapping
from typing import Any

from flask import g, make_response, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.authority.grants import Permission, require
from app.foundation.errors import NotFound, Phrase
from app.kernel import computed_ahead, step_jobs
from app.kernel.context import Form, actor, may, norm_or_404, now, read, session
from app.kernel.lookup import row_or_404
from app.kernel.refusals import shows_again
from app.lifecycle import requested_steps
from app.lifecycle.guards import missing
from app.lifecycle.missing import Lack
from app.lifecycle.missing import read as kept
from app.lifecycle.models import Phase, StepAsked
from app.lifecycle.overrides import overrides
from app.lifecycle.queries import determination as determination_on
from app.lifecycle.queries import gather, rules_of
from app.norms.models import Norm
from app.norms.stages import Stage, reachable
from app.web.parts.overrides import told
from app.web.parts.step_results import came_of

TAKES_CLOSING = frozenset({Stage.CONSULTATION, Stage.LAST_CALL, Stage.CONSENSUS_CALL})
SECONDS = 3  #: after which the page of a step under way is asked for again
WAITS_LONG = 60  #: seconds
STEPPING = (Phase.ASSESSING, Phase.KEEPING)
PUBLISHING = (Phase.ASSESSING, Phase.PACKING, Phase.CHECKING, Phase.KEEPING)


class StepForm(Form):
    to: Stage
    closes_on: str = ""
    zone: str = "UTC"
    override_reason: str = ""


def steps(slug: str) -> str:
    return steps_page(slug)


def steps_page(slug: str, **extra: Any) -> str:
    norm = norm_or_404(slug)
    may_step = may(Permission.MOVE_STAGE, norm)
    return render_template(
        "lifecycle/steps.html",
        norm=norm,
        round_is_open=norm.round_is_open(now()),
        rules=rules_of(session(), norm),
        ways=ways(norm),
        zones=zones(),
        determination=determination_on(session(), norm.current_draft_id),
        despite=despite_of(norm),
        overrides=told(overrides(session(), norm.id)),
        may_step=may_step,
        running=requested_steps.under_way(session(), norm) if may_step else None,
        may_set_readers=may(Permission.EDIT_RULES, norm),
        may_determine=may(Permission.DETERMINE, norm) and norm.stage is Stage.CONSENSUS_CALL,
        **{"typed": {}, **extra},
    )


def zones() -> list[tuple[str, str]]:
    """Where a round's last day may be counted, in the page's language."""
    return [(zone, gettext(name)) for zone, name in step_jobs.ZONES]


def ways(norm: Norm) -> list[tuple[Stage, list[Lack], bool]]:
    """The stages that follow, what is missing before each, and whether it asks for a closing date."""
    facts = gather(session(), norm, now=now())
    return [
        (stage, missing(facts, stage, closes_at=None), stage in TAKES_CLOSING)
        for stage in Stage
        if stage in reachable(norm.stage, norm.suspended_from)
    ]


def despite_of(norm: Norm) -> list[Phrase]:
    """What stood against an adoption that was determined on the current draft."""
    stated = determination_on(session(), norm.current_draft_id)
    return [lack.phrase for lack in kept(stated.despite)] if stated else []


@shows_again(steps_page)
def take_step(slug: str) -> Response:
    form = read(StepForm)
    said = {**form.model_dump(exclude={"to"}), "language": g.lang}
    norm = norm_or_404(slug)
    require(actor(), Permission.MOVE_STAGE, norm.matter(now()))
    if form.to is Stage.PUBLISHED:
        raise NotFound
    computed_ahead.check(norm, actor(), form.to, **step_jobs.meant(said))
    return came_of(step_jobs.asked_for(norm, form.to, said))


def under_way(slug: str, number: int) -> Response:
    """How far a step is, for those who may take it; the browser asks again until it has ended."""
    norm = norm_or_404(slug)
    asked = row_or_404(StepAsked, number, norm_id=norm.id)
    require(actor(), requested_steps.may_take(asked.to), norm.matter(now()))
    if asked.ended_at is not None and asked.refusal is None:
        return came_of(asked)
    response = make_response(under_way_page(norm, asked))
    if asked.ended_at is None:
        response.headers["Refresh"] = str(SECONDS)
    return response


def under_way_page(norm: Norm, asked: StepAsked) -> str:
    phases = PUBLISHING if asked.to is Stage.PUBLISHED else STEPPING
    typed: Mapping[str, str] = {**asked.said, "to": asked.to.value}
    return render_template(
        "lifecycle/under_way.html",
        norm=norm,
        asked=asked,
        phases=phases,
        part=phases.index(asked.phase) + 1 if asked.phase in phases else 0,
        waits_long=asked.phase is Phase.WAITING and (now() - asked.asked_at).total_seconds() > WAITS_LONG,
        seconds=SECONDS,
        refusal=requested_steps.refusal_of(asked),
        way=next((way for way in ways(norm) if way[0] is asked.to), None) if asked.ended_at else None,
        zones=zones(),
        typed=typed,
    )
