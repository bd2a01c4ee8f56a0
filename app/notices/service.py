"""From the record to a digest for each person: collecting what to tell, and handing it out once."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Rhythm, User
from app.audit import queries as record
from app.audit import service as audit
from app.audit.models import AuditEntry
from app.authority.actor import PLATFORM, Actor
from app.authority.grants import Permission, require
from app.foundation import jobs, locking
from app.norms.models import Norm
from app.norms.stages import TAKES_POSITIONS
from app.notices.mention_queries import mentions_of
from app.notices.models import Mentioned, Notice, NoticeMark
from app.notices.periods import last_end
from app.notices.recipients import ACTS, notices_of

REMINDED_BEFORE = dt.timedelta(days=3)
BATCH = 1000  #: entries or people in one transaction, so that nobody waits long behind it
ROUND, DIGEST = "notices", "digest"  #: kinds of jobs


def ask_for_round(session: Session, *, now: dt.datetime) -> None:
    """Let a worker look whether a person is to be told something."""
    jobs.enqueue(session, ROUND, {}, now=now, key=ROUND)


def go_round(session: Session, actor: Actor, *, now: dt.datetime) -> None:
    """Remind of closings, collect notices from the record, and hand out to each person what is due.

    One round at a time, behind the mark. What is left beyond a batch is done in the next round, which is
    asked for at once; digests are handed out only when the record is read to its end, so that each is whole.
    """
    require(actor, Permission.TELL, PLATFORM)
    mark = session.scalars(locking.held(sa.select(NoticeMark))).one_or_none()
    if mark is None:
        mark = NoticeMark(id=1, through=0)
        session.add(mark)
        session.flush()
    _remind(session, actor, now=now)
    if not (_collect(session, mark) and _hand_out(session, now=now)):
        ask_for_round(session, now=now)


def _remind(session: Session, actor: Actor, *, now: dt.datetime) -> None:
    """Record, once for each closing, that it is three days ahead; not for a round that is no longer."""
    closing = sa.select(Norm).where(
        Norm.stage.in_(TAKES_POSITIONS), Norm.closes_at > now, Norm.closes_at <= now + REMINDED_BEFORE
    )
    for norm in session.scalars(closing.order_by(Norm.id)).all():
        closes_at = norm.closes_at or now
        if norm.opens_at is not None and closes_at - norm.opens_at <= REMINDED_BEFORE:
            continue
        subject = f"closing:{closes_at.astimezone(dt.UTC):%Y-%m-%dT%H:%MZ}"
        if all(entry.subject != subject for entry in record.of_act(session, norm.slug, "round-closing")):
            audit.record(session, actor, "round-closing", subject, norm=norm.slug, now=now)


def _collect(session: Session, mark: NoticeMark) -> bool:
    """Read on in the record and keep what people are told of; whether its end is reached.

    The mark moves in the transaction that keeps the notices, and never past a number that may still come.
    """
    newest = record.settled(session)
    upto = min(newest, mark.through + BATCH)
    entries = session.scalars(
        sa.select(AuditEntry)
        .where(AuditEntry.number > mark.through, AuditEntry.number <= upto, AuditEntry.act.in_(ACTS))
        .order_by(AuditEntry.number)
    ).all()
    if entries:
        notices = notices_of(session, entries)
        if notices:
            session.execute(sa.insert(Notice), notices)
        mentions = mentions_of(session, entries, notices)
        if mentions:
            session.execute(sa.insert(Mentioned), mentions)
    mark.through = upto
    session.flush()
    return upto == newest


def _hand_out(session: Session, *, now: dt.datetime) -> bool:
    """Give everybody whose period is over a job with the span of notices it tells; whether nobody is left.

    The span begins where the last one ended and is moved on in the same transaction: none is told twice or
    left out, whatever becomes of the worker. Whether anything in it concerns the person is the job's to say.
    """
    is_done = True
    for rhythm in (Rhythm.AT_ONCE, Rhythm.DAILY, Rhythm.WEEKLY):
        newest = sa.select(sa.func.max(Notice.number)).where(Notice.at <= last_end(rhythm, now))
        upto = session.scalar(newest) or 0
        behind = (
            sa.select(User.id, User.told_through)
            .where(
                User.rhythm == rhythm,
                User.told_through < upto,
                User.email.is_not(None),
                User.confirmed_at.is_not(None),
            )
            .order_by(User.id)
            .limit(BATCH)
        )
        due = session.execute(locking.held(behind)).all()
        spans = {
            f"{DIGEST}:{row.id}:{upto}": {"user_id": row.id, "after": row.told_through, "upto": upto}
            for row in due
        }
        jobs.enqueue_all(session, DIGEST, spans, now=now)
        session.execute(
            sa.update(User)
            .where(User.id.in_([row.id for row in due]))
            .values(told_through=upto)
            .execution_options(synchronize_session=False)
        )
        is_done = is_done and len(due) < BATCH
    return is_done
