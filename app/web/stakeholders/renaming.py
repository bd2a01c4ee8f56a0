"""Renaming a body: its page, and the question whether the new name is another body's."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority import grants
from app.authority.actor import Matter
from app.authority.grants import Permission
from app.kernel import context
from app.kernel.context import Form
from app.kernel.input_limits import Number
from app.kernel.lookup import at_stakeholder, stakeholder_or_404
from app.kernel.refusals import shows_again
from app.stakeholders import names
from app.web.parts.done import Done, told
from app.web.parts.saved_meanwhile import shows_both
from app.web.parts.ways_on import my_contributions

blueprint = Blueprint("renaming", __name__, url_prefix="/<lang:lang>/stakeholders/<int:number>/name")


class Naming(Form):
    name: str
    version: str
    apart_from: list[Number] = []  # noqa: RUF012 - pydantic copies it


@blueprint.get("/")
def show(number: int) -> str:
    return page(number)


def page(number: int, **extra: Any) -> str:
    stakeholder = stakeholder_or_404(number)
    grants.require(context.actor(), Permission.RENAME_STAKEHOLDER, Matter(stakeholder_id=stakeholder.id))
    shown = {"typed": {"name": stakeholder.name}, **extra}
    return render_template("stakeholders/name.html", stakeholder=stakeholder, **shown)


@blueprint.post("/")
@shows_again(page)
@shows_both(lambda number, **_address: url_for("stakeholders.show", number=number))
def rename(number: int) -> Response | tuple[str, int]:
    form = context.read(Naming)
    with at_stakeholder(number) as body:
        context.act(names.rename, body, **dict(form))
    made = told(_("The new name is: %(who)s."), who=body.name)
    follows = _("The new name appears everywhere from now on; existing publications do not change.")
    return Done(made, follows, my_contributions()).on("stakeholders.show", number=number)
