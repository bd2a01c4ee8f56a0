"""What several accounts may have agreed on, for the chair; and who is set aside, for everybody."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _
from pydantic import Field
from werkzeug.wrappers import Response

from app.authority.grants import Permission, require
from app.consensus import activity_queries
from app.consensus.coordinated_activity import DETECTORS, identical_vectors, similar_within_day
from app.consensus.exclusions import confirm, count_again, set_aside
from app.consensus.input_queries import gather
from app.consensus.models import SetAside
from app.consensus.service import rules_of
from app.consensus.variants import main_figures, setting_aside
from app.foundation.libraries import np
from app.kernel import context
from app.kernel.context import Form
from app.kernel.input_limits import Number
from app.kernel.lookup import at_norm, row_or_404
from app.kernel.refusals import shows_again
from app.norms.models import Norm
from app.representation.service import in_force
from app.stakeholders.models import Stakeholder
from app.triage.near_copies import near_copies
from app.web.parts.done import Done, WayOn, way_on

blueprint = Blueprint("conduct", __name__, url_prefix="/<lang:lang>/norms/<slug>")
MOST = 20_000  #: stakeholders among whom similar answers and texts are sought while a person waits
SHOWN = 50  #: groups
SLOW = ("similar",)


class Aside(Form):
    stakeholder: list[Number] = Field(default_factory=list)
    detector: str
    reason: str = ""
    language: str


class Again(Form):
    reason: str = ""


@blueprint.get("/set-aside/")
def decisions(slug: str) -> str:
    """For everybody: how many are not counted, since when and why."""
    norm = context.norm_or_404(slug)
    decided = activity_queries.decisions(context.session(), norm.id)
    may_confirm = context.may(Permission.CONFIRM_SETTING_ASIDE, norm)
    return render_template(
        "consensus/set_aside.html",
        norm=norm,
        draft=norm.current_draft,
        decided=decided,
        confirmable={one.id for one, _number in decided if may_confirm and waits_for_me(one)},
    )


def waits_for_me(decision: SetAside) -> bool:
    """Whether it is proposed, by another person."""
    is_proposed = not decision.confirmed_at and not decision.lifted_at
    return is_proposed and decision.decided_by != context.actor().user_id


@blueprint.get("/conduct/")
def index(slug: str) -> str:
    return page(slug)


def page(slug: str, number: int = 0, **extra: Any) -> str:
    """The figures without those each detector marks, and the groups it found."""
    norm = context.norm_or_404(slug)
    require(context.actor(), Permission.SET_ASIDE, norm.matter(context.now()))
    session = context.session()
    rules, _digest = rules_of(session, norm)
    data = gather(session, norm, rules.categories, in_force(session), closing=False)
    watched = activity_queries.watched(session, norm, data)
    is_large = len(data.people) > MOST
    marked = {
        name: np.flatnonzero(find(watched.conduct))
        for name, find in DETECTORS.items()
        if not (is_large and name in SLOW)
    }
    now = main_figures(rules, data)
    without = {name: main_figures(rules, setting_aside(data, rows)) for name, rows in marked.items()}
    if data.set_aside:
        without["everybody"] = main_figures(rules, replace(data, set_aside=()))
    clauses = changed(data.provisions, now, without)
    return render_template(
        "consensus/conduct.html",
        norm=norm,
        draft=norm.current_draft,
        marked=[
            (name, len(rows), [one for one in clauses if name in one["turns"]])
            for name, rows in marked.items()
        ],
        clauses=clauses,
        without=list(without) if clauses else [],
        groups=groups(watched, is_large)[:SHOWN],
        copies=copied(norm, watched.people)[:SHOWN] if not is_large else [],
        is_large=is_large,
        most=MOST,
        decided=activity_queries.decisions(session, norm.id),
        **extra,
    )


def changed(
    provisions: Sequence[tuple[str, str]],
    now: Sequence[Mapping[str, Any]],
    without: Mapping[str, Sequence[Mapping[str, Any]]],
) -> list[dict[str, Any]]:
    """Each clause with its figures now, and without whom it would have another status."""
    return [
        {
            "code": code,
            "label": label,
            "now": now[number],
            "without": {name: found[number] for name, found in without.items()},
            "turns": [
                name for name, found in without.items() if found[number]["status"] != now[number]["status"]
            ],
        }
        for number, (code, label) in enumerate(provisions)
    ]


def groups(watched: activity_queries.ActivityReading, is_large: bool) -> list[tuple[str, list[Stakeholder]]]:
    """The groups that answer alike beyond chance, the largest first."""
    found = [("identical", rows) for rows in identical_vectors(watched.conduct)]
    if not is_large:
        found += [("similar", rows) for rows in similar_within_day(watched.conduct)]
    named = [(name, [watched.people[row] for row in rows.tolist()]) for name, rows in found]
    return sorted(named, key=lambda group: -len(group[1]))


def copied(norm: Norm, people: Sequence[Stakeholder]) -> list[tuple[str, list[Stakeholder]]]:
    """Near-identical words of three or more stakeholders: the words, and whose they are."""
    by_id = {one.id: one for one in people}
    texts = activity_queries.texts(context.session(), norm.id)
    found = []
    for group in near_copies([words for _holder, words in texts]):
        holders = sorted({texts[number][0] for number in group} & set(by_id))
        if len(holders) >= 3:
            found.append((texts[group[0]][1], [by_id[one] for one in holders]))
    return sorted(found, key=lambda group: -len(group[1]))


@blueprint.post("/conduct/")
@shows_again(page)
def put_aside(slug: str) -> Response:
    form = context.read(Aside)
    with at_norm(slug) as norm:
        words = {"detector": form.detector, "reason": form.reason, "language": form.language}
        context.act(set_aside, norm, form.stakeholder, **words)
    made = _("Exclusion proposed for stakeholders: %(number)s.", number=len(set(form.stakeholder)))
    follows = _("Their positions count until another person confirms the exclusion.")
    excluded = way_on(_("Stakeholders excluded"), "conduct.decisions", slug=slug)
    return Done(made, follows, excluded).on("conduct.index", slug=slug)


@contextmanager
def at_decision(slug: str, number: int) -> Iterator[tuple[Norm, SetAside]]:
    """One transaction on a decision to set stakeholders aside."""
    with at_norm(slug) as norm:
        yield norm, row_or_404(SetAside, number, norm_id=norm.id)


@blueprint.post("/set-aside/<int:number>/")
def confirm_proposal(slug: str, number: int) -> Response:
    with at_decision(slug, number) as (norm, decision):
        context.act(confirm, norm, decision)
    made = _("The exclusion of these stakeholders has been confirmed.")
    follows = _("The next assessment will show each clause with and without them.")
    return Done(made, follows, to_consensus(slug)).on("conduct.decisions", slug=slug)


@blueprint.post("/conduct/<int:number>/")
@shows_again(page)
def lift(slug: str, number: int) -> Response:
    form = context.read(Again)
    with at_decision(slug, number) as (norm, decision):
        context.act(count_again, norm, decision, reason=form.reason)
    made = _("The stakeholders are included again.")
    follows = _("The next assessment will count their positions.")
    return Done(made, follows, to_consensus(slug)).on("conduct.index", slug=slug)


def to_consensus(slug: str) -> WayOn:
    return way_on(_("Consensus"), "consensus.index", slug=slug)
