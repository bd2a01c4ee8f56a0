"""How far anybody could move a clause: a country, a category, a flood of accounts."""

from typing import Any

from flask import Blueprint, render_template

from app.kernel import context
from app.kernel.countries import unit_name
from app.representation.rules import MAIN
from app.representation.schemes import RAW
from app.web.parts.assessments import latest

blueprint = Blueprint("influence", __name__, url_prefix="/<lang:lang>/norms/<slug>/influence")


@blueprint.get("/")
def index(slug: str) -> str:
    """Everything from the latest assessment; nothing is computed here."""
    norm = context.norm_or_404(slug)
    assessment = latest(norm.id, norm.current_draft_id)
    result: dict[str, Any] = assessment.result if assessment else {}
    newcomers = result.get("newcomers")  # assessments made before they were reckoned with have none
    told = newcomers["clauses"] if newcomers else []
    return render_template(
        "consensus/influence.html",
        norm=norm,
        verification=result.get("verification", False),
        draft=norm.current_draft,
        assessment=assessment,
        influence=result.get("influence", {}),
        weightings=[weighting(scheme, result) for scheme in result.get("influence", {})],
        newcomers=newcomers,
        changed=sum(differ(one) for one in told),
        trusting=sum(differ(one["in_full"]) for one in told if one["in_full"]),
        main=worst(result["influence"][MAIN]) if result else None,
        raw=worst(result["influence"].get(RAW, {"floods": []})) if result else None,
        clauses=[one for one in result.get("clauses", []) if one["agreement"][MAIN]["share"] is not None],
        unreached=[
            (scheme, *row) for scheme, one in result.get("schemes", {}).items() for row in one["unreached"]
        ],
    )


def weighting(scheme: str, result: dict[str, Any]) -> dict[str, Any]:
    """Who has, and who could have, most of the weight by one weighting."""
    found = result["influence"][scheme]
    flood = worst(found)
    country, share = found["countries"][0] if found["countries"] else (None, None)
    return {
        "scheme": scheme,
        "country": unit_name(country) if country else "–",
        "country_share": share,
        "bound": found["unit_bound"],
        "influx": unit_name(flood["from"]) if flood else "–",
        "influx_share": flood["share"] if flood else None,
        "n_eff": result["schemes"][scheme]["n_eff"],
    }


def worst(found: dict[str, Any]) -> dict[str, Any] | None:
    """The flood that would hold most."""
    return max(found["floods"], key=lambda one: one["share"], default=None)


def differ(found: dict[str, Any]) -> bool:
    """Whether a clause's verdict, or what it rests on, is another one after than before."""
    before, after = found["before"], found["after"]
    return any(before[name] != after[name] for name in ("status", "robustness", "gates_failed"))
