"""Comparing every bound row with what the record says of it."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.binding.sealing import name_of, sealed, together
from app.audit.chain import name_of as entry_called
from app.audit.models import Entry, RecordKey
from app.foundation.database import Base

Where = dict[str, Any]
KEY = sa.select(RecordKey.__table__.c.key)


@dataclass
class Lot:
    """Rows that one entry binds together: those of a table that fit, between two numbers, and that no entry
    bound when they were written."""

    entry: str
    number: int
    table: str
    where: Where
    after: int
    upto: int
    count: int
    digest: str
    found: list[str] = field(default_factory=list)  #: digests, as the rows were then

    def holds_row(self, row: Any, identity: tuple[Any, ...]) -> bool:
        return self.after < identity[0] <= self.upto and fits(row, self.where)


@dataclass
class Bindings:
    """What the entries say: of each row the last digest and where it stands, and what rows said before."""

    last: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    before: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    born: set[str] = field(default_factory=set)
    lots: list[Lot] = field(default_factory=list)


def _out_of_turn(session: Session, kind: Any) -> Iterator[str]:
    """Of rows that follow each other, such as positions of one stakeholder, only the last is in force."""
    if not hasattr(kind, "__succeeds_in__"):
        return
    alike = [getattr(kind, column) for column in kind.__succeeds_in__]
    ranked = sa.select(
        kind.id,
        kind.superseded_at.is_(None).label("counts"),
        (sa.func.max(kind.id).over(partition_by=alike) == kind.id).label("is_last"),
    ).subquery()
    wrong = sa.select(ranked.c.id).where(ranked.c.counts != ranked.c.is_last).order_by(ranked.c.id)
    for number in session.scalars(wrong):
        called = name_of(kind.__tablename__, [number])
        yield f"{called}: in force or superseded, against the order of its rows"


def fits(row: Any, where: Where) -> bool:
    return all(getattr(row, column) == value for column, value in where.items())


def bound_kinds() -> list[Any]:
    """Every model that the record holds to, by the name of its table."""
    kinds = (mapper.class_ for mapper in Base.registry.mappers)
    return sorted((kind for kind in kinds if hasattr(kind, "__bound__")), key=lambda one: one.__tablename__)


def key_of(session: Session) -> bytes | None:
    """None: nothing was ever recorded."""
    return session.scalar(KEY)


def differences(session: Session) -> Iterator[str]:
    """Each row that is not as the record says, is gone, or of which the record says nothing."""
    key, said = key_of(session) or b"", _read(session)
    for kind in bound_kinds():
        for called, row, identity, now in _rows(session, kind, key):
            bound = said.last.pop(called, None)
            if bound is not None and bound[0] != now:
                yield f"{called}: not as {bound[1]} says"
            lot = None if called in said.born else _lot(said, kind.__tablename__, row, identity)
            if lot is not None:
                changes = said.before.get(called, ())
                lot.found.append(next((was for number, was in changes if number > lot.number), now))
            elif bound is None:
                yield f"{called}: no entry of the record tells of it"
        yield from _out_of_turn(session, kind)
    for called, (digest, entry) in said.last.items():
        if digest is not None:
            yield f"{called}: gone, and {entry} tells of it"
    for lot in said.lots:
        if (len(lot.found), together(lot.found)) != (lot.count, lot.digest):
            yield f"{lot.table}: the {lot.count} rows up to {lot.upto} are not as {lot.entry} says"


def lot_of(
    session: Session, kind: Any, key: bytes, *, where: Where, after: int = 0, but: Container[str] = ()
) -> dict[str, Any]:
    """What an entry says of the rows of a table that fit, but some, as JSON."""
    found, upto = [], after
    for called, row, identity, now in _rows(session, kind, key):
        if identity[0] > after and fits(row, where):
            upto = identity[0]
            if called not in but:
                found.append(now)
    span = {"table": kind.__tablename__, "where": where, "after": after, "upto": upto}
    return {**span, "count": len(found), "digest": together(found)}


def unbound(session: Session, key: bytes) -> list[dict[str, Any]]:
    """For each table that has them, what an entry says of all rows that none tells of."""
    said, found = _read(session), []
    for kind in bound_kinds():
        known = {
            called
            for called, row, identity, _ in _rows(session, kind, key)
            if called in said.born or _lot(said, kind.__tablename__, row, identity)
        }
        lot = lot_of(session, kind, key, where={}, but=known)
        if lot["count"]:
            found.append(lot)
    return found


def _lot(said: Bindings, table: str, row: Any, identity: tuple[Any, ...]) -> Lot | None:
    return next((lot for lot in said.lots if lot.table == table and lot.holds_row(row, identity)), None)


def _read(session: Session) -> Bindings:
    said = Bindings()
    query = sa.select(Entry.number, Entry.chain, Entry.place, Entry.binds).where(Entry.binds.is_not(None))
    rows = session.execute(query.order_by(Entry.number).execution_options(yield_per=1000))
    for number, chain, place, binds in rows:
        entry = entry_called(chain, place)
        was = binds.get("was", {})
        for called, digest in binds.get("rows", {}).items():
            if called in was:
                said.before.setdefault(called, []).append((number, was[called]))
            else:
                said.born.add(called)
            said.last[called] = digest, entry
        said.lots += [Lot(entry, number, **lot) for lot in binds.get("lots", ())]
    return said


def _rows(session: Session, kind: Any, key: bytes) -> Iterator[tuple[str, Any, tuple[Any, ...], str]]:
    """Name, columns, identity and digest of each row, in order; read in blocks."""
    mapper = sa.inspect(kind)
    identity = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
    others = {"norm_id", "origin"} & set(mapper.column_attrs.keys())
    wanted = [
        getattr(kind, column) for column in dict.fromkeys([*identity, *kind.__bound__, *sorted(others)])
    ]
    query = sa.select(*wanted).order_by(*mapper.primary_key).execution_options(yield_per=1000)
    for row in session.execute(query):
        place = tuple(getattr(row, column) for column in identity)
        called = name_of(kind.__tablename__, place)
        yield (
            called,
            row,
            place,
            sealed(key, called, {column: getattr(row, column) for column in kind.__bound__}),
        )
