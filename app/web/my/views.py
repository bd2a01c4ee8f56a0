"""My open items: what waits for this person, and what they have begun to write."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.authority.actor import PLATFORM, SPEAKERS, Role
from app.authority.grants import Permission, allowed
from app.discussion import progress, unsent_comments
from app.discussion.models import SpeechForm, UnsentComment
from app.discussion.reviews import service as reviewing
from app.internal_drafts import queries as internal_drafts
from app.kernel import context
from app.norms.models import Norm
from app.norms.queries import Place, places
from app.positions import queries as positions
from app.positions import readers
from app.positions.models import ObjectionState
from app.stakeholders import offers
from app.stakeholders.queries import waiting
from app.triage.queue import asked_of
from app.web.parts.done import Done, way_on

blueprint = Blueprint("my", __name__, url_prefix="/<lang:lang>/my")


@dataclass(frozen=True)
class UnsentLine:
    """An unsubmitted draft in the list: ``address``: where it is continued; ``label``: its clause's."""

    number: int
    what: str
    norm: Norm
    label: str | None
    texts: list[str]
    updated_at: dt.datetime
    address: str


def unsent_line(unsent: UnsentComment, found: Mapping[int, Place]) -> UnsentLine:
    slug, what, label = unsent.norm.slug, _("Comment"), None
    if unsent.parent:
        what = _("Reply to comment %(number)s", number=f"c{unsent.parent.number}")
    address = url_for("discussion.draft_form", slug=slug, parent=unsent.parent and unsent.parent.number)
    if unsent.provision:
        label = found[unsent.provision.id].label
        address = url_for("discussion.form", slug=slug, code=unsent.provision.code)
    if unsent.form is SpeechForm.PROPOSE and unsent.provision:
        what = _("Propose wording")
        address = url_for("discussion.propose_form", slug=slug, code=unsent.provision.code)
    texts = [unsent.fields[name] for name in ("wording", "quote", "body") if unsent.fields.get(name)]
    return UnsentLine(unsent.id, what, unsent.norm, label, texts, unsent.updated_at, address)


@blueprint.get("/")
def index() -> str:
    person = context.person()
    actor, session = context.actor(), context.session()
    holders = sorted({holder for role, holder in actor.mandates if role in SPEAKERS})
    inside = internal_drafts.drafts_for(session, actor)
    unsent = unsent_comments.of_person(session, actor)
    found = places(session, {one.norm_id for one in unsent if one.provision})
    tasks = {
        "offered": offers.offered_to(session, person, now=context.now()),
        "to_endorse": internal_drafts.to_endorse(session, actor),
        "declined": internal_drafts.declined_of(session, actor),
        "unconfirmed": readers.unconfirmed(session, holders),
        "read_otherwise": readers.read_otherwise(session, holders),
        "answered": positions.addressed(session, holders, [ObjectionState.ANSWERED]),
        "decided": progress.waiting_for_reply(session, holders),
        "objections": positions.to_answer(session, actor.norms_as(Role.CHAIR)),
        "reviews": reviewing.waiting(session, actor.norms_as(Role.CHAIR)),
        "asked": asked_of(session, actor.user_id or 0),
        "unanswered": progress.unanswered(session, actor.norms_as(Role.EDITOR)),
        "to_verify": len(waiting(session)) if allowed(actor, Permission.VERIFY_STAKEHOLDER, PLATFORM) else 0,
        "held": progress.held(session, actor.norms_as(Role.MODERATOR)),
    }
    return render_template(
        "my/index.html",
        takes_part=bool(holders or inside),
        has_tasks=any(tasks.values()),
        has_seat=bool(actor.seats or actor.is_administrator),
        inside=inside,
        unsent=[unsent_line(one, found) for one in unsent],
        **tasks,
    )


@blueprint.post("/unsent/<int:number>/throw-away/")
def throw_away(number: int) -> Response:
    with context.work() as session:
        unsent_comments.throw_away(session, context.actor(), number)
    follows = _("What you have submitted is not affected.")
    done = Done(_("Your saved text has been discarded."), follows, way_on(_("Norms"), "norms.index"))
    return done.on("my.index")
