"""Stakeholders: who they are, who acts for them, how well they are known; registering one."""

import datetime as dt
from typing import Annotated, Any

from flask import Blueprint, flash, g, render_template, request, url_for
from flask_babel import gettext as _
from pydantic import BeforeValidator
from werkzeug.wrappers import Response

from app.accounts import throttle
from app.audit import queries as audit
from app.authority import grants
from app.authority.actor import PLATFORM, MandateRole, Matter
from app.authority.grants import Permission, allowed
from app.foundation.errors import AppError, NotFound, SignInNeeded
from app.foundation.versions import ChangedMeanwhile
from app.positions import verification
from app.stakeholders import mandates, offers, queries, service, unverified
from app.stakeholders.models import Category, Mandate, MandateOffer, Stakeholder, VerificationDecision
from app.web import desk, refusals
from app.web.acts import act_words
from app.web.admission import Number, whole
from app.web.countries import country_name, country_names
from app.web.desk import Form
from app.web.meanwhile import both
from app.web.sign_in import making, network, slow_down
from app.web.vocabulary import options

blueprint = Blueprint("stakeholders", __name__, url_prefix="/<lang:lang>/stakeholders")
PAGE = 50
REGISTRATION = "stakeholders/register.html"


class Individual(Form):
    country: str = ""


class Entity(Form):
    name: str
    category: Category
    country: str = ""
    evidence: str
    apart_from: list[Number] = []  # noqa: RUF012 - pydantic copies it


class Evidence(Form):
    evidence: str
    version: str


Day = Annotated[dt.date | None, BeforeValidator(lambda typed: typed or None)]


class Invitation(Form):
    email: str
    role: MandateRole
    from_date: Day = None
    last_date: Day = None


class Succession(Form):
    email: str
    from_date: Day = None


class Vouch(Form):
    entity: Number
    reason: str


def found(number: int) -> Stakeholder:
    """:raises NotFound: nobody has this number."""
    stakeholder = queries.by_id(desk.session(), number)
    if stakeholder is None:
        raise NotFound
    return stakeholder


@blueprint.get("/")
def index() -> str:
    like, after = request.args.get("q", ""), request.args.get("after", 0, type=whole)
    wanted = request.args.get("category", "")
    category = next((member for member in Category if member.value == wanted), None)
    listed = queries.listed(desk.session(), category=category, like=like, after=after)
    page = {"stakeholders": listed, "like": like, "category": wanted, "country_name": country_name}
    page["category_options"] = options(Category)
    return render_template("stakeholders/index.html", **page)


@blueprint.get("/register/")
def register() -> str:
    return render_template(REGISTRATION, **registration())


def registration() -> dict[str, Any]:
    user = desk.signed_in()
    if user is None:
        raise SignInNeeded
    grants.require(desk.actor(), Permission.REGISTER_STAKEHOLDER, PLATFORM)
    db = desk.session()
    return {
        "individual": queries.individual_of(db, user),
        "unverified": unverified.unverified_of(db, user.id, now=desk.now()),
        "most": unverified.MOST,
        "countries": country_names(),
        "category_options": options(Category),
        "typed": request.form,
    }


@blueprint.post("/individual/")
def register_individual() -> Response:
    user, form = desk.signed_in(), desk.read(Individual)
    if user is None:
        raise SignInNeeded
    with making((throttle.REGISTRATION_FROM, network())), desk.work() as db:
        new = service.register_individual(db, desk.actor(), user, country=form.country, now=desk.now())
    flash(_("You are registered as an individual and can take part."))
    return desk.see_other("stakeholders.show", number=new.id)


@blueprint.post("/entity/")
def register_entity() -> Response | refusals.Answer:
    form = desk.read(Entity)
    try:
        with making((throttle.REGISTRATION_FROM, network())), desk.work() as db:
            values = form.model_dump()
            new = service.register_entity(db, desk.actor(), **values, language=g.lang, now=desk.now())
    except AppError as refusal:
        return refusals.page(REGISTRATION, refusal, **registration())
    flash(_("It is registered as self-declared. A moderator will look at the evidence."))
    return desk.see_other("stakeholders.show", number=new.id)


@blueprint.get("/<int:number>/")
def show(number: int) -> str:
    stakeholder, actor, db = found(number), desk.actor(), desk.session()
    decisions = queries.decisions_on(db, stakeholder)
    vouches = queries.standing_vouches_by(db, stakeholder)
    vouchers = [decision.voucher_id for decision in decisions if decision.voucher_id]
    return render_template(
        "stakeholders/show.html",
        stakeholder=stakeholder,
        country=country_name(stakeholder.country),
        mandates=queries.mandates_of(db, stakeholder, now=desk.now()),
        coming=queries.coming(db, stakeholder, now=desk.now()),
        offers=offers.open_offers(db, stakeholder, now=desk.now()),
        decisions=decisions,
        vouches=vouches,
        names=queries.names(db, [*vouchers, *(vouch.stakeholder_id for vouch in vouches)]),
        belongs=actor.belongs_to(stakeholder.id),
        drafts_inside=actor.drafts_inside(number) and stakeholder.category is not Category.INDIVIDUAL,
        may_rename=stakeholder.category is not Category.INDIVIDUAL
        and allowed(actor, Permission.RENAME_STAKEHOLDER, Matter(stakeholder_id=stakeholder.id)),
        may_give=allowed(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=stakeholder.id)),
        may_vouch_as=[] if actor.belongs_to(stakeholder.id) else queries.may_vouch_for_others(db, actor),
        may_verify=allowed(actor, Permission.VERIFY_STAKEHOLDER, PLATFORM),
        elsewhere=verification.for_others(db, actor, [number], now=desk.now())[number],
        mandate_options=options(MandateRole),
        my_id=actor.user_id,
        my_entities={holder for role, holder in actor.mandates if role is MandateRole.CONTACT_POINT},
    )


@blueprint.post("/<int:number>/evidence/")
def give_evidence(number: int) -> Response | tuple[str, int]:
    form = desk.read(Evidence)
    try:
        with desk.work() as db:
            service.give_evidence(db, desk.actor(), found(number), **form.model_dump(), now=desk.now())
    except ChangedMeanwhile as refusal:
        return both(refusal, back=url_for("stakeholders.show", number=number))
    flash(_("Saved. A moderator will look at the evidence."))
    return desk.see_other("stakeholders.show", number=number)


@blueprint.post("/<int:number>/mandates/")
def give_mandate(number: int) -> Response:
    form, actor = desk.read(Invitation), desk.actor()
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=number))
    slow_down((throttle.INVITATION, actor.pseudonym))
    with desk.work() as db:
        offers.offer(db, actor, found(number), **form.model_dump(), now=desk.now())
    flash(_("The mandate is offered by mail. It begins when the person accepts it."))
    return desk.see_other("stakeholders.show", number=number)


@blueprint.post("/<int:number>/mandates/<int:mandate>/end/")
def end_mandate(number: int, mandate: int) -> Response:
    with desk.work() as db:
        held = db.get(Mandate, mandate)
        if held is None or held.stakeholder_id != number:
            raise NotFound
        mandates.end_mandate(db, desk.actor(), held, now=desk.now())
    flash(_("The mandate has ended."))
    return desk.see_other("stakeholders.show", number=number)


@blueprint.post("/<int:number>/mandates/<int:mandate>/hand-over/")
def hand_over(number: int, mandate: int) -> Response:
    form, actor = desk.read(Succession), desk.actor()
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=number))
    slow_down((throttle.INVITATION, actor.pseudonym))
    with desk.work() as db:
        held = db.get(Mandate, mandate)
        if held is None or held.stakeholder_id != number:
            raise NotFound
        offers.offer_succession(db, actor, held, **form.model_dump(), now=desk.now())
    flash(_("The mandate is offered by mail. Yours ends when the person has accepted it."))
    return desk.see_other("stakeholders.show", number=number)


@blueprint.post("/<int:number>/offers/<int:offered>/withdraw/")
def withdraw_offer(number: int, offered: int) -> Response:
    with desk.work() as db:
        one = db.get(MandateOffer, offered)
        if one is None or one.stakeholder_id != number:
            raise NotFound
        offers.withdraw(db, desk.actor(), one, now=desk.now())
    flash(_("The offer is withdrawn."))
    return desk.see_other("stakeholders.show", number=number)


@blueprint.post("/offers/<int:offered>/<any(accept, decline):answer>/")
def answer_offer(offered: int, answer: str) -> Response:
    user = desk.signed_in()
    if user is None:
        raise SignInNeeded
    with desk.work() as db:
        one = db.get(MandateOffer, offered)
        if one is None or one.email != user.email:
            raise offers.OfferGone
        if answer == "accept":
            offers.accept(db, desk.actor(), user, one, now=desk.now())
        else:
            offers.decline(db, desk.actor(), user, one, now=desk.now())
    flash(_("You have accepted the mandate.") if answer == "accept" else _("You have declined the mandate."))
    return desk.see_other("my.index")


@blueprint.get("/<int:number>/record/")
def record(number: int) -> str:
    """For its contact points: what each person did for the stakeholder, as the public record has it."""
    grants.require(desk.actor(), Permission.GIVE_MANDATE, Matter(stakeholder_id=number))
    stakeholder, db = found(number), desk.session()
    people = queries.ever_mandated(db, stakeholder)
    asked, before = (request.args.get(name, type=whole) for name in ("person", "before"))
    person = next((one for one in people if one.id == asked), None)
    entries = audit.of_person(db, person.pseudonym, number, before=before, limit=PAGE + 1) if person else []
    return render_template(
        "stakeholders/record.html",
        stakeholder=stakeholder,
        people=people,
        person=person,
        entries=entries[:PAGE],
        more=entries[PAGE - 1].number if len(entries) > PAGE else None,
        act_words=act_words,
    )


@blueprint.post("/<int:number>/vouch/")
def vouch(number: int) -> Response:
    form = desk.read(Vouch)
    with desk.work() as db:
        entity, individual = found(form.entity), found(number)
        verification.vouch(db, desk.actor(), entity, individual, reason=form.reason, now=desk.now())
    flash(_("Saved."))
    return desk.see_other("stakeholders.show", number=number)


@blueprint.post("/<int:number>/vouches/<int:decision>/revoke/")
def revoke_vouch(number: int, decision: int) -> Response:
    with desk.work() as db:
        given = db.get(VerificationDecision, decision)
        if given is None or given.stakeholder_id != number or given.voucher_id is None:
            raise NotFound
        verification.revoke_vouch(db, desk.actor(), given, now=desk.now())
    flash(_("Revoked."))
    return desk.see_other("stakeholders.show", number=number)
