"""What waits for a moderator: entities to verify, and comments to screen."""

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority import grants
from app.authority.actor import PLATFORM, Role
from app.authority.grants import Permission
from app.discussion.progress import held
from app.kernel import context
from app.kernel.context import Form
from app.kernel.labels import word
from app.kernel.lookup import stakeholder_or_404
from app.positions import verification
from app.stakeholders import queries
from app.stakeholders.models import Verification
from app.web.parts.done import Done, told, way_on
from app.web.parts.saved_meanwhile import shows_both

ENTITIES = 20  #: to verify, on one page
blueprint = Blueprint("moderation", __name__, url_prefix="/<lang:lang>/moderation")


class EntityVerificationForm(Form):
    verdict: Verification
    reason: str
    version: str = ""


@blueprint.get("/")
def index() -> str:
    grants.require(context.actor(), Permission.VERIFY_STAKEHOLDER, PLATFORM)
    db = context.session()
    entities = queries.waiting(db, limit=ENTITIES)
    return render_template(
        "moderation/index.html",
        entities=entities,
        are_more=len(entities) == ENTITIES,
        elsewhere=verification.for_others(
            db, context.actor(), [one.id for one in entities], now=context.now()
        ),
        decided=verification.decided(db, [one.id for one in entities]),
        held=held(db, context.actor().norms_as(Role.MODERATOR)),
    )


@blueprint.post("/stakeholders/<int:number>/")
@shows_both(lambda number: url_for("stakeholders.show", number=number))
def verify(number: int) -> Response:
    form = context.read(EntityVerificationForm)
    with context.work() as db:
        grants.require(context.actor(), Permission.VERIFY_STAKEHOLDER, PLATFORM)
        stakeholder = stakeholder_or_404(number)
        context.act(verification.decide_verification, stakeholder, **dict(form))
        left = queries.waiting(db)
    made = told(
        _("Decision on %(who)s recorded: %(verdict)s."), who=stakeholder.name, verdict=word(form.verdict)
    )
    if left:
        words = told(_("Next entity to verify: %(who)s"), who=left[0].name)
        on = way_on(words, "stakeholders.show", number=left[0].id)
    else:
        on = way_on(_("Moderation"), "moderation.index")
    done = Done(made, _("The decision and its reason are shown on this page."), on)
    return done.on("stakeholders.show", number=number)
