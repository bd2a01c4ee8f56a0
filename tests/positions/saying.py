"""Short words for what these tests do again and again."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Actor
from app.norms.models import Clause, Draft, Norm, Provision
from app.norms.seen import Seen, seen_in
from app.positions import ledger, service
from app.positions.models import Objection, Position, Stance
from app.stakeholders.models import Stakeholder
from tests.factories import Make


def clause_of(session: Session, norm: Norm, place: int) -> Clause:
    """The clause at a place of the norm's current draft."""
    return session.scalars(
        sa.select(Clause).where(Clause.draft_id == norm.current_draft_id, Clause.place == place)
    ).one()


def say(
    session: Session,
    norm: Norm,
    clause: Clause,
    speaker: tuple[Actor, Stakeholder],
    stance: Stance,
    *,
    reason: str = "",
    remedy: str = "",
    language: str = "en",
    now: dt.datetime,
) -> Position:
    actor, holder = speaker
    return service.state(
        session,
        actor,
        norm,
        clause,
        stakeholder_id=holder.id,
        stance=stance,
        reason=reason,
        remedy=remedy,
        language=language,
        read_language="en",
        seen=seen_in(clause, "en"),
        now=now,
    )


def reaffirm(
    session: Session,
    norm: Norm,
    clause: Clause,
    speaker: tuple[Actor, Stakeholder],
    *,
    seen: Seen | None = None,
    read_language: str = "en",
    now: dt.datetime,
) -> Position:
    actor, holder = speaker
    return service.reaffirm(
        session,
        actor,
        norm,
        clause,
        stakeholder_id=holder.id,
        seen=seen or seen_in(clause, read_language),
        read_language=read_language,
        now=now,
    )


def answer(
    session: Session, norm: Norm, chair: Actor, objection: Objection, text: str, *, now: dt.datetime
) -> None:
    """To its grounds as they stand."""
    seen = (objection.position_id, objection.state)
    ledger.answer(session, chair, norm, objection, seen=seen, text=text, language="en", now=now)


def next_draft(make: Make, norm: Norm, *texts: str | dict[str, str]) -> Draft:
    """Open a draft with these words for the norm's provisions, in their order."""
    number = norm.current_draft.number + 1 if norm.current_draft else 1
    draft = Draft(norm_id=norm.id, number=number, created_at=make.now, opened_at=make.now)
    make.session.add(draft)
    make.session.flush()
    provisions = make.session.scalars(
        sa.select(Provision).where(Provision.norm_id == norm.id).order_by(Provision.id)
    )
    for place, (provision, text) in enumerate(zip(provisions, texts, strict=True), 1):
        make.clause(draft, text, place=place, provision=provision)
    norm.current_draft_id = draft.id
    make.session.flush()
    make.session.expire(norm, ["current_draft"])
    return draft
