"""What waits for a moderator: entities to verify, and comments to screen."""

from flask import Blueprint, flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority import grants
from app.authority.actor import PLATFORM, Role
from app.authority.grants import Permission
from app.discussion.waiting import held
from app.foundation.errors import NotFound
from app.positions import verification
from app.stakeholders import queries
from app.stakeholders.models import Verification
from app.web import desk
from app.web.countries import country_name
from app.web.desk import Form
from app.web.my import norms_of

blueprint = Blueprint("moderation", __name__, url_prefix="/<lang:lang>/moderation")


class Verdict(Form):
    verdict: Verification
    reason: str


@blueprint.get("/")
def index() -> str:
    grants.require(desk.actor(), Permission.VERIFY_STAKEHOLDER, PLATFORM)
    db = desk.session()
    entities = queries.waiting(db)
    return render_template(
        "moderation/index.html",
        entities=entities,
        elsewhere=verification.for_others(db, desk.actor(), [one.id for one in entities], now=desk.now()),
        country_name=country_name,
        held=held(db, norms_of(desk.actor(), Role.MODERATOR)),
    )


@blueprint.post("/stakeholders/<int:number>/")
def verify(number: int) -> Response:
    form = desk.read(Verdict)
    with desk.work() as db:
        grants.require(desk.actor(), Permission.VERIFY_STAKEHOLDER, PLATFORM)
        stakeholder = queries.by_id(db, number)
        if stakeholder is None:
            raise NotFound
        values = form.model_dump()
        verification.decide_verification(db, desk.actor(), stakeholder, **values, now=desk.now())
    flash(_("Decided."))
    return desk.see_other("stakeholders.show", number=number)
