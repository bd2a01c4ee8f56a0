"""What is agreed, who objects, who was not heard, and who takes part."""

import datetime as dt
from collections import Counter
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _

from app.audit.queries import of_act
from app.authority.actor import PLATFORM
from app.authority.grants import Permission, allowed, require
from app.consensus.queries import series
from app.consensus.series import thinned
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.context import Form
from app.kernel.countries import country_name
from app.kernel.labels import word
from app.kernel.refusals import shows_again
from app.norms.models import Norm
from app.norms.parts import BESIDE, OutlineLine, divided, part_at
from app.norms.queries import drafts
from app.norms.stages import Stage
from app.positions import ledger, statements
from app.positions import queries as positions
from app.reference import countries as reference
from app.representation.service import correct, correction, in_force
from app.stakeholders.models import Category
from app.web.parts import charts, verdicts
from app.web.parts.assessments import latest
from app.web.parts.done import Done, told, way_on
from app.web.parts.saved_meanwhile import shows_both
from app.web.parts.verdicts import of_status

blueprint = Blueprint("consensus", __name__, url_prefix="/<lang:lang>")

AGREED = ("consensus", "rough-consensus")
CLAUSES = 16  #: of which the agreement is shown on one page
NAMED = 4  #: of those who object
SHARED = 5  #: clauses that all groups agree on most
MOMENTS = 200  #: assessments that a line is drawn through
DEVELOPMENT = ("ldc", "other-developing", "developed")
NO_RESULT: dict[str, Any] = {
    "clauses": [],
    "stakeholders": {},
    "coverage": {"missing": []},
    "opinion_groups": {"shown": False},
}
KINDS_OF_BLOC = ("development", "region", "category")
REGIONS = ("africa", "asia-pacific", "eastern-europe", "latin-america-caribbean", "western-europe-others")
FLAGS = ("developing", "ldc", "lldc", "sids")


class FlagsForm(Form):
    developing: bool = False
    ldc: bool = False
    lldc: bool = False
    sids: bool = False
    reason: str = ""
    version: str = ""


@blueprint.get("/norms/<slug>/consensus/")
def index(slug: str) -> str:
    norm = context.norm_or_404(slug)
    assessment = latest(norm.id, norm.current_draft_id)
    result: dict[str, Any] = assessment.result if assessment else NO_RESULT
    clauses: list[dict[str, Any]] = result["clauses"]
    parts = divided(lines_of_result(clauses), CLAUSES * BESIDE)
    part = part_at(parts, request.args.get("at", ""))
    against = sum(verdicts.standing_against(one) for one in clauses)
    agreed = of_status(clauses, *AGREED)
    return render_template(
        "consensus/index.html",
        norm=norm,
        draft=norm.current_draft,
        assessment=assessment,
        clauses=clauses,
        parts=parts,
        part=part,
        shown=[one for one in clauses if part is None or part.has(one["provision"])],
        agreed=agreed,
        agreed_with_all=sum(one.get("with_set_aside", one)["status"] in AGREED for one in clauses),
        contested=of_status(clauses, "contested", "not-supported"),
        unheard=of_status(clauses, "insufficient-coverage"),
        may_be_wrong=round(result["expected_false_labels"], 1) if agreed else 0,
        beside=not_counted(result),
        missing=result["coverage"]["missing"],
        groups=like_minded(result["opinion_groups"]),
        labels={one["provision"]: one["label"] for one in clauses},
        hanging=[one for one in clauses if one["robustness"] == "depends-on-scheme"],
        on_their_word=[one for one in clauses if one["robustness"] == "depends-on-self-declared"],
        objecting=against,
        others_objecting=sum(map(verdicts.standing, clauses)) - against,
        objections=positions.ledger(
            context.session(), norm.id, positions.ObjectionFilter(states=ledger.LIVE), limit=NAMED
        ),
        lines_of=charts.whiskers,
        may_set_aside=context.may(Permission.SET_ASIDE, norm),
        verdicts=verdicts,
    )


def lines_of_result(clauses: list[dict[str, Any]]) -> list[OutlineLine]:
    return [
        OutlineLine(place, one["provision"], one["label"], is_heading=False, letters=0)
        for place, one in enumerate(clauses, 1)
    ]


def not_counted(result: dict[str, Any]) -> int:
    """Self-declared organisations beside the figures; assessments by an earlier method tell of none."""
    return int(result["stakeholders"].get("self_declared", {}).get("not_counted", 0))


def like_minded(found: dict[str, Any]) -> dict[str, Any]:
    """The groups that respond alike: on which clauses each differs, and on which all agree most."""
    shared = sorted(found.get("group_informed_mean", {}).items(), key=lambda one: one[1], reverse=True)
    alike = found.get("split_half")
    return {
        "shown": found["shown"],
        "k": found.get("k", 0),
        "alike": None if alike is None else max(alike, 0),
        "each": [
            {"size": size, **{side: differing(one["clauses"], side) for side in ("accept", "object")}}
            for size, one in zip(found.get("sizes", []), found.get("representative", []), strict=False)
        ],
        "shared": shared[:SHARED],
    }


def differing(clauses: list[dict[str, Any]], side: str) -> list[str]:
    """The clauses that a group accepts, or objects to, more often than others."""
    return [one["provision"] for one in clauses if one["side"] == side]


@blueprint.get("/norms/<slug>/consensus/<code>/")
def clause(slug: str, code: str) -> str:
    """Everything that is known of one clause, and how it moved."""
    norm = context.norm_or_404(slug)
    assessment = latest(norm.id, norm.current_draft_id)
    found = {one["provision"]: one for one in assessment.result["clauses"]} if assessment else {}
    if code not in found:
        raise NotFound
    one = found[code]
    moments = thinned(series(context.session(), norm.id, code), MOMENTS)
    events = events_of(norm)
    return render_template(
        "consensus/clause.html",
        norm=norm,
        draft=norm.current_draft,
        one=one,
        individuals=assessment.result.get("individuals") if assessment else None,
        groups=[figure for kind in KINDS_OF_BLOC for figure in one["blocs"][kind].items()],
        apart=[pair for pairs in one["between_blocs"].values() for pair in pairs if pair["differs"]],
        moments=moments,
        events=events,
        trend=charts.trend(moments, events) if len(moments) > 1 else None,
        verdicts=verdicts,
    )


def events_of(norm: Norm) -> list[tuple[dt.datetime, str]]:
    """Drafts that were opened and steps that were taken, in the order of time."""
    session = context.session()
    opened = [
        (draft.opened_at, _("Draft %(number)s", number=draft.number))
        for draft in drafts(session, norm.id)
        if draft.opened_at
    ]
    steps = [(entry.at, word(Stage(entry.subject))) for entry in of_act(session, norm.slug, "step-taken")]
    return sorted(opened + steps)


@blueprint.get("/norms/<slug>/representation/")
def representation(slug: str) -> str:
    norm = context.norm_or_404(slug)
    return render_template("consensus/representation.html", **participation(norm))


def participation(norm: Norm) -> dict[str, Any]:
    """Who takes part against the world, by bloc, region, category and country."""
    facts = in_force(context.session())
    people = statements.people(context.session(), norm.current_draft_id or 0)
    by_country = Counter(country for country, _category in people if country)
    known = [facts[country] for country in by_country if country in facts]
    members = [one for one in facts.values() if one.is_member]
    categories = Counter(category.value for _country, category in people)
    tiles = {
        region: sorted((m for m in members if m.region == region), key=lambda m: m.iso2) for region in REGIONS
    }

    def count(kind: Any, among: Any) -> Counter[str]:
        return Counter(kind(one) for one in among)

    development = charts.pairs(
        count(reference.development_bloc, known), count(reference.development_bloc, members), DEVELOPMENT
    )
    regions = charts.pairs(
        count(lambda one: one.region, known), count(lambda one: one.region, members), REGIONS
    )
    return {
        "norm": norm,
        "draft": norm.current_draft,
        "total": len(people),
        "beside": statements.participation(context.session(), norm.current_draft_id or 0).beside,
        "countries": len(by_country),
        "development": development,
        "regions": regions,
        "underrepresented": [row for row in development if row.here < row.world / 2],
        "silent_regions": [row for row in regions if row.count == 0],
        "categories": [(category.value, categories[category.value]) for category in Category],
        "tiles": tiles,
        "by_country": by_country,
        "missing_sids": sum(1 for one in members if one.sids and one.iso2 not in by_country),
        "all_sids": sum(1 for one in members if one.sids),
    }


@blueprint.get("/countries/")
def countries() -> str:
    """The facts that weights and gates rest on."""
    return render_template(
        "consensus/countries.html",
        facts=sorted(in_force(context.session()).values(), key=lambda one: one.iso2),
        flags=FLAGS,
        bloc=reference.development_bloc,
        may_edit=allowed(context.actor(), Permission.EDIT_COUNTRY_FACTS, PLATFORM),
    )


@blueprint.get("/countries/<code>/")
def country(code: str) -> str:
    return country_page(code)


def country_page(code: str, **extra: Any) -> str:
    require(context.actor(), Permission.EDIT_COUNTRY_FACTS, PLATFORM)
    shown = {"one": country_or_404(code), "flags": FLAGS, "correction": correction(context.session(), code)}
    return render_template("consensus/country.html", **shown, **extra)


def country_or_404(code: str) -> reference.Country:
    found = in_force(context.session()).get(code)
    if found is None:
        raise NotFound
    return found


@blueprint.post("/countries/<code>/")
@shows_again(country_page)
@shows_both(lambda code, **_address: url_for("consensus.country", code=code))
def correct_country(code: str) -> Any:
    form = context.read(FlagsForm)
    flags = form.model_dump(include=set(FLAGS))
    with context.work():
        country_or_404(code)
        context.act(correct, code, flags, reason=form.reason, version=form.version)
    made = told(_("The facts on %(country)s have been changed."), country=country_name(code))
    done = Done(made, _("The next assessment will use them."), way_on(_("Record"), "record.index"))
    return done.on("consensus.countries")
