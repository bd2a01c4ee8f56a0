"""Rows wait here, from their flush to the next entry of the record, which binds them.

A model names in ``__bound__`` the columns that the record holds to. Whoever writes rows by plain statements
hands them to ``record`` by hand.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper, Session

from app.audit.binding.queries import key_of
from app.audit.binding.sealing import name_of, sealed
from app.audit.models import RecordKey
from app.foundation.database import Base

WAITING = "rows that no entry binds yet"


@dataclass
class Change:
    """A row that was written, None where it was removed; and what it said before, None where it is new."""

    row: Base | None
    before: dict[str, Any] | None = None


def is_bound(kind: type) -> bool:
    return hasattr(kind, "__bound__")


def name(row: Base) -> str:
    mapper = sa.inspect(type(row))
    return name_of(row.__tablename__, mapper.primary_key_from_instance(row))


def values(row: Base) -> dict[str, Any]:
    return {column: getattr(row, column) for column in type(row).__bound__}  # type: ignore[attr-defined]


def key_for(session: Session) -> bytes:
    """The key of this installation; made when the first act is recorded."""
    key = key_of(session)
    if key is None:
        insert = (postgresql if session.get_bind().dialect.name == "postgresql" else sqlite).insert(RecordKey)
        session.execute(insert.values(id=1, key=secrets.token_bytes(32)).on_conflict_do_nothing())
        key = session.scalars(sa.select(RecordKey.key)).one()
    return key


def take(session: Session, key: bytes, more: Iterable[Base] = ()) -> dict[str, dict[str, str | None]]:
    """The digests of the rows written since the last entry, and of what those that changed said before."""
    session.flush()
    waiting: dict[str, Change] = session.info.pop(WAITING, {})
    waiting |= {name(row): Change(row) for row in more}
    rows: dict[str, str | None] = {}
    was: dict[str, str | None] = {}
    for called, change in sorted(waiting.items()):
        if change.row is not None and not sa.inspect(change.row).persistent:
            continue  # undone with its savepoint
        rows[called] = None if change.row is None else sealed(key, called, values(change.row))
        if change.before is not None:
            was[called] = sealed(key, called, change.before)
    return {kind: found for kind, found in (("rows", rows), ("was", was)) if found}


@event.listens_for(Session, "after_flush")
def _await(session: Session, _context: Any) -> None:
    waiting: dict[str, Change] = session.info.setdefault(WAITING, {})
    for row in session.new:
        if is_bound(type(row)):
            waiting[name(row)] = Change(row)
    for row in session.dirty:
        if is_bound(type(row)) and (before := _before(row)) is not None:
            waiting.setdefault(name(row), Change(row, before))
    for row in session.deleted:
        if is_bound(type(row)):
            first = waiting.pop(name(row), None)
            if first is None or first.before is not None:
                waiting[name(row)] = Change(None, first.before if first else values(row))


def _before(row: Base) -> dict[str, Any] | None:
    """What a row said before the flush; None where nothing that is bound has changed."""
    state = sa.inspect(row)
    found, changed = {}, False
    for column in type(row).__bound__:  # type: ignore[attr-defined]
        history = state.attrs[column].history
        changed = changed or history.has_changes()
        found[column] = history.deleted[0] if history.deleted else getattr(row, column)
    return found if changed else None


@event.listens_for(Session, "after_rollback")
@event.listens_for(Session, "after_commit")
def _forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(WAITING, None)


@event.listens_for(Mapper, "mapper_configured")
def _remember_old_values(_mapper: Any, kind: type) -> None:
    """So that what a row said before is known also where it was not read before it was written."""
    for column in getattr(kind, "__bound__", ()):
        event.listen(getattr(kind, column), "set", lambda *_: None, active_history=True)
