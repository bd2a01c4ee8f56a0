"""Choosing how often notices come, following a clause, and stopping by the link in a mail."""

import sqlalchemy as sa
from flask import Blueprint, flash, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import profile
from app.accounts.models import Rhythm, User
from app.authority.actor import VISITOR
from app.foundation.errors import NotFound, SignInNeeded
from app.norms import queries as norms
from app.notices import following
from app.web import desk
from app.web.desk import Form
from app.web.extensions import csrf
from app.web.unsubscribing import pseudonym_in

blueprint = Blueprint("notices", __name__, url_prefix="/<lang:lang>")


class RhythmForm(Form):
    rhythm: Rhythm


class FollowForm(Form):
    follows: bool


@blueprint.post("/account/notices/")
def choose() -> Response:
    user = desk.signed_in()
    if user is None:
        raise SignInNeeded
    form = desk.read(RhythmForm)
    with desk.work() as session:
        profile.choose_rhythm(session, desk.actor(), user, rhythm=form.rhythm, now=desk.now())
    flash(_("Saved."))
    return desk.see_other("accounts.settings")


@blueprint.post("/norms/<slug>/provisions/<code>/follow/")
def follow(slug: str, code: str) -> Response:
    form = desk.read(FollowForm)
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        clause = norms.last_clause(session, norm, code)
        if clause is None:
            raise NotFound
        following.choose(session, desk.actor(), norm, clause.provision, follows=form.follows)
    return desk.see_other("norms.provision", slug=slug, code=code)


def person_of(token: str) -> User:
    """Whose mail the link is from. An erased person is found too: to stop again what has ended is no error.

    :raises StopLinkUnclear: the link is not one of ours.
    """
    return desk.session().scalars(sa.select(User).where(User.pseudonym == pseudonym_in(token))).one()


@blueprint.get("/notices/stop/<token>/")
def stop(token: str) -> str:
    """Ask first: what only looks at links, such as a mail scanner, must not stop anything."""
    user = person_of(token)
    return render_template("notices/stop.html", has_stopped=user.rhythm is Rhythm.NEVER)


@blueprint.post("/notices/stop/<token>/")
@csrf.exempt
def stopped(token: str) -> str:
    """Mail programs post here without cookies; the signed address alone says who asks."""
    with desk.work() as session:
        profile.stop_notices(session, VISITOR, person_of(token), now=desk.now())
    return render_template("notices/stop.html", has_stopped=True)
