"""One's own account: what it says, its password, its data, its end."""

import json
from typing import Any

from flask import Response, render_template
from flask_babel import gettext as _

from app.accounts import profile, queries, throttle
from app.accounts.models import Rhythm
from app.authority.actor import PLATFORM
from app.authority.grants import Permission, allowed
from app.compilation import working_notes
from app.discussion import unsent_comments
from app.internal_drafts import service as internal_drafts
from app.kernel import context
from app.kernel.context import Form
from app.kernel.formats import autonym
from app.kernel.labels import options
from app.kernel.refusals import shows_again
from app.norms import seats
from app.notices import following
from app.stakeholders import names, offers
from app.stakeholders import queries as stakeholders
from app.stakeholders import service as registry
from app.triage import service as triage
from app.web.accounts.sign_in import begin, end
from app.web.accounts.views import Page, Secret, blueprint
from app.web.parts.done import Done, told, way_on
from app.web.parts.slowing_down import guessing
from app.web.parts.ways_on import my_contributions


class NewPassword(Form):
    current_password: Secret
    new_password: Secret


class Profile(Form):
    name: str
    language: str


class Erasure(Form):
    current_password: Secret


@blueprint.get("/account/")
def settings() -> str:
    return settings_page()


def settings_page(**shown: Any) -> str:
    held_mandates = stakeholders.held_by(context.session(), context.person(), now=context.now())
    shown |= {"user": context.person(), "mandates": held_mandates, "rhythms": options(Rhythm)}
    for act in (Permission.VERIFY_STAKEHOLDER, Permission.ADMINISTER_ACCOUNTS, Permission.OPERATE):
        shown[act.name.lower()] = allowed(context.actor(), act, PLATFORM)
    return render_template("accounts/settings.html", **shown)


@blueprint.post("/account/")
@shows_again(settings_page)
def change_profile() -> Page:
    user, form = context.person(), context.read(Profile)
    with context.work():
        context.act(names.change_profile, user, **dict(form))
    made = told(
        _("Your name and language have been saved: %(who)s, %(language)s."),
        who=user.name,
        language=autonym(form.language),
    )
    done = Done(made, _("E-mails and pages will be in this language."), my_contributions())
    return done.on("accounts.settings", lang=form.language)


@blueprint.post("/account/password/")
@shows_again(settings_page)
def change_password() -> Page:
    user, form = context.person(), context.read(NewPassword)
    with guessing((throttle.PASSWORD_HERE, user.pseudonym)), context.work():
        current, new = form.current_password, form.new_password
        token = context.act(profile.change_password, user, current=current, new=new)
    begin(token, user)
    follows = _("Every other browser has been signed out.")
    done = Done(_("Your password has been changed."), follows, my_contributions())
    return done.on("accounts.settings")


@blueprint.get("/account/export/")
def export() -> Response:
    """Everything kept about the person, as a file."""
    user, db = context.person(), context.session()
    kept = {"account": queries.personal_data(db, user), "individual": stakeholders.personal_data(db, user)}
    body = json.dumps(kept, ensure_ascii=False, indent=1, default=str)
    name = {
        "Content-Disposition": f'attachment; filename="{user.pseudonym}.json"',
        "Cache-Control": "no-store",
    }
    return Response(body, mimetype="application/json", headers=name)


@blueprint.post("/account/erase/")
@shows_again(settings_page)
def erase() -> Page:
    user, form = context.person(), context.read(Erasure)
    with guessing((throttle.PASSWORD_HERE, user.pseudonym)), context.work() as db:
        actor, now = context.actor(), context.now()
        seats.leave_all(db, actor, user, now=now)
        offers.forget_person(db, user, now=now)
        registry.forget_person(db, actor, user, now=now)
        following.forget_person(db, actor, user)
        unsent_comments.forget_person(db, actor, user)
        internal_drafts.forget_person(db, actor, user)
        triage.forget_person(db, actor, user)
        working_notes.forget_person(db, actor, user)
        profile.erase(db, actor, user, current=form.current_password, now=now)
    end()
    follows = _("What you stated for stakeholders remains in the record without your name.")
    done = Done(_("Your account has been erased."), follows, way_on(_("Privacy"), "site.privacy"))
    return done.on("site.index")
