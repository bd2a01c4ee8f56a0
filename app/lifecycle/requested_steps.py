"""Steps that are asked for and taken by a worker: one at a time on a norm, each once.

To ask changes nothing and is not in the record; the step is, under the person who asked.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation import jobs
from app.foundation.errors import N_, AppError, Code, Conflict, Phrase, Tongue
from app.foundation.locking import Hold
from app.lifecycle.models import Phase, StepAsked
from app.lifecycle.overrides import OVERRIDE_REASON
from app.lifecycle.service import check_way
from app.norms.locking import lock
from app.norms.models import Norm
from app.norms.stages import Stage

STEP = "step"  #: the kind of job
LAPSES = dt.timedelta(hours=1)  #: after which it is not taken any more: it would surprise people


class OtherUnderWay(Conflict):
    code = "other-step-under-way"
    message = N_("Another step of this norm is in progress. Wait until it has ended, then try again.")


class Lapsed(Conflict):
    code = "step-lapsed"
    message = N_("The server did not start this step within an hour. Request it again.")


class EndedAlready(Conflict):
    """Another worker was faster, or it has lapsed; what this one did must not be committed."""

    code = "step-ended-already"
    message = N_("This step has already ended.")


@dataclass(frozen=True)
class Refusal:
    """Why a step was not taken, as it was said then."""

    phrase: Phrase
    details: list[Phrase]


def may_take(to: Stage) -> Permission:
    """What a person needs who asks for a step, or looks how far it is."""
    return Permission.PUBLISH if to is Stage.PUBLISHED else Permission.MOVE_STAGE


def ask(
    session: Session, actor: Actor, norm: Norm, to: Stage, said: Mapping[str, str], *, now: dt.datetime
) -> StepAsked:
    """Have a worker take the step. Who asks for the same once more, gets what is under way.

    ``said``: the fields of the form; the reason is cleaned, the others mean something only when it is taken.

    :raises OtherUnderWay: another step, or the same with other words. :raises UnsafeText: of the reason.
    :raises AlreadyTaken: it is there. :raises StepRefused: no step leads there.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, may_take(to), norm.matter(now))
    check_way(norm, to)
    said = {
        name: OVERRIDE_REASON.clean(each) if name == OVERRIDE_REASON.name else each
        for name, each in said.items()
    }
    running = under_way(session, norm)
    if running is not None and has_lapsed(running, now):
        end(session, running.id, Lapsed(), now=now)
        running = None
    if running is not None:
        if (running.to, running.said) != (to, said):
            raise OtherUnderWay
        return running
    asked = StepAsked(norm_id=norm.id, to=to, said=said, asked_by=actor.user_id, asked_at=now)
    session.add(asked)
    session.flush()
    jobs.enqueue(session, STEP, {"asked": asked.id}, now=now)
    return asked


def under_way(session: Session, norm: Norm) -> StepAsked | None:
    """The step of a norm that is being taken."""
    running = sa.select(StepAsked).where(StepAsked.norm_id == norm.id, StepAsked.ended_at.is_(None))
    return session.scalars(running).one_or_none()


def has_lapsed(asked: StepAsked, now: dt.datetime) -> bool:
    return now - asked.asked_at > LAPSES


def check_time(asked: StepAsked, now: dt.datetime) -> None:
    """:raises Lapsed: it was asked for so long ago that it would surprise people."""
    if has_lapsed(asked, now):
        raise Lapsed


def reach(session: Session, number: int, phase: Phase) -> None:
    """Say how far it is.

    :raises EndedAlready: nobody needs it any more.
    """
    _settle(session, number, phase=phase)


def end(session: Session, number: int, refusal: AppError | None = None, *, now: dt.datetime) -> None:
    """It was taken, in the transaction of the step itself; or refused, which is kept for who asked.

    :raises EndedAlready: it must not take effect once more.
    """
    _settle(session, number, ended_at=now, refusal=None if refusal is None else as_kept(refusal))


def refusal_of(asked: StepAsked) -> Refusal | None:
    if asked.refusal is None:
        return None
    return Refusal(_phrase(asked.refusal["phrase"]), [_phrase(one) for one in asked.refusal["details"]])


def forget(session: Session, *, before: dt.datetime) -> None:
    """Remove what ended before a moment."""
    session.execute(sa.delete(StepAsked).where(StepAsked.ended_at < before))


def _settle(session: Session, number: int, **values: Any) -> None:
    ours = session.scalar(
        sa.update(StepAsked)
        .where(StepAsked.id == number, StepAsked.ended_at.is_(None))
        .values(**values)
        .returning(StepAsked.id)
        .execution_options(synchronize_session=False)
    )
    if ours is None:
        raise EndedAlready


def as_kept(refusal: AppError) -> dict[str, Any]:
    return {"phrase": _kept(refusal.phrase), "details": [_kept(one) for one in refusal.details]}


def _kept(phrase: Phrase) -> dict[str, Any]:
    """The phrase as JSON, to be put into the reader's language later."""
    values = {name: _value(value) for name, value in phrase.values.items()}
    return {"message": phrase.message, "values": values, "plural": phrase.plural, "count": phrase.count}


#: Texts that are more than their letters, by what they are kept as.
READ: Mapping[str, type[str]] = {"stage": Stage, "code": Code, "tongue": Tongue}


def _value(value: object) -> object:
    if isinstance(value, Phrase):
        return {"phrase": _kept(value)}
    if isinstance(value, tuple):
        return {"several": [_value(one) for one in value]}
    if isinstance(value, dt.datetime):
        return {"moment": value.astimezone(dt.UTC).isoformat()}
    for kind, read in READ.items():
        if isinstance(value, read):
            return {kind: str(value)}
    return value if isinstance(value, str | int | float) else str(value)


def _read(kept: Any) -> object:
    if not isinstance(kept, dict):
        return kept
    ((kind, value),) = kept.items()
    if kind == "phrase":
        return _phrase(value)
    if kind == "several":
        return tuple(_read(one) for one in value)
    return dt.datetime.fromisoformat(value) if kind == "moment" else READ[kind](value)


def _phrase(kept: Mapping[str, Any]) -> Phrase:
    values = {name: _read(value) for name, value in kept["values"].items()}
    return Phrase(kept["message"], values, kept["plural"], kept["count"])
