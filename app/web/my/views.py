"""My open items: what waits for this person, and what she has begun to write."""

from flask import Blueprint, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority.actor import SPEAKERS, Role
from app.discussion import progress, unsent_comments
from app.discussion.reviews import service as reviewing
from app.foundation.errors import SignInNeeded
from app.internal_drafts import queries as internal_drafts
from app.kernel import context
from app.norms.queries import places
from app.positions import queries as positions
from app.positions import readers
from app.positions.models import ObjectionState
from app.stakeholders import offers
from app.triage.queue import asked_of
from app.web.parts.done import Done, way_on

blueprint = Blueprint("my", __name__, url_prefix="/<lang:lang>/my")


@blueprint.get("/")
def index() -> str:
    person = context.signed_in()
    if person is None:
        raise SignInNeeded
    actor, session = context.actor(), context.session()
    holders = sorted({holder for role, holder in actor.mandates if role in SPEAKERS})
    unsent = unsent_comments.of_person(session, actor)
    return render_template(
        "my/index.html",
        holders=holders,
        inside=internal_drafts.drafts_for(session, actor),
        to_endorse=internal_drafts.to_endorse(session, actor),
        declined=internal_drafts.declined_of(session, actor),
        offered=offers.offered_to(session, person, now=context.now()),
        unsent=unsent,
        places=places(session, {one.norm_id for one in unsent if one.provision}),
        unconfirmed=readers.unconfirmed(session, holders),
        read_otherwise=readers.read_otherwise(session, holders),
        answered=positions.addressed(session, holders, [ObjectionState.ANSWERED]),
        decided=progress.waiting_for_reply(session, holders),
        objections=positions.to_answer(session, actor.norms_as(Role.CHAIR)),
        reviews=reviewing.waiting(session, actor.norms_as(Role.CHAIR)),
        asked=asked_of(session, actor.user_id or 0),
        unanswered=progress.unanswered(session, actor.norms_as(Role.EDITOR)),
        held=progress.held(session, actor.norms_as(Role.MODERATOR)),
    )


@blueprint.post("/unsent/<int:number>/throw-away/")
def throw_away(number: int) -> Response:
    with context.work() as session:
        unsent_comments.throw_away(session, context.actor(), number)
    follows = _("What you have submitted is not affected.")
    done = Done(_("Your saved text has been discarded."), follows, way_on(_("Norms"), "norms.index"))
    return done.on("my.index")
