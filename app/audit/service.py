"""Writing the record, in the transaction of the act."""

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.chain import ANCHORED, PLATFORM, START, Link, link_digest
from app.audit.models import Entry
from app.authority.actor import SYSTEM, Actor

#: Waits for the chain, and tells readers, until the transaction ends, that entries above a number may come.
#: The second is said once in a transaction: each lock takes room in the server's memory.
QUEUE = sa.text(
    "SELECT pg_advisory_xact_lock(:chains, hashtext(:chain)), "
    "CASE WHEN coalesce(current_setting('concord.records', true), '') = '' "
    "THEN pg_advisory_xact_lock_shared(:above, set_config('concord.records', "
    "(SELECT (last_value - (NOT is_called)::int)::text FROM audit_entry_number_seq), true)::int) END"
).bindparams(chains=queries.CHAINS, above=queries.ABOVE)


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
    """Append one entry to the norm's chain, or to the platform's; it stands or falls with the transaction.

    ``details`` is JSON without personal data (ids, digests, codes, reasons given for moderation).
    Concurrent writers of one chain queue here until the one before commits, so that it is ordered. An act
    with entries on a norm and on the platform writes the norm's first, so that no two wait for each other.
    """
    chain = norm or PLATFORM
    if session.get_bind().dialect.name == "postgresql":
        session.execute(QUEUE, {"chain": chain})
    last = queries.head(session, chain)
    place = last.place + 1 if last else 1
    before = last or (queries.head(session, PLATFORM) if norm else None)
    link = Link(
        0,
        chain,
        place,
        now,
        actor.pseudonym,
        act,
        norm,
        subject,
        details or {},
        before.digest if before else START,
    )
    session.execute(
        sa.insert(Entry).values(
            chain=chain,
            place=place,
            at=now,
            actor=link.actor,
            act=act,
            norm=norm,
            subject=subject,
            details=link.details,
            previous=link.previous,
            digest=link_digest(link),
        )
    )


def anchor(session: Session, *, now: dt.datetime) -> bool:
    """Take up the last digests of the norms' chains into the platform's; whether any has moved since.

    Whoever cuts a norm's chain short, or takes it away, has to rewrite the platform's as well.
    """
    through = queries.settled(session)
    heads = queries.moved_heads(session, queries.anchored_through(session), through)
    if heads:
        details = {"through": through, "heads": [head.hex() for head in heads]}
        record(session, SYSTEM, ANCHORED, "record", now=now, details=details)
    return bool(heads)
