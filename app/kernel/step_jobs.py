"""Steps as jobs: a page asks for one and waits a moment, a worker takes it and says how far it is."""

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.authority.actor import Actor
from app.foundation import jobs
from app.foundation.database import unit_of_work
from app.foundation.errors import N_, AppError, BadInput
from app.kernel import computed_ahead, context
from app.kernel.extensions import db
from app.kernel.publishing import publish
from app.kernel.refusals import Failed
from app.lifecycle import requested_steps
from app.lifecycle.models import Phase, StepAsked
from app.norms.models import Norm
from app.norms.queries import actor_for
from app.norms.stages import Stage

LOOKS = (
    20  #: a tenth of a second each: what is small is done by then, and nobody holds a web server for longer
)
ANYWHERE_ON_EARTH = "Etc/GMT+12"
ZONES = (("UTC", N_("UTC")), (ANYWHERE_ON_EARTH, N_("“Anywhere on Earth” (UTC−12)")))


class DateUnclear(BadInput):
    code = "date-unclear"
    message = N_("“%(date)s” is not a date; write it as 2026-12-31.")


def end_of_day(day: str, zone: str) -> dt.datetime | None:
    """The last moment of a day as it is counted in a zone; None where no day is given.

    :raises DateUnclear: not a date, or a zone that is not offered.
    """
    if zone not in dict(ZONES):
        raise DateUnclear(date=zone[:40], field="zone")
    if not day:
        return None
    try:
        following = dt.date.fromisoformat(day) + dt.timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise DateUnclear(date=day[:40], field="closes_on") from error
    return dt.datetime.combine(following, dt.time(), ZoneInfo(zone)) - dt.timedelta(minutes=1)


def meant(said: Mapping[str, str]) -> dict[str, Any]:
    """What the fields of a step's form mean.

    :raises DateUnclear: not a date, or a zone that is not offered.
    """
    return {
        "closes_at": end_of_day(said["closes_on"], said["zone"]),
        "override_reason": said["override_reason"],
    }


def asked_for(norm: Norm, to: Stage, said: Mapping[str, str]) -> StepAsked:
    """Have a worker take the step, and wait a moment for it."""
    with context.work() as session:
        number = requested_steps.ask(session, context.actor(), norm, to, said, now=context.now()).id
    for _ in range(LOOKS):
        if found(number).ended_at is not None:
            break
        context.session().rollback()  # nothing is held while others work
        current_app.extensions["wait"]()
    return found(number)


def found(number: int) -> StepAsked:
    """As it is now."""
    context.session().rollback()
    return context.session().get_one(StepAsked, number, populate_existing=True)


def step_job(_session: Session, payload: Mapping[str, Any], _now: dt.datetime) -> Callable[[], object]:
    """Take a step after the job's own transaction, because it takes long. Doing it twice is doing it once."""
    return partial(take, payload["asked"], partial(keep_lease, payload["job_id"], payload["token"]))


def keep_lease(job: int, token: str, session: Session) -> None:
    """The longer one works, the longer nobody else is to begin."""
    jobs.keep(session, job, token, now=context.now())


def take(number: int, still_ours: Callable[[Session], None]) -> None:
    """Take the step that was asked for, or keep why it was refused.

    :raises LeaseLost: another worker has taken it over.
    :raises OperationalError: the database is away, so it is tried once more.
    :raises Hopeless: something is broken; whoever asked is told.
    """
    asked = context.session().get(StepAsked, number)
    if asked is None or asked.ended_at is not None:
        return

    def reached(phase: Phase) -> None:
        """Said in a transaction of its own, so that others read it at once."""
        with unit_of_work(Session(db.engine)) as session:
            still_ours(session)
            requested_steps.reach(session, number, phase)

    def taken(session: Session) -> None:
        requested_steps.end(session, number, now=context.now())

    with suppress(requested_steps.EndedAlready):
        try:
            carry_out(asked, computed_ahead.Watch(reached, taken))
        except (requested_steps.EndedAlready, jobs.LeaseLost, OperationalError):
            raise
        except AppError as refusal:
            refuse(number, refusal)
        except Exception as error:
            refuse(number, Failed())
            raise jobs.Hopeless(type(error).__name__) from error


def carry_out(asked: StepAsked, watch: computed_ahead.Watch) -> None:
    """In the name of whoever asked, with what they may do by now."""
    norm, to, said, user = asked.norm, asked.to, asked.said, asked.asker
    requested_steps.check_time(asked, context.now())

    def who() -> Actor:
        return actor_for(context.session(), user, now=context.now())

    if to is Stage.PUBLISHED:
        publish(norm, who, watch)
    else:
        computed_ahead.step(norm, who, to, **meant(said), language=said["language"], watch=watch)


def refuse(number: int, refusal: AppError) -> None:
    with context.work() as session:
        requested_steps.end(session, number, refusal, now=context.now())
