"""Publications: what was adopted, signed, and how to check it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, render_template, request, send_file

from app.authority.grants import Permission, require
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.labels import options
from app.kernel.publishing import check, file_name, opened
from app.kernel.redlines import corrected
from app.kernel.step_jobs import asked_for
from app.lifecycle import requested_steps
from app.lifecycle.missing import read as missing
from app.norms.models import Norm
from app.norms.stages import Stage
from app.positions.models import Stance
from app.publication import queries
from app.publication.models import PackageKind, Publication
from app.publication.storing import stored
from app.web.parts import verdicts
from app.web.parts.overrides import told
from app.web.parts.step_results import came_of
from app.web.parts.verdicts import of_status
from app.web.site.page_cache import for_visitors

blueprint = Blueprint("publications", __name__, url_prefix="/<lang:lang>/norms/<slug>/publications")

LISTED = 200  #: objections on the page; the ledger and the package have all


@blueprint.get("/")
def index(slug: str) -> str:
    norm = context.norm_or_404(slug)
    may_publish = norm.stage is Stage.ADOPTED and context.may(Permission.PUBLISH, norm)
    return render_template(
        "publications/index.html",
        norm=norm,
        publications=queries.of_norm(context.session(), norm.id),
        may_publish=may_publish,
        running=requested_steps.under_way(context.session(), norm) if may_publish else None,
    )


@blueprint.post("/")
def issue(slug: str) -> Any:
    norm = context.norm_or_404(slug)
    check(norm, context.actor())
    return came_of(asked_for(norm, Stage.PUBLISHED, {}))


def publication_or_404(norm: Norm, number: int) -> Publication:
    found = queries.numbered(context.session(), norm.id, number)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/<int:number>/")
def show(slug: str, number: int) -> Response | str:
    def page() -> str:
        norm = context.norm_or_404(slug)
        return publication_page(norm, publication_or_404(norm, number))

    return for_visitors(slug, page)


def publication_page(norm: Norm, publication: Publication) -> str:
    """Everything from what was signed, so that it never changes."""
    summary, result = publication.summary, publication.assessment.result
    beside = request.args.get("beside")
    package = stored(context.session(), publication, PackageKind.PUBLIC)
    figures = result["clauses"]
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
        heard=heard_in(summary),
        may_audit=context.may(Permission.AUDIT_PACKAGE, norm)
        and stored(context.session(), publication, PackageKind.AUDITORS) is not None,
        size=package.size if package else None,
        verdicts=verdicts,
        despite=[lack.phrase for lack in missing(summary["determination"].get("despite", ()))],
        overrides=told(summary.get("overrides", ())),
        corrigenda=corrected(context.session(), norm),
    )


def heard_in(summary: Mapping[str, Any]) -> Mapping[str, int]:
    """How many have spoken, from how many countries; the first publications listed everybody instead."""
    listed = summary["stakeholders"]
    countries = {one["country"] for one in listed if one["country"]}
    return summary.get("heard") or {
        "stakeholders": len(listed),
        "countries": len(countries),
        "not_counted": 0,
    }


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
    norm = context.norm_or_404(slug)
    return sent(publication_or_404(norm, number), PackageKind.PUBLIC)


@blueprint.get("/<int:number>/auditors.zip")
def auditors(slug: str, number: int) -> Response:
    """What the publisher and administrators give to auditors."""
    norm = context.norm_or_404(slug)
    require(context.actor(), Permission.AUDIT_PACKAGE, norm.matter(context.now()))
    return sent(publication_or_404(norm, number), PackageKind.AUDITORS)


def sent(publication: Publication, kind: PackageKind) -> Response:
    """The package as a file, or the part of it that is asked for, chunk by chunk."""
    package = stored(context.session(), publication, kind)
    if package is None:
        raise NotFound
    answer = send_file(
        opened(package),
        mimetype="application/zip",
        as_attachment=True,
        download_name=file_name(publication, kind),
        conditional=False,
        etag=package.digest.removeprefix("sha256:"),
        last_modified=publication.published_at,
    )
    answer.content_length = package.size
    answer.make_conditional(request, accept_ranges=True, complete_length=package.size)
    return answer
