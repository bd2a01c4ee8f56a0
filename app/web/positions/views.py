"""Stating a position, reaffirming it, and reserving."""

from typing import Any

from flask import Blueprint, render_template, request

from app.authority.grants import NotTaken
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.context import Form
from app.kernel.input_limits import Read, Speaker, whole
from app.kernel.lookup import clause_or_404
from app.kernel.refusals import shows_again
from app.kernel.wordings import WordingContrast, changed, contrast
from app.norms.models import Clause, Norm
from app.norms.seen import Seen, seen_in
from app.positions import reservations, service
from app.positions.models import Position, Reservation, Stance
from app.web.parts.speaking_for import read_language, the_one, voices

blueprint = Blueprint("positions", __name__, url_prefix="/<lang:lang>/norms/<slug>")


class PositionForm(Form):
    stakeholder: Speaker
    stance: Stance
    reason: str = ""
    remedy: str = ""
    language: str
    read_language: str
    seen: Read


class ReaffirmForm(Form):
    stakeholder: Speaker
    read_language: str
    seen: Read


class ReservationForm(Form):
    stakeholder: Speaker
    text: str = ""
    language: str
    read_language: str
    seen: Read


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
    before = service.current(context.session(), clause.provision_id, chosen) if chosen else None
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
        typed=typed,
        read_language=language,
        seen=seen_in(clause, language),
        changed=changed(norm, clause, language, typed.get("seen")) or read_before(norm, clause, before),
        counts=before is not None and before.text_digest == clause.text_digest,
        is_as_read=before is not None and is_as_read(clause, before),
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
def state(slug: str, code: str) -> Any:
    form = context.read(PositionForm)
    with context.work() as session:
        norm = context.held_or_404(slug)
        service.state(
            session,
            context.actor(),
            norm,
            clause_or_404(norm, code),
            stakeholder_id=form.stakeholder,
            stance=form.stance,
            reason=form.reason,
            remedy=form.remedy,
            language=form.language,
            read_language=form.read_language,
            seen=form.seen,
            now=context.now(),
        )
    return context.see_other("norms.current", slug=slug, _anchor=code)


@blueprint.post("/provisions/<code>/reaffirm/")
@shows_again(position_page)
def reaffirm(slug: str, code: str) -> Any:
    form = context.read(ReaffirmForm)
    with context.work() as session:
        norm = context.held_or_404(slug)
        service.reaffirm(
            session,
            context.actor(),
            norm,
            clause_or_404(norm, code),
            stakeholder_id=form.stakeholder,
            seen=form.seen,
            read_language=form.read_language,
            now=context.now(),
        )
    return context.see_other("norms.current", slug=slug, _anchor=code)


@blueprint.post("/provisions/<code>/reservation/")
@shows_again(position_page)
def reserve(slug: str, code: str) -> Any:
    form = context.read(ReservationForm)
    with context.work() as session:
        norm = context.held_or_404(slug)
        reservations.reserve(
            session,
            context.actor(),
            norm,
            clause_or_404(norm, code),
            stakeholder_id=form.stakeholder,
            text=form.text,
            language=form.language,
            read_language=form.read_language,
            seen=form.seen,
            now=context.now(),
        )
    return context.see_other("positions.objections", slug=slug)


@blueprint.post("/reservations/<int:number>/withdraw/")
def take_back(slug: str, number: int) -> Any:
    with context.work() as session:
        norm, reservation = context.held_or_404(slug), session.get(Reservation, number)
        if reservation is None or reservation.norm_id != norm.id:
            raise NotFound
        reservations.take_back(session, context.actor(), norm, reservation, now=context.now())
    return context.see_other("positions.objections", slug=slug)
