"""My open items: what waits for this person."""

from flask import Blueprint, render_template

from app.authority.actor import SPEAKERS
from app.discussion import queries as discussion
from app.foundation.errors import SignInNeeded
from app.positions import queries as positions
from app.positions.models import ObjectionState
from app.web import desk

blueprint = Blueprint("my", __name__, url_prefix="/<lang:lang>/my")


@blueprint.get("/")
def index() -> str:
    if desk.signed_in() is None:
        raise SignInNeeded
    actor, session = desk.actor(), desk.session()
    holders = sorted({holder for role, holder in actor.mandates if role in SPEAKERS})
    return render_template(
        "my/index.html",
        holders=holders,
        unconfirmed=positions.unconfirmed(session, holders),
        answered=positions.addressed(session, holders, [ObjectionState.ANSWERED]),
        decided=discussion.waiting_for_reply(session, holders),
    )
