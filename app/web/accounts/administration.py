"""Accounts and seats, for administrators."""

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from app.accounts import queries
from app.accounts.models import User
from app.authority import grants
from app.authority.actor import PLATFORM, Role
from app.authority.grants import Permission
from app.foundation.errors import N_, BadInput, NotFound
from app.foundation.paging import page as first_page
from app.kernel import context
from app.kernel.context import Form
from app.kernel.formats import in_language
from app.kernel.input_limits import whole
from app.kernel.labels import options, word
from app.kernel.lookup import row_or_404
from app.kernel.refusals import shows_again
from app.norms import seats
from app.norms.models import Seat
from app.norms.queries import norm_by_slug, readable_norms
from app.web.parts.done import Done, told, way_on

blueprint = Blueprint("administration", __name__, url_prefix="/<lang:lang>/accounts")
PAGE = 100  #: accounts


class NoAccount(BadInput):
    code = "no-account"
    message = N_("No account has this e-mail address. The person signs up first.")


class SeatForm(Form):
    email: str
    role: Role
    norm: str = ""


class Administration(Form):
    administers: bool


@blueprint.get("/")
def index() -> str:
    return page()


def page(**extra: Any) -> str:
    grants.require(context.actor(), Permission.ADMINISTER_ACCOUNTS, PLATFORM)
    like, after = request.args.get("q", ""), request.args.get("after", 0, type=whole)
    found = queries.people(context.session(), like=like, after=after, limit=PAGE + 1)
    people, last = first_page(found, PAGE, lambda person: person.id)
    norms = readable_norms(context.session(), context.actor())
    sitting: dict[int, list[tuple[Seat, str | None]]] = {}
    for seat, slug in seats.current_seats(context.session(), [user.id for user in people]):
        sitting.setdefault(seat.user_id, []).append((seat, slug))
    more = {
        "after": last,
        "norm_options": [("", _("Every norm")), *((norm.slug, in_language(norm.titles)) for norm in norms)],
        "like": like,
        "role_options": options(Role),
    }
    return render_template("accounts/administration.html", people=people, sitting=sitting, **more, **extra)


@blueprint.post("/seats/")
@shows_again(page)
def give_seat() -> Response:
    form = context.read(SeatForm)
    with context.work() as db:
        user = queries.by_email(db, form.email)
        norm = norm_by_slug(db, form.norm) if form.norm else None
        grants.require(context.actor(), Permission.GIVE_SEATS, PLATFORM)
        if user is None:
            raise NoAccount(field="email")
        if form.norm and norm is None:
            raise NotFound
        context.act(seats.give_seat, user, role=form.role, norm=norm)
    where = in_language(norm.titles) if norm else _("every norm")
    made = told(
        _("Role given to %(who)s: %(role)s, %(norm)s."), who=user.name, role=word(form.role), norm=where
    )
    return told_here(made)


def told_here(made: str) -> Response:
    """An act on a person's rights."""
    done = Done(
        made, _("It takes effect immediately and is in the record."), way_on(_("Record"), "record.index")
    )
    return done.on("administration.index")


@blueprint.post("/seats/<int:number>/end/")
def end_seat(number: int) -> Response:
    with context.work() as db:
        grants.require(context.actor(), Permission.GIVE_SEATS, PLATFORM)
        seat = row_or_404(Seat, number)
        context.act(seats.end_seat, seat)
        holder = db.get_one(User, seat.user_id)
    return told_here(told(_("Role of %(who)s ended: %(role)s."), who=holder.name, role=word(seat.role)))


@blueprint.post("/<int:number>/administrator/")
def set_administrator(number: int) -> Response:
    form = context.read(Administration)
    with context.work():
        grants.require(context.actor(), Permission.ADMINISTER_ACCOUNTS, PLATFORM)
        user = row_or_404(User, number)
        if user.erased_at is not None:
            raise NotFound
        context.act(seats.set_administrator, user, administers=form.administers)
    made = (
        _("%(who)s is now an administrator.")
        if form.administers
        else _("%(who)s is no longer an administrator.")
    )
    return told_here(told(made, who=user.name))
