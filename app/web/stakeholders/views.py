"""Stakeholders: who they are and how well they are known; registering one."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import throttle
from app.authority import grants
from app.authority.actor import PLATFORM, MandateRole
from app.authority.grants import Permission
from app.foundation.errors import NotFound
from app.foundation.paging import page as first_page
from app.kernel import context, refusals
from app.kernel.context import Form
from app.kernel.countries import country_name, country_names
from app.kernel.input_limits import Number, whole
from app.kernel.labels import options
from app.kernel.lookup import at_stakeholder, row_or_404, stakeholder_or_404
from app.kernel.refusals import shows_again
from app.positions import verification
from app.stakeholders import queries, service, unverified_limits
from app.stakeholders.models import (
    Category,
    Stakeholder,
    Verification,
    VerificationDecision,
)
from app.web.parts.done import Done, WayOn, told, way_on
from app.web.parts.saved_meanwhile import shows_both
from app.web.parts.slowing_down import making, network
from app.web.parts.ways_on import my_contributions
from app.web.stakeholders.members import members

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
    user = context.person()
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
    user, form = context.person(), context.read(Individual)
    with making((throttle.REGISTRATION_FROM, network())), context.work():
        new = context.act(service.register_individual, user, country=form.country)
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
    with making((throttle.REGISTRATION_FROM, network())), context.work():
        new = context.act(service.register_entity, **dict(form), language=g.lang)
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


@blueprint.post("/<int:number>/evidence/")
@shows_again(stakeholder_page)
@shows_both(lambda number, **_address: url_for("stakeholders.show", number=number))
def give_evidence(number: int) -> Response | tuple[str, int]:
    form = context.read(Evidence)
    with at_stakeholder(number) as body:
        context.act(service.give_evidence, body, **dict(form))
    made = told(_("The evidence for %(who)s has been saved."), who=body.name)
    return told_of(body, made, _("A moderator will examine the evidence."))


@blueprint.post("/<int:number>/vouch/")
@shows_again(stakeholder_page)
def vouch(number: int) -> Response:
    form = context.read(Vouch)
    with context.work():
        entity, individual = stakeholder_or_404(form.entity), stakeholder_or_404(number)
        context.act(verification.vouch, entity, individual, reason=form.reason)
    made = told(_("%(who)s vouches for %(individual)s."), who=entity.name, individual=individual.name)
    return told_of(individual, made, _("The individual is verified unless the voucher is revoked."))


@blueprint.post("/<int:number>/vouches/<int:decision>/revoke/")
def revoke_vouch(number: int, decision: int) -> Response:
    with context.work():
        given = row_or_404(VerificationDecision, decision, stakeholder_id=number)
        if given.voucher_id is None:
            raise NotFound
        context.act(verification.revoke_vouch, given)
    individual = stakeholder_or_404(number)
    made = told(_("The voucher for %(who)s has been revoked."), who=individual.name)
    return told_of(individual, made, _("The individual is known as well as without it."))
