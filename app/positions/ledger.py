"""The objection ledger: each objection's life, the chair's answers, and what its author makes of them."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation import locking
from app.foundation.errors import N_, BadInput, Conflict, NotFound
from app.foundation.text import TextField
from app.norms.locking import lock
from app.norms.models import Norm
from app.norms.service import check_languages
from app.positions.models import Objection, ObjectionAnswer, ObjectionState, Position, Stance
from app.positions.queries import ObjectionFilter, Stood

LIVE = (ObjectionState.OPEN, ObjectionState.ANSWERED, ObjectionState.MAINTAINED)
LIVE_OF = sa.select(Objection).where(
    Objection.provision_id == sa.bindparam("provision"),
    Objection.stakeholder_id == sa.bindparam("stakeholder"),
    Objection.state.in_(LIVE),
)
LONGEST_ANSWER = 20_000  #: characters
LOT = 10_000  #: objections named in one statement


class AnswerMissing(BadInput):
    code = "answer-missing"
    message = N_("Enter the answer; an objection must be answered in writing.")


class AnswerTooLong(BadInput):
    code = "answer-too-long"
    message = N_("An answer may have %(limit)s characters; this one has %(length)s.")


ANSWER = TextField("text", LONGEST_ANSWER, AnswerTooLong, AnswerMissing)


class NotForTheObjector(BadInput):
    code = "not-for-the-objector"
    message = N_(
        "State that the answer resolves the objection, or maintain the objection. To withdraw it, "
        "change your position."
    )


class RestatedSince(Conflict):
    code = "objection-restated-since"
    message = N_("The objection has been restated or maintained since you read it. Read it, then answer.")


class AnsweredSince(Conflict):
    code = "objection-answered-since"
    message = N_("The answer has changed since you read it. Read the new answer, then reply.")


class NotLive(Conflict):
    code = "objection-over"
    message = N_("This objection is no longer current: it has been withdrawn or accommodated.")


class NoObjectionChosen(BadInput):
    code = "no-objection-chosen"
    message = N_("Select at least one objection.")


class AnsweredApart(BadInput):
    code = "answered-apart"
    message = N_("Maintained objections need a note from the chair. Answer them separately from the others.")


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
    seen: Stood,
    now: dt.datetime,
) -> ObjectionAnswer:
    """The chair's reasoned answer to one objection, as in :func:`answer_together`."""
    chosen = {objection.id: seen}
    (given,) = answer_together(session, actor, norm, chosen, text=text, language=language, now=now)
    return given


def answer_together(
    session: Session,
    actor: Actor,
    norm: Norm,
    seen: Mapping[int, Stood],
    *,
    text: str,
    language: str,
    now: dt.datetime,
) -> list[ObjectionAnswer]:
    """The chair's reasoned answer to several objections, each of which gets it as its own; on maintained
    ones, the chair's note.

    The same words sent twice are one answer. ``seen``: objection's id → how it stood on the page. The number
    of statements does not grow with that of the objections, but for lots of ``LOT``.

    :raises NotFound: an objection belongs to another norm. :raises NothingChosen: there is none.
    :raises RestatedSince: one stands otherwise by now. :raises NotLive: one is over.
    :raises AnsweredApart: only some of them are maintained.
    :raises AnswerMissing: without words. :raises AnswerTooLong: beyond the limit.
    """
    lock(session, norm)
    require(actor, Permission.ANSWER_OBJECTION, norm.matter(now))
    check_languages([language])
    text = ANSWER.clean(text)
    if not seen:
        raise NoObjectionChosen(field="objection")
    objections = _alone(session, norm, sorted(seen))
    if any(one.state not in LIVE for one in objections):
        raise NotLive
    last = last_answers(session, sorted(seen))
    if all(_is_said(one, last.get(one.id), text) for one in objections):
        return [last[one.id] for one in objections]
    if any(seen[one.id] != (one.position_id, one.state) for one in objections):
        raise RestatedSince(field="text")
    is_note = objections[0].state is ObjectionState.MAINTAINED
    if any((one.state is ObjectionState.MAINTAINED) != is_note for one in objections):
        raise AnsweredApart(field="objection")
    words = {"text": text, "language": language, "is_note": is_note}
    by = {"answered_by": actor.user_id or 0, "answered_at": now}
    session.execute(
        sa.insert(ObjectionAnswer), [{"objection_id": one.id, **words, **by} for one in objections]
    )
    for one in objections:
        one.changed_at = now
        if not is_note:
            one.state = ObjectionState.ANSWERED
    session.flush()
    last = last_answers(session, sorted(seen))
    given = [last[one.id] for one in objections]
    _record(session, actor, norm, given, now=now)
    return given


def _record(
    session: Session, actor: Actor, norm: Norm, given: Sequence[ObjectionAnswer], *, now: dt.datetime
) -> None:
    """One entry, however many objections were answered."""
    numbers, is_note = [one.objection_id for one in given], given[0].is_note
    if len(numbers) == 1:
        act = "objection-noted" if is_note else "objection-answered"
        audit.record(session, actor, act, f"objection:{numbers[0]}", norm=norm.slug, now=now, rows=given)
    else:
        act = "objections-noted" if is_note else "objections-answered"
        details = {"objections": numbers}
        audit.record(session, actor, act, norm.slug, norm=norm.slug, now=now, details=details, rows=given)


def _alone(session: Session, norm: Norm, numbers: Sequence[int]) -> list[Objection]:
    """These objections, read again and alone until the transaction ends.

    :raises NotFound: one is not there, or belongs to another norm.
    """
    found: list[Objection] = []
    for lot in _lots(numbers):
        alone = (
            sa.select(Objection)
            .where(Objection.id.in_(lot), Objection.norm_id == norm.id)
            .order_by(Objection.id)
        )
        found += session.scalars(locking.held(alone))
    if len(found) != len(numbers):
        raise NotFound
    return found


def last_answers(session: Session, numbers: Sequence[int]) -> dict[int, ObjectionAnswer]:
    """Objection's id → its last answer."""
    answers = (
        session.scalars(
            sa.select(ObjectionAnswer)
            .where(ObjectionAnswer.objection_id.in_(lot))
            .order_by(ObjectionAnswer.id)
        )
        for lot in _lots(numbers)
    )
    return {one.objection_id: one for lot in answers for one in lot}


def _lots(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[first : first + LOT] for first in range(0, len(numbers), LOT))


def _is_said(objection: Objection, last: ObjectionAnswer | None, text: str) -> bool:
    """Whether the objection has this very answer, and none is asked for since."""
    is_note = objection.state is ObjectionState.MAINTAINED
    said = (last.text, last.is_note) if last and objection.state is not ObjectionState.OPEN else None
    return said == (text, is_note)


def settle(
    session: Session,
    actor: Actor,
    norm: Norm,
    objection: Objection,
    *,
    state: ObjectionState,
    seen: int,
    was: ObjectionState | None = None,
    now: dt.datetime,
) -> None:
    """What the objector makes of the answer: accommodated or maintained. Another stance withdraws it.

    ``seen``: the id of the last answer that was on the page; ``was``: the state; None: no page.

    :raises NotAllowed: only who speaks for the stakeholder may say so.
    :raises RestatedSince: another person has maintained it by now.
    :raises NotAnswered: the chair has yet to answer. :raises AnsweredSince: there is another answer by now.
    """
    lock(session, norm)
    require(actor, Permission.REPLY_TO_DISPOSITION, norm.matter(now, stakeholder_id=objection.stakeholder_id))
    if state not in (ObjectionState.ACCOMMODATED, ObjectionState.MAINTAINED):
        raise NotForTheObjector(field="state")
    _alone(session, norm, [objection.id])
    if objection.state is state:
        return
    if objection.state not in LIVE:
        raise NotLive
    if objection.state is ObjectionState.OPEN:
        raise NotAnswered
    if seen != last_answers(session, [objection.id])[objection.id].id:
        raise AnsweredSince(field="state")
    if was not in (None, objection.state):
        raise RestatedSince(field="state")
    objection.state, objection.changed_at = state, now
    session.flush()
    subject = f"objection:{objection.id}"
    said = {"state": state.value, "stakeholder": objection.stakeholder_id}
    audit.record(session, actor, "objection-settled", subject, norm=norm.slug, now=now, details=said)


def stood(session: Session, norm_id: int, wanted: ObjectionFilter) -> dict[int, Stood]:
    """Of the objections that are meant and not over: id → how it stands; one statement."""
    rows = session.execute(
        sa.select(Objection.id, Objection.position_id, Objection.state)
        .where(Objection.norm_id == norm_id, Objection.state.in_(LIVE), *wanted.conditions())
        .order_by(Objection.id)
    )
    return {row.id: (row.position_id, row.state) for row in rows}


def counted(session: Session, norm_id: int) -> dict[ObjectionState, int]:
    """How many objections are in which state; one statement."""
    rows = session.execute(
        sa.select(Objection.state, sa.func.count().label("number"))
        .where(Objection.norm_id == norm_id)
        .group_by(Objection.state)
    )
    return {row.state: row.number for row in rows}
