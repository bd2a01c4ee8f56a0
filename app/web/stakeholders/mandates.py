"""Mandates to act for a stakeholder: offered, taken up, handed over, ended; and what was done under them."""

import datetime as dt
from typing import Annotated

from flask import render_template, request
from flask_babel import gettext as _
from pydantic import BeforeValidator
from werkzeug.wrappers import Response

from app.accounts import throttle
from app.audit import queries as audit
from app.authority import grants
from app.authority.actor import MandateRole, Matter
from app.authority.grants import Permission
from app.foundation.paging import page as first_page
from app.kernel import context
from app.kernel.context import Form
from app.kernel.event_labels import act_words
from app.kernel.input_limits import whole
from app.kernel.lookup import at_stakeholder, row_or_404, stakeholder_or_404
from app.kernel.refusals import shows_again
from app.stakeholders import mandates, offers, queries
from app.stakeholders.models import Mandate, MandateOffer
from app.web.parts.done import Done, told, way_on
from app.web.parts.slowing_down import slow_down
from app.web.stakeholders.views import blueprint, stakeholder_page, told_of

PAGE = 50

Day = Annotated[dt.date | None, BeforeValidator(lambda typed: typed or None)]


class Succession(Form):
    email: str
    from_date: Day = None


class Invitation(Succession):
    role: MandateRole
    last_date: Day = None


def check_invitation(number: int) -> None:
    """:raises NotAllowed: this person may give no mandate here. :raises TooMany: too many e-mails."""
    actor = context.actor()
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=number))
    slow_down((throttle.INVITATION, actor.pseudonym))


@blueprint.post("/<int:number>/mandates/")
@shows_again(stakeholder_page)
def give_mandate(number: int) -> Response:
    form = context.read(Invitation)
    check_invitation(number)
    with at_stakeholder(number) as body:
        context.act(offers.offer, body, **dict(form))
    made = _("A mandate for %(who)s will be offered by e-mail to %(email)s.")
    follows = _("It begins when the person accepts it.")
    return told_of(body, told(made, who=body.name, email=form.email), follows)


@blueprint.post("/<int:number>/mandates/<int:mandate>/hand-over/")
@shows_again(stakeholder_page)
def hand_over(number: int, mandate: int) -> Response:
    form = context.read(Succession)
    check_invitation(number)
    with at_stakeholder(number) as body:
        held = row_or_404(Mandate, mandate, stakeholder_id=number)
        context.act(offers.offer_succession, held, **dict(form))
    made = _("Your mandate for %(who)s will be offered by e-mail to %(email)s.")
    follows = _("Yours ends when the person has accepted it.")
    return told_of(body, told(made, who=body.name, email=form.email), follows)


@blueprint.post("/<int:number>/mandates/<int:mandate>/end/")
def end_mandate(number: int, mandate: int) -> Response:
    with at_stakeholder(number) as body:
        context.act(mandates.end_mandate, row_or_404(Mandate, mandate, stakeholder_id=number))
    made = told(_("The mandate for %(who)s has ended."), who=body.name)
    return told_of(body, made, _("What the person stated in its name remains."))


@blueprint.post("/<int:number>/offers/<int:offered>/withdraw/")
def withdraw_offer(number: int, offered: int) -> Response:
    with at_stakeholder(number) as body:
        context.act(offers.withdraw, row_or_404(MandateOffer, offered, stakeholder_id=number))
    made = told(_("The offer of a mandate for %(who)s has been withdrawn."), who=body.name)
    return told_of(body, made, _("It can no longer be accepted."))


@blueprint.post("/offers/<int:offered>/<any(accept, decline):answer>/")
def answer_offer(offered: int, answer: str) -> Response:
    user = context.person()
    with context.work() as session:
        one = session.get(MandateOffer, offered)
        if one is None or one.email != user.email:
            raise offers.OfferGone
        body = one.stakeholder
        context.act(offers.accept if answer == "accept" else offers.decline, user, one)
    if answer == "accept":
        made = _("You have accepted the mandate for %(who)s.")
        follows = _("You can act for it as soon as the mandate begins.")
    else:
        made, follows = _("You have declined the mandate for %(who)s."), _("The entity is not affected.")
    entity = way_on(_("Page of the entity"), "stakeholders.show", number=body.id)
    return Done(told(made, who=body.name), follows, entity).on("my.index")


@blueprint.get("/<int:number>/record/")
def record(number: int) -> str:
    """For its contact points: what each person did for the stakeholder, as the public record has it."""
    grants.require(context.actor(), Permission.GIVE_MANDATE, Matter(stakeholder_id=number))
    stakeholder, db = stakeholder_or_404(number), context.session()
    people = queries.ever_mandated(db, stakeholder)
    asked, before = (request.args.get(name, type=whole) for name in ("person", "before"))
    person = next((one for one in people if one.id == asked), None)
    found = audit.of_person(db, person.pseudonym, number, before=before, limit=PAGE + 1) if person else []
    entries, more = first_page(found, PAGE, lambda entry: entry.number)
    return render_template(
        "stakeholders/record.html",
        stakeholder=stakeholder,
        people=people,
        person=person,
        entries=entries,
        more=more,
        act_words=act_words,
    )
