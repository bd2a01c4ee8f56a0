"""Writing the record, in the transaction of the act."""

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.binding.queries import lots_of, unbound
from app.audit.binding.service import key_for, take, take_apart
from app.audit.chain import ANCHORED, PLATFORM, START, Link, link_digest
from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM, Actor
from app.foundation import metrics
from app.foundation.database import Base

#: Waits for the chain, and tells readers, until the transaction ends, that entries above a number may come.
#: The second is said once in a transaction: each lock takes room in the server's memory.
QUEUE = sa.text(
    "SELECT pg_advisory_xact_lock(:chains, hashtext(:chain)), "
    "CASE WHEN coalesce(current_setting('concord.records', true), '') = '' "
    "THEN pg_advisory_xact_lock_shared(:above, set_config('concord.records', "
    "(SELECT (last_value - (NOT is_called)::int)::text FROM audit_entry_number_seq), true)::int) END"
).bindparams(chains=queries.CHAINS, above=queries.ABOVE)

KEPT = [one.name for one in fields(Link) if one.name not in ("number", "digest")]
APPEND = sa.insert(AuditEntry.__table__)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Deed:
    """One of several acts on one chain; ``rows``: those that it has written, for its entry to bind."""

    act: str
    subject: str
    details: dict[str, Any] = field(default_factory=dict)
    rows: Sequence[Base] = ()


def record(
    session: Session,
    actor: Actor,
    act: str,
    subject: str,
    *,
    now: dt.datetime,
    norm: str | None = None,
    details: dict[str, Any] | None = None,
    rows: Iterable[Base] = (),
    lots: Iterable[tuple[type[Base], dict[str, Any], int]] = (),
) -> None:
    """Append one entry to the norm's chain, or to the platform's; it stands or falls with the transaction.

    ``details`` is JSON without personal data (ids, digests, codes, reasons given for moderation); everybody
    may read it, but where it holds a ``salt`` (``withheld``), which makes its digest say nothing. The entry
    binds the rows that the session has written since the last; ``rows``: others, written by plain statements;
    ``lots``: many at once, by model, what their columns equal, and the number after which they come.
    Concurrent writers of one chain queue here until the one before commits, so that it is ordered. An act
    with entries on a norm and on the platform writes the norm's first, so that no two wait for each other.
    """
    binds = _binds(session, rows, lots)
    _append(session, actor, norm, [Deed(act, subject, details or {})], [binds], now=now)


def record_all(
    session: Session, actor: Actor, deeds: Sequence[Deed], *, now: dt.datetime, norm: str | None = None
) -> None:
    """Append an entry for each deed, in order: the same as ``record`` leaves after each, in as many
    statements as for one.

    What the session has written since the last entry and no deed names is bound by the first.
    """
    if deeds:
        binds = take_apart(session, key_for(session), [deed.rows for deed in deeds])
        _append(session, actor, norm, deeds, binds, now=now)


def _append(
    session: Session,
    actor: Actor,
    norm: str | None,
    deeds: Sequence[Deed],
    bound: Sequence[dict[str, Any]],
    *,
    now: dt.datetime,
) -> None:
    """``bound``: what the entry of each deed binds."""
    chain = norm or PLATFORM
    if session.get_bind().dialect.name == "postgresql":
        with metrics.LOCK_SECONDS.measured("chain"):
            session.execute(QUEUE, {"chain": chain})
    last = queries.head(session, chain)
    before = last or (queries.head(session, PLATFORM) if norm else None)
    previous, place = before.digest if before else START, last.place if last else 0
    rows = []
    for deed, binds in zip(deeds, bound, strict=True):
        place += 1
        link = Link(
            0,
            chain,
            place,
            now,
            actor.pseudonym,
            deed.act,
            norm,
            deed.subject,
            deed.details,
            previous,
            binds=binds,
        )
        previous = link_digest(link)
        rows.append({name: getattr(link, name) for name in KEPT} | {"digest": previous})
    session.execute(APPEND, rows)


def _binds(
    session: Session, rows: Iterable[Base], lots: Iterable[tuple[type[Base], dict[str, Any], int]]
) -> dict[str, Any]:
    key = key_for(session)
    binds: dict[str, Any] = {**take(session, key, rows)}
    told = [
        lot for kind, where, after in lots for lot in lots_of(session, kind, key, where=where, after=after)
    ]
    if told:
        binds["lots"] = told
    return binds


def bind_what_is_there(session: Session, *, now: dt.datetime) -> int:
    """One entry for all rows that none tells of, as those from before the record bound rows; how many."""
    lots = unbound(session, key_for(session))
    if lots:
        _append(session, SYSTEM, None, [Deed("rows-bound", "record")], [{"lots": lots}], now=now)
    return sum(lot["count"] for lot in lots)


def withheld(details: dict[str, Any]) -> dict[str, Any]:
    """Details that the public may be given only by a digest, from which they cannot be guessed."""
    return {**details, "salt": secrets.token_hex(16)}


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
