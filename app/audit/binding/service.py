"""Rows wait here, from their flush to the next entry of the record, which binds them.

Whoever writes rows by plain statements hands them to ``record`` by hand.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper, Session

from app.audit.binding.parts import Part, parts_of, says_nothing
from app.audit.binding.queries import key_of
from app.audit.binding.sealing import sealed
from app.audit.models import RecordKey
from app.foundation.database import Base

WAITING = "rows that no entry binds yet"


@dataclass
class RowChange:
    """What became of a part of a row, None where it was removed, and what it said before, None where new."""

    part: Part
    row: Base | None
    before: dict[str, Any] | None = None


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
    return take_apart(session, key, [more])[0]


def take_apart(
    session: Session, key: bytes, of_each: Sequence[Iterable[Base]]
) -> list[dict[str, dict[str, str | None]]]:
    """The same for several entries at once: each binds its own rows; the first, those of none too."""
    session.flush()
    waiting: dict[str, RowChange] = session.info.pop(WAITING, {})
    own = []
    for rows in of_each:
        named = [(part.called(row), RowChange(part, row)) for row in rows for part in parts_of(type(row))]
        own.append({called: waiting.pop(called, change) for called, change in named})
    own[0] |= waiting
    return [_digests(key, changes) for changes in own]


def _digests(key: bytes, changes: Mapping[str, RowChange]) -> dict[str, dict[str, str | None]]:
    rows: dict[str, str | None] = {}
    was: dict[str, str | None] = {}
    for called, change in sorted(changes.items()):
        if change.row is not None and not sa.inspect(change.row).persistent:
            continue  # undone with its savepoint
        now = None if change.row is None else _digest(key, called, change.part.values(change.row))
        before = None if change.before is None else _digest(key, called, change.before)
        if now is not None or before is not None:
            rows[called] = now
        if before is not None:
            was[called] = before
    return {kind: found for kind, found in (("rows", rows), ("was", was)) if found}


def _digest(key: bytes, called: str, values: dict[str, Any]) -> str | None:
    return None if says_nothing(values) else sealed(key, called, values)


@event.listens_for(Session, "after_flush")
def _await(session: Session, _context: Any) -> None:
    waiting: dict[str, RowChange] = session.info.setdefault(WAITING, {})
    for row in session.new:
        for part in parts_of(type(row)):
            waiting[part.called(row)] = RowChange(part, row)
    for row in session.dirty:
        for part in parts_of(type(row)):
            if (before := _before(row, part)) is not None:
                waiting.setdefault(part.called(row), RowChange(part, row, before))
    for row in session.deleted:
        for part in parts_of(type(row)):
            first = waiting.pop(part.called(row), None)
            if first is None or first.before is not None:
                waiting[part.called(row)] = RowChange(part, None, first.before if first else part.values(row))


def _before(row: Base, part: Part) -> dict[str, Any] | None:
    """What a part of a row said before the flush; None where nothing of it has changed."""
    state = sa.inspect(row)
    found, changed = {}, False
    for column in part.columns:
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
    for column in (column for part in parts_of(kind) for column in part.columns):
        event.listen(getattr(kind, column), "set", lambda *_: None, active_history=True)
