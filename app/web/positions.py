"""Stating a position, reaffirming it, and the objection ledger."""

from typing import Any

from flask import Blueprint, render_template, request

from app.authority.grants import NotTaken, Permission
from app.foundation.errors import AppError, NotFound
from app.norms.models import Clause, Norm
from app.norms.seen import Seen, seen_in
from app.positions import ledger, queries, reserving, service
from app.positions.models import Objection, ObjectionState, Position, Reservation, Stance
from app.procedure.guards import objections_answered
from app.procedure.queries import of_objections
from app.stakeholders.models import Category
from app.web import desk
from app.web.admission import Number, Read, Speaker, whole
from app.web.desk import Form
from app.web.norms import clause_or_404
from app.web.vocabulary import member
from app.web.voices import read_language, the_one, voices
from app.web.wordings import Contrast, changed, contrast

blueprint = Blueprint("positions", __name__, url_prefix="/<lang:lang>/norms/<slug>")
PAGE = 50


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


class AnswerForm(Form):
    text: str = ""
    language: str
    position: Number
    state: ObjectionState

    @property
    def seen(self) -> tuple[int, ObjectionState]:
        """How the objection stood on the page."""
        return self.position, self.state


class SettleForm(Form):
    state: ObjectionState


@blueprint.get("/provisions/<code>/position/")
def position(slug: str, code: str) -> str:
    norm = desk.norm_or_404(slug)
    return position_page(norm, code)


def position_page(norm: Norm, code: str, **extra: Any) -> str:
    """The form by itself, filled with what the stakeholder said last or has just typed."""
    clause, holders = clause_or_404(norm, code), voices()
    typed = extra.pop("typed", None)
    language = read_language(norm, clause, (typed or request.args).get("read_language"))
    asked = (typed or request.args).get("stakeholder", type=whole)
    chosen = the_one(holders, asked)
    before = service.current(desk.session(), clause.provision_id, chosen) if chosen else None
    if typed is None:
        typed = {"language": before.language} if before is not None else {}
    if not norm.matter(desk.now()).takes_positions:
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


def read_before(norm: Norm, clause: Clause, before: Position | None) -> Contrast | None:
    """What has changed since the position was stated."""
    if before is None:
        return None
    return contrast(norm, clause, before.read_language, Seen(before.text_digest, before.translation_digest))


@blueprint.post("/provisions/<code>/position/")
def state(slug: str, code: str) -> Any:
    try:
        form = desk.read(PositionForm)
        with desk.work() as session:
            norm = desk.norm_or_404(slug)
            service.state(
                session,
                desk.actor(),
                norm,
                clause_or_404(norm, code),
                stakeholder_id=form.stakeholder,
                stance=form.stance,
                reason=form.reason,
                remedy=form.remedy,
                language=form.language,
                read_language=form.read_language,
                seen=form.seen,
                now=desk.now(),
            )
    except AppError as refusal:
        return refused(slug, code, refusal)
    return desk.see_other("norms.current", slug=slug, _anchor=code)


def refused(slug: str, code: str, refusal: AppError) -> tuple[str, int]:
    """The form with what was typed and, where the words are others by now, what has changed in them."""
    if refusal.status in (401, 403, 404):
        raise refusal
    return position_page(desk.norm_or_404(slug), code, refusal=refusal, typed=request.form), refusal.status


@blueprint.post("/provisions/<code>/reaffirm/")
def reaffirm(slug: str, code: str) -> Any:
    try:
        form = desk.read(ReaffirmForm)
        with desk.work() as session:
            norm = desk.norm_or_404(slug)
            service.reaffirm(
                session,
                desk.actor(),
                norm,
                clause_or_404(norm, code),
                stakeholder_id=form.stakeholder,
                seen=form.seen,
                read_language=form.read_language,
                now=desk.now(),
            )
    except AppError as refusal:
        return refused(slug, code, refusal)
    return desk.see_other("norms.current", slug=slug, _anchor=code)


@blueprint.post("/provisions/<code>/reservation/")
def reserve(slug: str, code: str) -> Any:
    try:
        form = desk.read(ReservationForm)
        with desk.work() as session:
            norm = desk.norm_or_404(slug)
            reserving.reserve(
                session,
                desk.actor(),
                norm,
                clause_or_404(norm, code),
                stakeholder_id=form.stakeholder,
                text=form.text,
                language=form.language,
                read_language=form.read_language,
                seen=form.seen,
                now=desk.now(),
            )
    except AppError as refusal:
        return refused(slug, code, refusal)
    return desk.see_other("positions.objections", slug=slug)


@blueprint.post("/reservations/<int:number>/withdraw/")
def take_back(slug: str, number: int) -> Any:
    with desk.work() as session:
        norm, reservation = desk.norm_or_404(slug), session.get(Reservation, number)
        if reservation is None or reservation.norm_id != norm.id:
            raise NotFound
        reserving.take_back(session, desk.actor(), norm, reservation, now=desk.now())
    return desk.see_other("positions.objections", slug=slug)


@blueprint.get("/objections/")
def objections(slug: str) -> str:
    norm = desk.norm_or_404(slug)
    session, given = desk.session(), request.args
    state, category = (
        member(ObjectionState, given.get("state", "")),
        member(Category, given.get("category", "")),
    )
    facts = of_objections(session, norm, now=desk.now())
    lines = queries.ledger(
        session,
        norm.id,
        states=[state] if state else [],
        code=given.get("clause", ""),
        category=category,
        after=given.get("after", 0, type=whole),
        limit=PAGE + 1,
    )
    return render_template(
        "positions/objections.html",
        norm=norm,
        lines=lines[:PAGE],
        more=lines[PAGE - 1].objection.id if len(lines) > PAGE else None,
        counts=ledger.counted(session, norm.id),
        missing=[lack.phrase for lack in objections_answered(facts, None)],
        within={name: given[name] for name in ("state", "clause", "category") if given.get(name)},
        category=category,
        categories=Category,
        reservations=reserving.standing(session, norm),
        wanted=state,
        states=list(ObjectionState),
        live=ledger.LIVE,
        takes_positions=norm.matter(desk.now()).takes_positions,
        may_answer=desk.may(Permission.ANSWER_OBJECTION, norm),
        speaks_for=desk.actor().acts_for,
    )


def objection_or_404(norm: Norm, number: int) -> Objection:
    found = desk.session().get(Objection, number)
    if found is None or found.norm_id != norm.id:
        raise NotFound
    return found


@blueprint.post("/objections/<int:number>/answer/")
def answer(slug: str, number: int) -> Any:
    form = desk.read(AnswerForm)
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        ledger.answer(
            session,
            desk.actor(),
            norm,
            objection_or_404(norm, number),
            text=form.text,
            language=form.language,
            seen=form.seen,
            now=desk.now(),
        )
    return desk.see_other("positions.objections", slug=slug, _anchor=f"o{number}")


@blueprint.post("/objections/<int:number>/settle/")
def settle(slug: str, number: int) -> Any:
    form = desk.read(SettleForm)
    with desk.work() as session:
        norm = desk.norm_or_404(slug)
        ledger.settle(
            session, desk.actor(), norm, objection_or_404(norm, number), state=form.state, now=desk.now()
        )
    return desk.see_other("positions.objections", slug=slug, _anchor=f"o{number}")
