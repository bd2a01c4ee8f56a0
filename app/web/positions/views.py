"""Stating a position, reaffirming it, and reserving."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from pydantic import Field
from werkzeug.wrappers import Response

from app.authority.grants import NotTaken
from app.foundation.versions import version_of
from app.kernel import context
from app.kernel.context import Form
from app.kernel.input_limits import Read, Speaker, whole
from app.kernel.labels import word
from app.kernel.lookup import at_clause, clause_or_404, row_or_404
from app.kernel.refusals import shows_again
from app.kernel.wordings import WordingContrast, changed, contrast
from app.norms.models import Clause, Norm
from app.norms.seen import Seen, seen_in
from app.norms.stages import Stage
from app.positions import queries, reservations, service
from app.positions.models import Position, Reservation, Stance
from app.web.parts.done import (
    Done,
    label_of,
    may_change,
    sentences,
    told,
    way_on,
)
from app.web.parts.saved_meanwhile import shows_both
from app.web.parts.speaking_for import read_language, the_one, voices
from app.web.parts.ways_on import my_contributions, to_clause

blueprint = Blueprint("positions", __name__, url_prefix="/<lang:lang>/norms/<slug>")


class ReaffirmForm(Form):
    """``read_language``: in which the clause was read; ``version``: of what is superseded, as it was seen."""

    stakeholder_id: Speaker = Field(alias="stakeholder")
    read_language: str
    seen: Read
    version: str | None = None


class PositionForm(ReaffirmForm):
    stance: Stance
    reason: str = ""
    remedy: str = ""
    language: str


class ReservationForm(ReaffirmForm):
    text: str = ""
    language: str


@blueprint.get("/provisions/<code>/position/")
def position(slug: str, code: str) -> str:
    return position_page(slug, code)


def position_page(slug: str, code: str, **extra: Any) -> str:
    """The form by itself, filled with what the stakeholder said last or has just typed.

    Where the words are others by now, it shows what has changed in them.
    """
    norm = context.norm_or_404(slug)
    clause, holders = clause_or_404(norm, code), voices()
    typed = extra.pop("typed", None)
    language = read_language(norm, clause, (typed or request.args).get("read_language"))
    asked = (typed or request.args).get("stakeholder", type=whole)
    chosen = the_one(holders, asked)
    session = context.session()
    present = {one.id: service.current(session, clause.provision_id, one.id) for one in holders}
    before = present[chosen] if chosen else None
    counts = before is not None and before.text_digest == clause.text_digest
    as_read = before is not None and is_as_read(clause, before)
    if typed is None:
        typed = {"language": before.language} if before is not None else {}
    if not norm.matter(context.now()).takes_positions:
        extra.setdefault("refusal", NotTaken())
    return render_template(
        "positions/position.html",
        norm=norm,
        clause=clause,
        holders=holders,
        chosen=chosen,
        before=before,
        present_versions="".join(
            f"{number}.{version_of(one.fields) if one else ''} " for number, one in present.items()
        ),
        reserved=reservations.current(session, clause.provision_id, chosen) if chosen else None,
        typed=typed,
        read_language=language,
        seen=seen_in(clause, language),
        changed=changed(norm, clause, language, typed.get("seen")) or read_before(norm, clause, before),
        counts=counts,
        is_as_read=as_read,
        may_reaffirm=before is not None and not (counts and as_read) and not extra.get("refusal"),
        may_reserve=before is not None and norm.stage is Stage.CONSENSUS_CALL,
        **extra,
    )


def is_as_read(clause: Clause, before: Position) -> bool:
    """Whether the translation on which a position was stated has the same words still."""
    return before.translation_digest in (None, seen_in(clause, before.read_language).translation)


def read_before(norm: Norm, clause: Clause, before: Position | None) -> WordingContrast | None:
    """What has changed since the position was stated."""
    if before is None:
        return None
    return contrast(norm, clause, before.read_language, Seen(before.text_digest, before.translation_digest))


@blueprint.post("/provisions/<code>/position/")
@shows_again(position_page)
@shows_both(lambda **address: url_for("positions.position", **address))
def state(slug: str, code: str) -> Response | tuple[str, int]:
    form = context.read(PositionForm)
    with at_clause(slug, code) as (norm, clause):
        position = context.act(service.state, norm, clause, **{**dict(form), "version": seen_of(form)})
    said = _("Position recorded for %(who)s on clause %(label)s: %(stance)s.")
    return stated(said, norm, clause, position).on("norms.current", slug=slug, at=code)


def stated(said: str, norm: Norm, clause: Clause, position: Position) -> Done:
    """What follows a position, and the next clause that is without one."""
    is_objection, holder = position.stance is Stance.OBJECT, position.stakeholder_id
    who = position.stakeholder.name
    made = told(said, who=who, label=label_of(clause), stance=word(position.stance))
    answered = _("The chair answers the objection; you then say whether the answer resolves it.")
    left = queries.next_without(context.session(), clause, holder)
    if left is None:
        none_left = told(_("%(who)s now has a position on every clause."), who=who)
        on = my_contributions()
    else:
        none_left = Markup()
        words = told(_("Next clause without a position: %(label)s"), label=left.label)
        on = way_on(words, "positions.position", slug=norm.slug, code=left.code, stakeholder=holder)
    follows = sentences(answered if is_objection else "", may_change(norm), none_left)
    return Done(made, follows, on, place=clause.provision.code)


def seen_of(form: PositionForm) -> str | None:
    """The version of the stakeholder's position that was on the page: "7.sha256:…" beside those of others for
    whom one speaks, or alone where both were shown.
    """
    known = dict(one.split(".", 1) for one in (form.version or "").split() if "." in one)
    return known.get(str(form.stakeholder_id), form.version)


@blueprint.post("/provisions/<code>/reaffirm/")
@shows_again(position_page)
def reaffirm(slug: str, code: str) -> Response:
    form = context.read(ReaffirmForm)
    with at_clause(slug, code) as (norm, clause):
        position = context.act(service.reaffirm, norm, clause, **dict(form))
    said = _("Position reaffirmed for %(who)s on clause %(label)s: %(stance)s.")
    return stated(said, norm, clause, position).on("norms.current", slug=slug, at=code)


@blueprint.post("/provisions/<code>/reservation/")
@shows_again(position_page)
@shows_both(lambda **address: url_for("positions.position", **address))
def reserve(slug: str, code: str) -> Response | tuple[str, int]:
    form = context.read(ReservationForm)
    with at_clause(slug, code) as (norm, clause):
        made = context.act(reservations.reserve, norm, clause, **dict(form))
    said = _("Reservation recorded for %(who)s on clause %(label)s.")
    follows = sentences(_("It will be published with the adopted text."), may_change(norm))
    return reserved(said, follows, norm, made, clause, place=f"r{made.id}")


@blueprint.post("/reservations/<int:number>/withdraw/")
def take_back(slug: str, number: int) -> Response:
    with context.work():
        norm = context.held_or_404(slug)
        reservation = row_or_404(Reservation, number, norm_id=norm.id)
        context.act(reservations.take_back, norm, reservation)
    said = _("Reservation of %(who)s on clause %(label)s withdrawn.")
    clause = clause_or_404(norm, reservation.provision.code)
    follows = _("It will not be published; its text remains in the record.")
    return reserved(said, follows, norm, reservation, clause)


def reserved(
    said: str, follows: str, norm: Norm, reservation: Reservation, clause: Clause, place: str = ""
) -> Response:
    """What was done about a reservation, on the page that lists them."""
    made = told(said, who=reservation.stakeholder.name, label=label_of(clause))
    done = Done(made, follows, to_clause(norm, clause), place)
    return done.on("positions.objections", slug=norm.slug)
