"""Jobs: a row written with its cause, claimed under a lease, done only together with its effect."""

import datetime as dt
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.foundation import locking
from app.foundation.database import Base, choice

LEASE = dt.timedelta(minutes=1)  #: renewed while the job is worked on
MAX_ATTEMPTS = 16  #: over almost four days, as long as mail servers go on trying (RFC 5321, 4.5.4.1)


class JobState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """Something to do after its cause was committed."""

    __tablename__ = "job"
    __table_args__ = (
        sa.Index(
            "uq_job_waiting_key",
            "key",
            unique=True,
            sqlite_where=sa.text("state = 'waiting' AND token IS NULL"),
            postgresql_where=sa.text("state = 'waiting' AND token IS NULL"),
        ),
        sa.Index("ix_job_due", "state", "due_at"),
        sa.CheckConstraint("attempts >= 0", name="attempts_counted"),
        sa.CheckConstraint("(state = 'waiting') = (done_at IS NULL)", name="done_once"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    key: Mapped[str | None] = mapped_column(sa.String(120))  #: one unclaimed job a key is enough
    payload: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(choice(JobState, "job_state"), default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]  #: not before; while claimed: when the lease runs out
    token: Mapped[str | None] = mapped_column(sa.String(32))  #: fencing token of the present claim
    done_at: Mapped[dt.datetime | None]
    error: Mapped[str | None] = mapped_column(sa.Text)


#: By the database's name. Built once: most acts enqueue.
_PUT: Mapping[str, sa.Insert] = {
    kind.dialect.name: kind.insert(Job.__table__).on_conflict_do_nothing() for kind in (postgresql, sqlite)
}


class LeaseLost(Exception):
    """Another worker has taken the job over; this one's effect must not be committed."""


class Hopeless(Exception):
    """Permanent failure; do not retry."""


def enqueue(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    now: dt.datetime,
    key: str | None = None,
    delay: dt.timedelta = dt.timedelta(0),
) -> None:
    """Write a job into the caller's transaction. A key that already waits unclaimed is not doubled."""
    session.execute(_put(session), _row(kind, key, payload, now, now + delay))


def enqueue_all(
    session: Session, kind: str, payloads: Mapping[str, dict[str, Any]], *, now: dt.datetime
) -> None:
    """Write a job for each key: one statement however many."""
    rows = [_row(kind, key, payload, now, now) for key, payload in payloads.items()]
    if rows:
        session.execute(_put(session), rows)


def _row(
    kind: str, key: str | None, payload: dict[str, Any], now: dt.datetime, due_at: dt.datetime
) -> dict[str, Any]:
    return {
        "kind": kind,
        "key": key,
        "payload": payload,
        "state": JobState.WAITING,
        "attempts": 0,
        "created_at": now,
        "due_at": due_at,
    }


def _put(session: Session) -> sa.Insert:
    return _PUT[session.get_bind().dialect.name]


def is_due(session: Session, kinds: Collection[str], *, now: dt.datetime) -> bool:
    """Whether a claim would find something."""
    due = sa.select(Job.id).where(*_due(kinds, now)).limit(1)
    return session.scalar(due) is not None


def _due(kinds: Collection[str], now: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Job.state == JobState.WAITING,
        Job.due_at <= now,
        Job.attempts < MAX_ATTEMPTS,
        Job.kind.in_(sorted(kinds)),
    )


def give_up_lost(session: Session, *, now: dt.datetime) -> None:
    """Give up what has ended every worker that tried it."""
    session.execute(
        sa.update(Job)
        .where(Job.state == JobState.WAITING, Job.due_at <= now, Job.attempts >= MAX_ATTEMPTS)
        .values(state=JobState.FAILED, done_at=now, error="WorkerLost", key=None)
        .execution_options(synchronize_session=False)
    )


def forget_done(session: Session, *, before: dt.datetime) -> None:
    """Remove what was done before a moment; failures stay for a person to look at."""
    session.execute(sa.delete(Job).where(Job.state == JobState.DONE, Job.done_at < before))


def try_again(
    session: Session,
    *,
    kind: str | None = None,
    number: int | None = None,
    but: Collection[str] = (),
    now: dt.datetime,
) -> list[str]:
    """Let what was given up be done after all, such as mail after days without a mail server.

    All of it, or that of a kind, or one job by its number, ``but`` of no kind among these; the kind of each.
    """
    afresh = {"attempts": 0, "due_at": now, "token": None, "done_at": None, "error": None}
    these = sa.update(Job).where(Job.kind.not_in(but)).values(state=JobState.WAITING, **afresh)
    return _failed(session, these, kind, number)


def discard(session: Session, *, kind: str | None = None, number: int | None = None) -> list[str]:
    """Remove what was given up, chosen in the same way; the kind of each."""
    return _failed(session, sa.delete(Job), kind, number)


def _failed(session: Session, does: sa.Update | sa.Delete, kind: str | None, number: int | None) -> list[str]:
    chosen = [column == value for column, value in ((Job.kind, kind), (Job.id, number)) if value is not None]
    these = does.where(Job.state == JobState.FAILED, *chosen)
    asked = these.returning(Job.kind).execution_options(synchronize_session=False)
    return list(session.scalars(asked))


def due_since(session: Session, *, now: dt.datetime) -> dt.datetime | None:
    """Since when the job that is due longest has been due; None where none is."""
    waiting = (Job.state == JobState.WAITING, Job.due_at <= now)
    return session.scalar(sa.select(Job.due_at).where(*waiting).order_by(Job.due_at).limit(1))


@dataclass(frozen=True)
class JobQueue:
    """How the jobs of one kind stand."""

    kind: str
    waiting: int  #: for their time, or for a worker
    in_hand: int
    failed: int
    due_since: dt.datetime | None  #: the one that is due longest


def queues(session: Session, *, now: dt.datetime) -> list[JobQueue]:
    """By kind, in one statement; what is done is not counted."""
    waits, held = Job.state == JobState.WAITING, Job.token.is_not(None) & (Job.due_at > now)
    counted = sa.select(
        Job.kind,
        sa.func.count().filter(waits, ~held),
        sa.func.count().filter(waits, held),
        sa.func.count().filter(~waits),
        sa.func.min(Job.due_at).filter(waits, Job.due_at <= now),
    )
    left = counted.where(Job.state.in_([JobState.WAITING, JobState.FAILED]))
    return [JobQueue(*row) for row in session.execute(left.group_by(Job.kind).order_by(Job.kind))]


def is_in_hand(session: Session, *, now: dt.datetime) -> bool:
    """Whether some worker has a job under a lease that holds."""
    held = sa.select(Job.id).where(Job.state == JobState.WAITING, Job.token.is_not(None), Job.due_at > now)
    return session.scalar(held.limit(1)) is not None


def failed(session: Session) -> list[tuple[str, str, int]]:
    """What was given up: kind, kind of the error, and how many."""
    query = sa.select(Job.kind, sa.func.coalesce(Job.error, ""), sa.func.count())
    rows = session.execute(
        query.where(Job.state == JobState.FAILED).group_by(Job.kind, Job.error).order_by(Job.kind, Job.error)
    )
    return [(kind, error, count) for kind, error, count in rows]


def last_failed(session: Session, limit: int) -> Sequence[Job]:
    """What was given up, by kind, the newest first; of each kind ``limit`` at most."""
    place = sa.func.row_number().over(partition_by=Job.kind, order_by=[Job.done_at.desc(), Job.id.desc()])
    numbered = sa.select(Job.id, place.label("place")).where(Job.state == JobState.FAILED).subquery()
    newest = sa.select(Job).join(numbered, numbered.c.id == Job.id).where(numbered.c.place <= limit)
    return session.scalars(newest.order_by(Job.kind, numbered.c.place)).all()


def last_done(session: Session) -> dt.datetime | None:
    """When a worker was last known to have done something; None: not in the days that are kept."""
    done = sa.select(Job.done_at).where(Job.state == JobState.DONE).order_by(Job.id.desc()).limit(1)
    return session.scalar(done)


def tried(session: Session, kind: str, *, times: int) -> int:
    """How many jobs of a kind wait although they were tried so many times."""
    held_up = (Job.state == JobState.WAITING, Job.kind == kind, Job.attempts >= times)
    return session.scalar(sa.select(sa.func.count()).select_from(Job).where(*held_up)) or 0


def claim(session: Session, kinds: Collection[str], *, now: dt.datetime) -> Job | None:
    """Take the next due job of these kinds under a lease and a fresh fencing token; commit before working on
    it. What a worker does not know, it leaves to one of a later version.
    """
    due = sa.select(Job.id).where(*_due(kinds, now)).order_by(Job.due_at, Job.id).limit(1)
    return session.scalars(
        sa.update(Job)
        .where(Job.id == locking.free(due).scalar_subquery())
        .values(token=secrets.token_hex(16), due_at=now + LEASE, attempts=Job.attempts + 1)
        .returning(Job)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()


def keep(session: Session, job_id: int, token: str, *, now: dt.datetime) -> None:
    """Begin the lease again: while the job is worked on, and before something that cannot be taken back.

    :raises LeaseLost: the claim is no longer ours.
    """
    _settle(session, job_id, token, due_at=now + LEASE)


def give_back(session: Session, job_id: int, token: str, *, now: dt.datetime) -> None:
    """Let another worker take the job at once, because this one has to stop: that is no failed attempt.

    :raises LeaseLost: the claim is no longer ours.
    """
    _settle(session, job_id, token, due_at=now, attempts=Job.attempts - 1)


def finish(session: Session, job_id: int, token: str, *, now: dt.datetime) -> None:
    """Mark the job done in the transaction of its effect.

    :raises LeaseLost: the claim is no longer ours.
    """
    _settle(session, job_id, token, state=JobState.DONE, done_at=now, key=None)


def give_up(session: Session, job: Job, error: str, *, now: dt.datetime) -> None:
    """After a failure that is for good: the error is kept."""
    _settle(session, job.id, job.token or "", state=JobState.FAILED, done_at=now, error=error, key=None)


def put_back(session: Session, job: Job, error: str, *, now: dt.datetime) -> None:
    """After a failure: wait twice as long each time, and give up at last."""
    if job.attempts >= MAX_ATTEMPTS:
        give_up(session, job, error, now=now)
    else:
        wait = dt.timedelta(seconds=5 * 2**job.attempts)
        _settle(session, job.id, job.token or "", state=JobState.WAITING, due_at=now + wait, error=error)


def _settle(session: Session, job_id: int, token: str, **values: Any) -> None:
    ours = session.scalar(
        sa.update(Job)
        .where(Job.id == job_id, Job.token == token, Job.state == JobState.WAITING)
        .values(**values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    if ours is None:
        raise LeaseLost
