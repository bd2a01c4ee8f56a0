"""Publications: what was adopted, signed, and how to check it."""

from typing import Any

from flask import Blueprint, Response, render_template, send_file

from app.authority.grants import Permission
from app.foundation.errors import NotFound
from app.norms.lifecycle import Stage
from app.norms.models import Norm
from app.publication import queries
from app.publication.models import Publication
from app.web import desk, verdicts
from app.web.publishing import package_path, publish

blueprint = Blueprint("publications", __name__, url_prefix="/<lang:lang>/norms/<slug>/publications")


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
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        publication = publish(session, desk.actor(), norm, now=desk.now())
    return desk.see_other("publications.show", slug=slug, number=publication.number)


def publication_or_404(norm: Norm, number: int) -> Publication:
    found = queries.numbered(desk.session(), norm.id, number)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/<int:number>/")
def show(slug: str, number: int) -> str:
    norm = desk.norm_or_404(slug)
    publication = publication_or_404(norm, number)
    path = package_path(slug, number)
    return render_template(
        "publications/show.html",
        norm=norm,
        publication=publication,
        summary=publication.summary,
        clauses=publication.assessment.result["clauses"],
        size=path.stat().st_size if path.exists() else None,
        verdicts=verdicts,
    )


@blueprint.get("/<int:number>/package.zip")
def package(slug: str, number: int) -> Response:
    norm = desk.norm_or_404(slug)
    publication_or_404(norm, number)
    path = package_path(slug, number)
    if not path.exists():
        raise NotFound
    return send_file(path, as_attachment=True, download_name=path.name, mimetype="application/zip")
