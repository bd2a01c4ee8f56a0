"""The public record of acts, without personal data."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from app.audit.chain import first_unfit
from app.audit.models import AuditEntry
from app.audit.queries import link, page
from app.foundation.errors import Phrase
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


@dataclass(frozen=True)
class RecordLine:
    """An entry as a person may see it: of a norm that is closed to them, nothing that names the norm."""

    entry: AuditEntry
    address: str
    act: str
    is_closed: bool

    @property
    def override(self) -> str | None:
        """Why a step was taken although requirements were missing."""
        return None if self.is_closed else self.entry.details.get("override")

    @property
    def missing(self) -> list[Phrase]:
        return [lack.phrase for lack in read(self.entry.details["missing"])]


def entries(of_norm: Norm | None) -> str:
    before = request.args.get("before", type=whole)
    closed = set() if of_norm else closed_slugs(context.session())

    def address(chain: str, place: int) -> str:
        return f"{chain if chain not in closed else ''} {place}".strip()

    def line(one: AuditEntry) -> RecordLine:
        return RecordLine(one, address(one.chain, one.place), act_words(one.act), one.norm in closed)

    found = page(context.session(), before=before, norm=of_norm.slug if of_norm else None, limit=PAGE + 1)
    shown, more = first_page(found, PAGE, lambda entry: entry.number)
    unfit = first_unfit(link(entry) for entry in reversed(found))
    return render_template(
        "record/index.html",
        norm=of_norm,
        lines=[line(entry) for entry in shown],
        unfit=address(unfit.chain, unfit.place) if unfit else None,
        before=more,
    )
