"""What waits for a moderator: entities to verify, and comments to screen."""

from flask import Blueprint, flash, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority import grants
from app.authority.actor import PLATFORM, Role
from app.authority.grants import Permission
from app.discussion.progress import held
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.context import Form
from app.kernel.countries import country_name
from app.positions import verification
from app.stakeholders import queries
from app.stakeholders.models import Verification
from app.web.parts.saved_meanwhile import shows_both

blueprint = Blueprint("moderation", __name__, url_prefix="/<lang:lang>/moderation")


class EntityVerificationForm(Form):
    verdict: Verification
    reason: str
    version: str = ""


@blueprint.get("/")
def index() -> str:
    grants.require(context.actor(), Permission.VERIFY_STAKEHOLDER, PLATFORM)
    db = context.session()
    entities = queries.waiting(db)
    return render_template(
        "moderation/index.html",
        entities=entities,
        elsewhere=verification.for_others(
            db, context.actor(), [one.id for one in entities], now=context.now()
        ),
        decided=verification.decided(db, [one.id for one in entities]),
        country_name=country_name,
        held=held(db, context.actor().norms_as(Role.MODERATOR)),
    )


@blueprint.post("/stakeholders/<int:number>/")
@shows_both(lambda number: url_for("stakeholders.show", number=number))
def verify(number: int) -> Response:
    form = context.read(EntityVerificationForm)
    with context.work() as db:
        grants.require(context.actor(), Permission.VERIFY_STAKEHOLDER, PLATFORM)
        stakeholder = queries.by_id(db, number)
        if stakeholder is None:
            raise NotFound
        values = form.model_dump()
        verification.decide_verification(db, context.actor(), stakeholder, **values, now=context.now())
    flash(_("Decision recorded."))
    return context.see_other("stakeholders.show", number=number)
