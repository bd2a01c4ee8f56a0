"""Renaming a body: its page, and the question whether the new name is another body's."""

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority import grants
from app.authority.actor import Matter
from app.authority.grants import Permission
from app.foundation.errors import AppError
from app.foundation.versions import ChangedMeanwhile
from app.kernel import context
from app.kernel.context import Form
from app.kernel.input_limits import Number
from app.kernel.lookup import stakeholder_or_404
from app.stakeholders import names
from app.stakeholders.models import Stakeholder
from app.web.parts.saved_meanwhile import both

blueprint = Blueprint("renaming", __name__, url_prefix="/<lang:lang>/stakeholders/<int:number>/name")


class Naming(Form):
    name: str
    version: str
    apart_from: list[Number] = []  # noqa: RUF012 - pydantic copies it


@blueprint.get("/")
def show(number: int) -> str:
    return page(stakeholder_or_404(number))


def page(stakeholder: Stakeholder, refusal: AppError | None = None) -> str:
    grants.require(context.actor(), Permission.RENAME_STAKEHOLDER, Matter(stakeholder_id=stakeholder.id))
    typed = request.form if refusal else {"name": stakeholder.name}
    return render_template("stakeholders/name.html", stakeholder=stakeholder, refusal=refusal, typed=typed)


@blueprint.post("/")
def rename(number: int) -> Response | tuple[str, int]:
    form = context.read(Naming)
    try:
        with context.work() as db:
            names.rename(
                db, context.actor(), stakeholder_or_404(number), **form.model_dump(), now=context.now()
            )
    except ChangedMeanwhile as refusal:
        return both(refusal, back=url_for("stakeholders.show", number=number))
    except AppError as refusal:
        if refusal.status not in (409, 422):
            raise
        return page(stakeholder_or_404(number), refusal), refusal.status
    flash(_("Saved. The new name appears everywhere from now on; existing publications do not change."))
    return context.see_other("stakeholders.show", number=number)
