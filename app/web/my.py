"""My open items: what waits for this person, and what she has begun to write."""

from flask import Blueprint, flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority.actor import SPEAKERS, Actor, Role
from app.discussion import unsent, waiting
from app.discussion.reviews import service as reviewing
from app.endorsement import queries as endorsement
from app.foundation.errors import SignInNeeded
from app.positions import queries as positions
from app.positions import readers
from app.positions.models import ObjectionState
from app.stakeholders import offers
from app.triage.queue import asked_of
from app.web import desk

blueprint = Blueprint("my", __name__, url_prefix="/<lang:lang>/my")


@blueprint.get("/")
def index() -> str:
    person = desk.signed_in()
    if person is None:
        raise SignInNeeded
    actor, session = desk.actor(), desk.session()
    holders = sorted({holder for role, holder in actor.mandates if role in SPEAKERS})
    return render_template(
        "my/index.html",
        holders=holders,
        inside=endorsement.drafts_for(session, actor),
        to_endorse=endorsement.to_endorse(session, actor),
        declined=endorsement.declined_of(session, actor),
        offered=offers.offered_to(session, person, now=desk.now()),
        unsent=unsent.of_person(session, actor),
        unconfirmed=readers.unconfirmed(session, holders),
        read_otherwise=readers.read_otherwise(session, holders),
        answered=positions.addressed(session, holders, [ObjectionState.ANSWERED]),
        decided=waiting.waiting_for_reply(session, holders),
        objections=positions.to_answer(session, norms_of(actor, Role.CHAIR)),
        reviews=reviewing.waiting(session, norms_of(actor, Role.CHAIR)),
        asked=asked_of(session, actor.user_id or 0),
        unanswered=waiting.unanswered(session, norms_of(actor, Role.EDITOR)),
        held=waiting.held(session, norms_of(actor, Role.MODERATOR)),
    )


@blueprint.post("/unsent/<int:number>/throw-away/")
def throw_away(number: int) -> Response:
    with desk.work() as session:
        unsent.throw_away(session, desk.actor(), number)
    flash(_("Thrown away."))
    return desk.see_other("my.index")


def norms_of(actor: Actor, role: Role) -> list[int] | None:
    """The norms at which somebody sits in this role; None for every norm."""
    seats = {norm_id for seat, norm_id in actor.seats if seat is role}
    return None if None in seats else sorted(norm_id for norm_id in seats if norm_id is not None)
