"""The public record of acts, without personal data."""

from flask import Blueprint, render_template, request

from app.audit.queries import page
from app.norms.models import Norm
from app.web import desk

blueprint = Blueprint("record", __name__, url_prefix="/<lang:lang>")
PAGE = 50
LAST = 2**63 - 1  #: what a database can compare with


@blueprint.get("/record/")
def index() -> str:
    return entries(None)


@blueprint.get("/norms/<slug>/record/")
def norm(slug: str) -> str:
    return entries(desk.norm_or_404(slug))


def entries(of_norm: Norm | None) -> str:
    before = max(0, min(request.args.get("before", LAST, type=int), LAST))
    found = page(desk.session(), before=before, norm=of_norm.slug if of_norm else None, limit=PAGE + 1)
    return render_template(
        "record/index.html",
        norm=of_norm,
        entries=found[:PAGE],
        before=found[PAGE - 1].number if len(found) > PAGE else None,
    )
