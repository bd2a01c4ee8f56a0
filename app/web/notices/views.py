"""Choosing how often notices come, following a clause, and stopping by the link in a mail."""

from flask import Blueprint, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import profile
from app.accounts.models import Rhythm, User
from app.accounts.queries import by_pseudonym
from app.authority.actor import VISITOR
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.context import Form
from app.kernel.extensions import csrf
from app.kernel.labels import word
from app.mail.unsubscribing import pseudonym_in
from app.norms import queries as norms
from app.notices import following
from app.web.parts.done import Done, label_of, told
from app.web.parts.ways_on import my_contributions, to_clause

blueprint = Blueprint("notices", __name__, url_prefix="/<lang:lang>")


class RhythmForm(Form):
    rhythm: Rhythm


class FollowForm(Form):
    follows: bool


@blueprint.post("/account/notices/")
def choose() -> Response:
    user, form = context.person(), context.read(RhythmForm)
    with context.work():
        context.act(profile.choose_rhythm, user, rhythm=form.rhythm)
    made = told(_("Notices by e-mail: %(rhythm)s."), rhythm=word(form.rhythm))
    done = Done(made, _("This applies from now on."), my_contributions())
    return done.on("accounts.settings")


@blueprint.post("/norms/<slug>/provisions/<code>/follow/")
def follow(slug: str, code: str) -> Response:
    form = context.read(FollowForm)
    with context.work() as session:
        norm = context.norm_or_404(slug)
        clause = norms.last_clause(session, norm, code)
        if clause is None:
            raise NotFound
        following.choose(session, context.actor(), norm, clause.provision, follows=form.follows)
    if form.follows:
        made = _("You follow clause %(label)s.")
        follows = _("You will receive comments and decisions on it by e-mail.")
    else:
        made = _("You no longer follow clause %(label)s.")
        follows = _("You still receive notices about your own contributions.")
    done = Done(told(made, label=label_of(clause)), follows, to_clause(norm, clause))
    return done.on("norms.provision", slug=slug, code=code)


def person_of(token: str) -> User:
    """Whose mail the link is from. An erased person is found too: to stop again what has ended is no error.

    :raises StopLinkUnclear: the link is not one of ours.
    """
    return by_pseudonym(context.session(), pseudonym_in(token))


@blueprint.get("/notices/stop/<token>/")
def stop(token: str) -> str:
    """Ask first: what only looks at links, such as a mail scanner, must not stop anything."""
    user = person_of(token)
    return render_template("notices/stop.html", has_stopped=user.rhythm is Rhythm.NEVER)


@blueprint.post("/notices/stop/<token>/")
@csrf.exempt
def stopped(token: str) -> str:
    """Mail programs post here without cookies; the signed address alone says who asks."""
    with context.work() as session:
        profile.stop_notices(session, VISITOR, person_of(token), now=context.now())
    return render_template("notices/stop.html", has_stopped=True)
