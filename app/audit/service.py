"""Writing the record, in the transaction of the act."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.chain import START, Link, link_digest
from app.audit.models import Entry
from app.authority.actor import Actor

LOCK = 0x434F4E43  # one advisory lock for the one chain


def record(
    session: Session,
    actor: Actor,
    act: str,
    subject: str,
    *,
    now: dt.datetime,
    norm: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Append one entry to the chain; it stands or falls with the caller's transaction.

    ``details`` is JSON without personal data (ids, digests, codes, reasons given for moderation).
    Concurrent writers queue here until the one before commits, so that the chain is ordered.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    last = session.execute(
        sa.select(Entry.number, Entry.digest).order_by(Entry.number.desc()).limit(1)
    ).one_or_none()
    number, previous = (1, START) if last is None else (last.number + 1, last.digest)
    link = Link(number, now, actor.pseudonym, act, norm, subject, details or {}, previous)
    session.execute(
        sa.insert(Entry).values(
            number=number,
            at=now,
            actor=link.actor,
            act=act,
            norm=norm,
            subject=subject,
            details=link.details,
            previous=previous,
            digest=link_digest(link),
        )
    )
