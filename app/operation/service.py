"""What an administrator does for the platform itself: jobs that have failed are tried again, or discarded."""

import datetime as dt
from collections import Counter

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import PLATFORM, Actor
from app.authority.grants import Permission, require
from app.foundation import jobs
from app.foundation.errors import N_, Conflict
from app.lifecycle.requested_steps import STEP

#: Kinds that are never tried again: their time has passed, and whoever requested them requests them again.
REQUESTED_AGAIN = frozenset({STEP})


class NoFailedJob(Conflict):
    code = "no-failed-job"
    message = N_("No such job has failed, or it has been tried again or discarded in the meantime.")


def try_again(
    session: Session, actor: Actor, *, kind: str | None = None, number: int | None = None, now: dt.datetime
) -> int:
    """Let failed jobs be done after all: all of them, those of a kind, or one by its number; how many.

    But none that is requested again by whoever requested it.

    :raises NoFailedJob: there is none.
    """
    require(actor, Permission.OPERATE, PLATFORM)
    kinds = _some(jobs.try_again(session, kind=kind, number=number, but=REQUESTED_AGAIN, now=now))
    audit.record(session, actor, "jobs-tried-again", "jobs", now=now, details={"kinds": kinds})
    return kinds.total()


def discard(
    session: Session, actor: Actor, *, kind: str | None = None, number: int | None = None, now: dt.datetime
) -> int:
    """Remove failed jobs, as ``try_again`` chooses them: what they were for will not happen; how many.

    :raises NoFailedJob: there is none.
    """
    require(actor, Permission.OPERATE, PLATFORM)
    kinds = _some(jobs.discard(session, kind=kind, number=number))
    audit.record(session, actor, "jobs-discarded", "jobs", now=now, details={"kinds": kinds})
    return kinds.total()


def _some(kinds: list[str]) -> Counter[str]:
    if not kinds:
        raise NoFailedJob
    return Counter(kinds)
