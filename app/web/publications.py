"""Publications: what was adopted, signed, and how to check it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, render_template, request, send_file

from app.authority.grants import Permission
from app.foundation.errors import NotFound
from app.norms.lifecycle import Stage
from app.norms.models import Norm
from app.positions.models import Stance
from app.procedure.lacks import read as missing
from app.publication import queries
from app.publication.models import Publication
from app.web import desk, verdicts
from app.web.consensus import of_status
from app.web.overrides import told
from app.web.page_cache import for_visitors
from app.web.publishing import package_path, publish
from app.web.redlines import corrected
from app.web.vocabulary import options

blueprint = Blueprint("publications", __name__, url_prefix="/<lang:lang>/norms/<slug>/publications")

LISTED = 200  #: objections on the page; the ledger and the package have all


@blueprint.get("/")
def index(slug: str) -> str:
    norm = desk.norm_or_404(slug)
    return render_template(
        "publications/index.html",
        norm=norm,
        publications=queries.of_norm(desk.session(), norm.id),
        may_publish=norm.stage is Stage.ADOPTED and desk.may(Permission.PUBLISH, norm),
    )


@blueprint.post("/")
def issue(slug: str) -> Any:
    publication = publish(desk.norm_or_404(slug), desk.actor())
    return desk.see_other("publications.show", slug=slug, number=publication.number)


def publication_or_404(norm: Norm, number: int) -> Publication:
    found = queries.numbered(desk.session(), norm.id, number)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/<int:number>/")
def show(slug: str, number: int) -> Response | str:
    def page() -> str:
        norm = desk.norm_or_404(slug)
        return publication_page(norm, publication_or_404(norm, number))

    return for_visitors(slug, page)


def publication_page(norm: Norm, publication: Publication) -> str:
    """Everything from what was signed, so that it never changes."""
    summary, result = publication.summary, publication.assessment.result
    beside = request.args.get("beside")
    path = package_path(norm.slug, publication.number)
    figures, counted = result["clauses"], [one for one in summary["stakeholders"] if is_counted(summary, one)]
    return render_template(
        "publications/show.html",
        norm=norm,
        publication=publication,
        summary=summary,
        result=result,
        figures={figure["provision"]: figure for figure in figures},
        agreed=of_status(figures, "consensus", "rough-consensus"),
        contested=of_status(figures, "contested", "not-supported"),
        unheard=of_status(figures, "insufficient-coverage"),
        texts={
            clause["provision"]: columns(summary, clause, g.lang, beside) for clause in summary["clauses"]
        },
        beside=beside,
        stances=options(Stance),
        listed=LISTED,
        total=len(counted),
        countries=len({one["country"] for one in counted if one["country"]}),
        not_counted=len(summary["stakeholders"]) - len(counted),
        size=path.stat().st_size if path.exists() else None,
        verdicts=verdicts,
        despite=[lack.phrase for lack in missing(summary["determination"].get("despite", ()))],
        overrides=told(summary.get("overrides", ())),
        corrigenda=corrected(desk.session(), norm),
    )


def is_counted(summary: Mapping[str, Any], one: Mapping[str, Any]) -> bool:
    """Entities only when verified; but where nobody was, and in publications of before that rule, all are."""
    return one["verified"] or one["category"] == "individual" or not summary.get("verification", False)


def columns(
    summary: Mapping[str, Any], clause: Mapping[str, Any], language: str, beside: str | None
) -> list[tuple[str, Mapping[str, Any]]]:
    """Language and text to read, and beside it the authentic one or the language that was asked for."""
    texts = clause["texts"]
    authentic = next((code for code in summary["authentic_languages"] if code in texts), None)
    main = language if language in texts else authentic
    second = beside if beside in texts else authentic if main not in summary["authentic_languages"] else None
    return [(code, texts[code]) for code in dict.fromkeys((main, second)) if code is not None]


@blueprint.get("/<int:number>/package.zip")
def package(slug: str, number: int) -> Response:
    norm = desk.norm_or_404(slug)
    publication_or_404(norm, number)
    path = package_path(slug, number)
    if not path.exists():
        raise NotFound
    return send_file(path, as_attachment=True, download_name=path.name, mimetype="application/zip")
