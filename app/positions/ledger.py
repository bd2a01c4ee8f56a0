"""The objection ledger: each objection's life, the chair's answers, and what its author makes of them."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation.errors import N_, BadInput, Conflict
from app.foundation.text import check_clean, normalise
from app.norms.models import Norm
from app.positions.models import Objection, ObjectionAnswer, ObjectionState, Position, Stance

LIVE = (ObjectionState.OPEN, ObjectionState.ANSWERED, ObjectionState.MAINTAINED)


class AnswerMissing(BadInput):
    code = "answer-missing"
    message = N_("Write the answer; an objection is not answered by a click.")


class NotLive(Conflict):
    code = "objection-over"
    message = N_("This objection is over: it was withdrawn or accommodated.")


class NotAnswered(Conflict):
    code = "not-answered"
    message = N_("The chair has not answered this objection yet.")


def follow(session: Session, position: Position, before: Position | None, *, now: dt.datetime) -> None:
    """Keep the ledger in step with a new position of the same stakeholder on the same provision.

    A first objection opens one. Restated on new grounds it is open again; the same grounds after an answer
    maintain it. Any other stance withdraws it.
    """
    live = session.scalars(
        sa.select(Objection).where(
            Objection.provision_id == position.provision_id,
            Objection.stakeholder_id == position.stakeholder_id,
            Objection.state.in_(LIVE),
        )
    ).one_or_none()
    if position.stance is not Stance.OBJECT:
        if live is not None:
            live.state, live.changed_at = ObjectionState.WITHDRAWN, now
    elif live is None:
        session.add(
            Objection(
                norm_id=position.norm_id,
                provision_id=position.provision_id,
                stakeholder_id=position.stakeholder_id,
                position_id=position.id,
                state=ObjectionState.OPEN,
                opened_at=now,
                changed_at=now,
            )
        )
    else:
        live.position_id, live.changed_at = position.id, now
        same = before is not None and (before.reason, before.remedy) == (position.reason, position.remedy)
        if not same:
            live.state = ObjectionState.OPEN
        elif live.state is ObjectionState.ANSWERED:
            live.state = ObjectionState.MAINTAINED
    session.flush()


def answer(
    session: Session,
    actor: Actor,
    norm: Norm,
    objection: Objection,
    *,
    text: str,
    language: str,
    now: dt.datetime,
) -> ObjectionAnswer:
    """The chair's reasoned answer; on a maintained objection, the chair's note.

    :raises AnswerMissing: without words.
    :raises NotLive: the objection is over.
    """
    require(actor, Permission.ANSWER_OBJECTION, norm.matter(now))
    text = normalise(text)
    check_clean(text)
    if not text:
        raise AnswerMissing(field="text")
    session.refresh(objection, with_for_update=True)
    if objection.state not in LIVE:
        raise NotLive
    is_note = objection.state is ObjectionState.MAINTAINED
    given = ObjectionAnswer(
        objection_id=objection.id,
        text=text,
        language=language,
        is_note=is_note,
        answered_by=actor.user_id or 0,
        answered_at=now,
    )
    session.add(given)
    if not is_note:
        objection.state = ObjectionState.ANSWERED
    objection.changed_at = now
    session.flush()
    act = "objection-noted" if is_note else "objection-answered"
    audit.record(session, actor, act, f"objection:{objection.id}", norm=norm.slug, now=now)
    return given


def settle(
    session: Session,
    actor: Actor,
    norm: Norm,
    objection: Objection,
    *,
    state: ObjectionState,
    now: dt.datetime,
) -> None:
    """What the objector makes of the answer: accommodated, withdrawn, or maintained.

    :raises NotAllowed: only who speaks for the stakeholder may say so.
    :raises NotAnswered: one cannot maintain against an answer that was not given.
    """
    require(actor, Permission.REPLY_TO_DISPOSITION, norm.matter(now, stakeholder_id=objection.stakeholder_id))
    session.refresh(objection, with_for_update=True)
    if objection.state not in LIVE:
        raise NotLive
    if (
        state in (ObjectionState.MAINTAINED, ObjectionState.ACCOMMODATED)
        and objection.state is ObjectionState.OPEN
    ):
        raise NotAnswered
    objection.state, objection.changed_at = state, now
    session.flush()
    details = {"state": state.value}
    audit.record(
        session,
        actor,
        "objection-settled",
        f"objection:{objection.id}",
        norm=norm.slug,
        now=now,
        details=details,
    )
