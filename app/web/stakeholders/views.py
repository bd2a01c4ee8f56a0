"""Stakeholders: who they are, who acts for them, how well they are known; registering one."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext as _
from pydantic import BeforeValidator
from werkzeug.wrappers import Response

from app.accounts import throttle
from app.audit import queries as audit
from app.authority import grants
from app.authority.actor import PLATFORM, MandateRole, Matter
from app.authority.grants import Permission, allowed
from app.foundation.errors import NotFound, SignInNeeded
from app.foundation.paging import page as first_page
from app.kernel import context, refusals
from app.kernel.context import Form
from app.kernel.countries import country_name, country_names
from app.kernel.event_labels import act_words
from app.kernel.input_limits import Number, whole
from app.kernel.labels import options
from app.kernel.lookup import stakeholder_or_404
from app.kernel.refusals import shows_again
from app.positions import verification
from app.stakeholders import mandates, offers, queries, service, unverified_limits
from app.stakeholders.models import (
    Category,
    Mandate,
    MandateOffer,
    Stakeholder,
    Verification,
    VerificationDecision,
)
from app.web.parts.done import Done, WayOn, told, way_on
from app.web.parts.saved_meanwhile import shows_both
from app.web.parts.slowing_down import making, network, slow_down
from app.web.parts.ways_on import my_contributions

blueprint = Blueprint("stakeholders", __name__, url_prefix="/<lang:lang>/stakeholders")
PAGE = 50
LISTED = 200  #: stakeholders on a page


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


@blueprint.get("/")
def index() -> str:
    like, after = request.args.get("q", ""), request.args.get("after", 0, type=whole)
    wanted = request.args.get("category", "")
    category = next((member for member in Category if member.value == wanted), None)
    found = queries.listed(context.session(), category=category, like=like, after=after, limit=LISTED + 1)
    listed, more = first_page(found, LISTED, lambda stakeholder: stakeholder.id)
    return render_template(
        "stakeholders/index.html",
        stakeholders=listed,
        more=more,
        like=like,
        category=wanted,
        category_options=options(Category),
    )


@blueprint.get("/register/")
def register() -> str:
    return registration()


def registration(**extra: Any) -> str:
    user = context.signed_in()
    if user is None:
        raise SignInNeeded
    grants.require(context.actor(), Permission.REGISTER_STAKEHOLDER, PLATFORM)
    db = context.session()
    return render_template(
        "stakeholders/register.html",
        individual=queries.individual_of(db, user),
        unverified=unverified_limits.unverified_of(db, user.id, now=context.now()),
        most=unverified_limits.MOST,
        countries=country_names(),
        category_options=[one for one in options(Category) if one[0] != Category.INDIVIDUAL.value],
        **{"typed": {}, **extra},
    )


@blueprint.post("/individual/")
@shows_again(registration)
def register_individual() -> Response:
    user, form = context.signed_in(), context.read(Individual)
    if user is None:
        raise SignInNeeded
    with making((throttle.REGISTRATION_FROM, network())), context.work() as db:
        new = service.register_individual(db, context.actor(), user, country=form.country, now=context.now())
    made = told(_("You are registered as an individual: %(who)s."), who=new.name)
    return told_of(new, made, _("You can state positions and comment on every open norm."), norms_list())


def norms_list() -> WayOn:
    return way_on(_("Norms"), "norms.index")


def told_of(stakeholder: Stakeholder, made: str, follows: str, on: WayOn | None = None) -> Response:
    """What was done about a stakeholder, on its page."""
    done = Done(made, follows, on or my_contributions())
    return done.on("stakeholders.show", number=stakeholder.id)


@blueprint.post("/entity/")
@shows_again(registration)
def register_entity() -> Response | refusals.Answer:
    form = context.read(Entity)
    with making((throttle.REGISTRATION_FROM, network())), context.work() as db:
        values = form.model_dump()
        new = service.register_entity(db, context.actor(), **values, language=g.lang, now=context.now())
    made = told(_("%(who)s is registered as self-declared."), who=new.name)
    follows = _("A moderator will examine the evidence. Until then its positions are shown and not counted.")
    return told_of(new, made, follows, norms_list())


@blueprint.get("/<int:number>/")
def show(number: int) -> str:
    return stakeholder_page(number)


def stakeholder_page(number: int, mandate: int = 0, **extra: Any) -> str:
    stakeholder, actor, db = stakeholder_or_404(number), context.actor(), context.session()
    decisions = queries.decisions_on(db, stakeholder)
    vouches = queries.standing_vouches_by(db, stakeholder)
    vouchers = [decision.voucher_id for decision in decisions if decision.voucher_id]
    return render_template(
        "stakeholders/show.html",
        stakeholder=stakeholder,
        country=country_name(stakeholder.country),
        decisions=decisions,
        vouches=vouches,
        names=queries.names(db, [*vouchers, *(vouch.stakeholder_id for vouch in vouches)]),
        may_vouch_as=may_vouch_as(stakeholder),
        elsewhere=verification.for_others(db, actor, [number], now=context.now())[number],
        decided=verification.decided(db, [number]).get(number, {}),
        my_entities={holder for role, holder in actor.mandates if role is MandateRole.CONTACT_POINT},
        **members(stakeholder),
        **extra,
    )


def may_vouch_as(stakeholder: Stakeholder) -> Sequence[Stakeholder]:
    """For which entities this person may vouch for a person who is self-declared and not them."""
    actor, is_individual = context.actor(), stakeholder.category is Category.INDIVIDUAL
    is_open = is_individual and stakeholder.verification is Verification.SELF_DECLARED
    if not is_open or actor.belongs_to(stakeholder.id):
        return []
    return queries.may_vouch_for_others(context.session(), actor)


def members(stakeholder: Stakeholder) -> dict[str, Any]:
    """Who acts for the stakeholder, and what this person may do about it."""
    actor, db, now = context.actor(), context.session(), context.now()
    matter, is_entity = Matter(stakeholder_id=stakeholder.id), stakeholder.category is not Category.INDIVIDUAL
    belongs = actor.belongs_to(stakeholder.id)
    may_give = allowed(actor, Permission.GIVE_MANDATE, matter)
    may_verify = allowed(actor, Permission.VERIFY_STAKEHOLDER, PLATFORM)

    def may_hand_over(mandate: Mandate) -> bool:
        return may_give and mandate.role is MandateRole.CONTACT_POINT and mandate.ends_at is None

    return {
        "mandates": queries.mandates_of(db, stakeholder, now=now),
        "coming": queries.coming(db, stakeholder, now=now),
        "offers": offers.open_offers(db, stakeholder, now=now),
        "mandate_options": options(MandateRole),
        "belongs": belongs,
        "drafts_inside": is_entity and actor.drafts_inside(stakeholder.id),
        "sees_members": is_entity and (belongs or may_give or may_verify),
        "may_rename": is_entity and allowed(actor, Permission.RENAME_STAKEHOLDER, matter),
        "may_give": may_give,
        "may_add_evidence": may_give and stakeholder.verification is not Verification.VERIFIED,
        "may_end": lambda mandate: may_give or mandate.user_id == actor.user_id,
        "may_hand_over": may_hand_over,
        "may_verify": may_verify,
    }


@blueprint.post("/<int:number>/evidence/")
@shows_again(stakeholder_page)
@shows_both(lambda number, **_address: url_for("stakeholders.show", number=number))
def give_evidence(number: int) -> Response | tuple[str, int]:
    form = context.read(Evidence)
    with context.work() as db:
        body = stakeholder_or_404(number)
        service.give_evidence(db, context.actor(), body, **form.model_dump(), now=context.now())
    made = told(_("The evidence for %(who)s has been saved."), who=body.name)
    return told_of(body, made, _("A moderator will examine the evidence."))


@blueprint.post("/<int:number>/mandates/")
@shows_again(stakeholder_page)
def give_mandate(number: int) -> Response:
    form, actor = context.read(Invitation), context.actor()
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=number))
    slow_down((throttle.INVITATION, actor.pseudonym))
    with context.work() as db:
        body = stakeholder_or_404(number)
        offers.offer(db, actor, body, **form.model_dump(), now=context.now())
    made = told(
        _("A mandate for %(who)s will be offered by e-mail to %(email)s."), who=body.name, email=form.email
    )
    return told_of(body, made, _("It begins when the person accepts it."))


@blueprint.post("/<int:number>/mandates/<int:mandate>/end/")
def end_mandate(number: int, mandate: int) -> Response:
    with context.work() as db:
        held = db.get(Mandate, mandate)
        if held is None or held.stakeholder_id != number:
            raise NotFound
        mandates.end_mandate(db, context.actor(), held, now=context.now())
    body = stakeholder_or_404(number)
    made = told(_("The mandate for %(who)s has ended."), who=body.name)
    return told_of(body, made, _("What the person stated in its name remains."))


@blueprint.post("/<int:number>/mandates/<int:mandate>/hand-over/")
@shows_again(stakeholder_page)
def hand_over(number: int, mandate: int) -> Response:
    form, actor = context.read(Succession), context.actor()
    grants.require(actor, Permission.GIVE_MANDATE, Matter(stakeholder_id=number))
    slow_down((throttle.INVITATION, actor.pseudonym))
    with context.work() as db:
        held = db.get(Mandate, mandate)
        if held is None or held.stakeholder_id != number:
            raise NotFound
        offers.offer_succession(db, actor, held, **form.model_dump(), now=context.now())
    body = stakeholder_or_404(number)
    made = told(
        _("Your mandate for %(who)s will be offered by e-mail to %(email)s."),
        who=body.name,
        email=form.email,
    )
    return told_of(body, made, _("Yours ends when the person has accepted it."))


@blueprint.post("/<int:number>/offers/<int:offered>/withdraw/")
def withdraw_offer(number: int, offered: int) -> Response:
    with context.work() as db:
        one = db.get(MandateOffer, offered)
        if one is None or one.stakeholder_id != number:
            raise NotFound
        offers.withdraw(db, context.actor(), one, now=context.now())
    body = stakeholder_or_404(number)
    made = told(_("The offer of a mandate for %(who)s has been withdrawn."), who=body.name)
    return told_of(body, made, _("It can no longer be accepted."))


@blueprint.post("/offers/<int:offered>/<any(accept, decline):answer>/")
def answer_offer(offered: int, answer: str) -> Response:
    user = context.signed_in()
    if user is None:
        raise SignInNeeded
    with context.work() as db:
        one = db.get(MandateOffer, offered)
        if one is None or one.email != user.email:
            raise offers.OfferGone
        body = one.stakeholder
        if answer == "accept":
            offers.accept(db, context.actor(), user, one, now=context.now())
        else:
            offers.decline(db, context.actor(), user, one, now=context.now())
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


@blueprint.post("/<int:number>/vouch/")
@shows_again(stakeholder_page)
def vouch(number: int) -> Response:
    form = context.read(Vouch)
    with context.work() as db:
        entity, individual = stakeholder_or_404(form.entity), stakeholder_or_404(number)
        verification.vouch(db, context.actor(), entity, individual, reason=form.reason, now=context.now())
    made = told(_("%(who)s vouches for %(individual)s."), who=entity.name, individual=individual.name)
    return told_of(individual, made, _("The individual is verified unless the voucher is revoked."))


@blueprint.post("/<int:number>/vouches/<int:decision>/revoke/")
def revoke_vouch(number: int, decision: int) -> Response:
    with context.work() as db:
        given = db.get(VerificationDecision, decision)
        if given is None or given.stakeholder_id != number or given.voucher_id is None:
            raise NotFound
        verification.revoke_vouch(db, context.actor(), given, now=context.now())
    individual = stakeholder_or_404(number)
    made = told(_("The voucher for %(who)s has been revoked."), who=individual.name)
    return told_of(individual, made, _("The individual is known as well as without it."))
