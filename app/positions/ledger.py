"""The objection ledger: each objection's life, the chair's answers, and what its author makes of them."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation.errors import N_, BadInput, Conflict, NotFound
from app.foundation.text import TextField
from app.norms.locking import lock
from app.norms.models import Norm
from app.norms.service import check_languages
from app.positions.models import Objection, ObjectionAnswer, ObjectionState, Position, Stance

LIVE = (ObjectionState.OPEN, ObjectionState.ANSWERED, ObjectionState.MAINTAINED)
LIVE_OF = sa.select(Objection).where(
    Objection.provision_id == sa.bindparam("provision"),
    Objection.stakeholder_id == sa.bindparam("stakeholder"),
    Objection.state.in_(LIVE),
)
LONGEST_ANSWER = 20_000  #: characters


class AnswerMissing(BadInput):
    code = "answer-missing"
    message = N_("Write the answer; an objection is not answered by a click.")


class AnswerTooLong(BadInput):
    code = "answer-too-long"
    message = N_("An answer may have %(limit)s characters; this one has %(length)s.")


ANSWER = TextField("text", LONGEST_ANSWER, AnswerTooLong, AnswerMissing)


class NotForTheObjector(BadInput):
    code = "not-for-the-objector"
    message = N_(
        "Say that the answer resolves the objection, or maintain it; to withdraw it, change your position."
    )


class RestatedSince(Conflict):
    code = "objection-restated-since"
    message = N_("The objection was restated or maintained since you read it. Read it, then answer.")


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
    live = find_live(session, position)
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


def find_live(session: Session, position: Position) -> Objection | None:
    """The objection of the position's stakeholder on its provision that is not over."""
    given = {"provision": position.provision_id, "stakeholder": position.stakeholder_id}
    return session.scalars(LIVE_OF, given).one_or_none()


def answer(
    session: Session,
    actor: Actor,
    norm: Norm,
    objection: Objection,
    *,
    text: str,
    language: str,
    seen: tuple[int, ObjectionState],
    now: dt.datetime,
) -> ObjectionAnswer:
    """The chair's reasoned answer; on a maintained objection, the chair's note.

    The same words sent twice are one answer. ``seen``: the id of the position and the state that were on the
    page.

    :raises RestatedSince: the objection stands otherwise by now.
    :raises AnswerMissing: without words. :raises AnswerTooLong: beyond the limit.
    :raises NotLive: the objection is over.
    """
    lock(session, norm)
    require(actor, Permission.ANSWER_OBJECTION, norm.matter(now))
    check_languages([language])
    text = ANSWER.clean(text)
    _look_again(session, norm, objection)
    if objection.state not in LIVE:
        raise NotLive
    last = session.scalars(
        sa.select(ObjectionAnswer)
        .where(ObjectionAnswer.objection_id == objection.id)
        .order_by(ObjectionAnswer.id.desc())
        .limit(1)
    ).one_or_none()
    is_note = objection.state is ObjectionState.MAINTAINED
    is_same = last is not None and (last.text, last.is_note) == (text, is_note)
    if objection.state is not ObjectionState.OPEN and last is not None and is_same:
        return last
    if seen != (objection.position_id, objection.state):
        raise RestatedSince(field="text")
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
    """What the objector makes of the answer: accommodated or maintained. Another stance withdraws it.

    :raises NotAllowed: only who speaks for the stakeholder may say so.
    :raises NotAnswered: the chair has yet to answer.
    """
    lock(session, norm)
    require(actor, Permission.REPLY_TO_DISPOSITION, norm.matter(now, stakeholder_id=objection.stakeholder_id))
    if state not in (ObjectionState.ACCOMMODATED, ObjectionState.MAINTAINED):
        raise NotForTheObjector(field="state")
    _look_again(session, norm, objection)
    if objection.state is state:
        return
    if objection.state not in LIVE:
        raise NotLive
    if objection.state is ObjectionState.OPEN:
        raise NotAnswered
    objection.state, objection.changed_at = state, now
    session.flush()
    details = {"state": state.value, "stakeholder": objection.stakeholder_id}
    audit.record(
        session,
        actor,
        "objection-settled",
        f"objection:{objection.id}",
        norm=norm.slug,
        now=now,
        details=details,
    )


def _look_again(session: Session, norm: Norm, objection: Objection) -> None:
    """Read the objection anew, alone until the transaction ends.

    :raises NotFound: it belongs to another norm.
    """
    alone = sa.select(Objection).where(Objection.id == objection.id).with_for_update()
    session.execute(alone.execution_options(populate_existing=True)).one()
    if objection.norm_id != norm.id:
        raise NotFound


def counted(session: Session, norm_id: int) -> dict[ObjectionState, int]:
    """How many objections are in which state; one statement."""
    rows = session.execute(
        sa.select(Objection.state, sa.func.count().label("number"))
        .where(Objection.norm_id == norm_id)
        .group_by(Objection.state)
    )
    return {row.state: row.number for row in rows}
