"""The public record of acts, without personal data."""

from flask import Blueprint, render_template, request

from app.audit.chain import first_unfit
from app.audit.queries import link, page
from app.foundation.paging import page as first_page
from app.kernel import context
from app.kernel.event_labels import act_words
from app.kernel.input_limits import whole
from app.lifecycle.missing import read
from app.norms.models import Norm
from app.norms.queries import closed_slugs

blueprint = Blueprint("record", __name__, url_prefix="/<lang:lang>")
PAGE = 50


@blueprint.get("/record/")
def index() -> str:
    return entries(None)


@blueprint.get("/norms/<slug>/record/")
def norm(slug: str) -> str:
    return entries(context.norm_or_404(slug))


def entries(of_norm: Norm | None) -> str:
    before = request.args.get("before", type=whole)
    closed = set() if of_norm else closed_slugs(context.session())

    def address(chain: str, place: int) -> str:
        return f"{chain if chain not in closed else ''} {place}".strip()

    found = page(context.session(), before=before, norm=of_norm.slug if of_norm else None, limit=PAGE + 1)
    shown, more = first_page(found, PAGE, lambda entry: entry.number)
    return render_template(
        "record/index.html",
        norm=of_norm,
        entries=shown,
        unfit=first_unfit(link(entry) for entry in reversed(found)),
        act_words=act_words,
        missing=lambda entry: [lack.phrase for lack in read(entry.details["missing"])],
        closed=closed,
        address=address,
        before=more,
    )
