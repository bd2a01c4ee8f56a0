"""Comparing every bound row with what the record says of it."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.binding.parts import Part, bound_parts, parts_of, says_nothing
from app.audit.binding.sealing import name_of, sealed, together
from app.audit.chain import name_of as entry_called
from app.audit.models import AuditEntry, RecordKey

Where = Mapping[str, Any]
Key = int | str  #: what a row is called by first: its number, or a country's code
UNTOLD = "of which no entry of the record tells (after an upgrade, run flask audit bind)"
KEY = sa.select(RecordKey.__table__.c.key)


@dataclass
class Lot:
    """Rows that one entry binds together: those of a table, or of a later part of it, that fit, between two
    keys, and that no entry bound when they were written."""

    entry: str
    number: int
    table: str
    where: Where
    after: Key
    upto: Key
    count: int
    digest: str
    found: list[tuple[tuple[Any, ...], str]] = field(default_factory=list)  #: digests, as the rows were then

    def holds_row(self, row: Any, identity: tuple[Any, ...]) -> bool:
        return self.spans(identity) and fits(row, self.where)

    def spans(self, identity: tuple[Any, ...]) -> bool:
        return bool(self.after < identity[0] <= self.upto)

    @property
    def is_whole(self) -> bool:
        digests = [digest for _, digest in sorted(self.found)]
        return (len(digests), together(digests)) == (self.count, self.digest)


@dataclass
class Bindings:
    """What the entries say: of each row the last digest and where it stands, and what rows said before."""

    last: dict[str, tuple[str | None, str]] = field(default_factory=dict)
    before: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    born: set[str] = field(default_factory=set)
    lots: list[Lot] = field(default_factory=list)

    def at(self, called: str, lot: Lot) -> str | None:
        """What a row said when the lot was bound; None where no entry has changed it since."""
        return next((was for number, was in self.before.get(called, ()) if number > lot.number), None)


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


def key_of(session: Session) -> bytes | None:
    """None: nothing was ever recorded."""
    return session.scalar(KEY)


def differences(session: Session) -> Iterator[str]:
    """Each row that is not as the record says, or is gone; and of how many of a table it says nothing."""
    key, said = key_of(session) or b"", _read(session)
    for part in bound_parts():
        untold: list[str] = []
        for called, row, identity, now in _rows(session, part, key):
            bound = said.last.pop(called, None)
            if bound is not None and bound[0] != now:
                yield f"{called}: not as {bound[1]} says"
            lot = None if called in said.born else _lot(said, part.name, row, identity)
            if lot is not None:
                lot.found.append((identity, said.at(called, lot) or now))
            elif bound is None:
                untold.append(called)
        if untold:
            yield f"{part.name}: {len(untold)} {UNTOLD}, first {untold[0]}"
        if part.name == part.kind.__tablename__:
            yield from _out_of_turn(session, part.kind)
    for called, (digest, entry) in said.last.items():
        if digest is not None:
            yield f"{called}: gone, and {entry} tells of it"
        _was_there(said, called)
    for lot in said.lots:
        if not lot.is_whole:
            yield f"{lot.table}: the {lot.count} rows up to {lot.upto} are not as {lot.entry} says"


def _was_there(said: Bindings, called: str) -> None:
    """A row that an act removed belongs to the lot that bound it. (Rows of an import are never removed.)"""
    table, _, number = called.partition(":")
    if called in said.born:
        return
    identity = tuple(int(one) if one.isdecimal() else one for one in number.split(":"))
    for lot in said.lots:
        was = said.at(called, lot)
        if lot.table == table and not lot.where and lot.spans(identity) and was is not None:
            lot.found.append((identity, was))
            return


def lots_of(session: Session, kind: Any, key: bytes, *, where: Where, after: int) -> list[dict[str, Any]]:
    """What an entry says of the rows of a table that fit, as JSON."""
    lots = (_lot_of(session, part, key, where=where, after=after) for part in parts_of(kind))
    return [lot for lot in lots if lot["count"]]


def unbound(session: Session, key: bytes) -> list[dict[str, Any]]:
    """For each table that has them, what an entry says of all rows that none tells of."""
    said, found = _read(session), []
    for part in bound_parts():
        known = {
            called
            for called, row, identity, _ in _rows(session, part, key)
            if called in said.born or _lot(said, part.name, row, identity)
        }
        lot = _lot_of(session, part, key, but=known)
        if lot["count"]:
            found.append(lot)
    return found


def _lot_of(
    session: Session,
    part: Part,
    key: bytes,
    *,
    where: Where = MappingProxyType({}),
    after: Key | None = None,
    but: Container[str] = (),
) -> dict[str, Any]:
    least = sa.inspect(part.kind).primary_key[0].type.python_type()
    after = least if after is None else after
    found, upto = [], after
    fitting = [getattr(part.kind, column) == value for column, value in where.items()]
    beyond = sa.inspect(part.kind).primary_key[0] > after
    for called, _, identity, now in _rows(session, part, key, beyond, *fitting):
        upto = identity[0]
        if called not in but:
            found.append(now)
    span = {"table": part.name, "where": dict(where), "after": after, "upto": upto}
    return {**span, "count": len(found), "digest": together(found)}


def _lot(said: Bindings, table: str, row: Any, identity: tuple[Any, ...]) -> Lot | None:
    return next((lot for lot in said.lots if lot.table == table and lot.holds_row(row, identity)), None)


def _read(session: Session) -> Bindings:
    said = Bindings()
    query = sa.select(AuditEntry.number, AuditEntry.chain, AuditEntry.place, AuditEntry.binds).where(
        AuditEntry.binds.is_not(None)
    )
    rows = session.execute(query.order_by(AuditEntry.number).execution_options(yield_per=1000))
    for number, chain, place, binds in rows:
        entry = entry_called(chain, place)
        was = binds.get("was", {})
        for called, digest in binds.get("rows", {}).items():
            if called in was:
                said.before.setdefault(called, []).append((number, was[called]))
            elif called not in said.before:
                said.born.add(called)
            said.last[called] = digest, entry
        said.lots += [Lot(entry, number, **lot) for lot in binds.get("lots", ())]
    return said


def _rows(
    session: Session, part: Part, key: bytes, *which: sa.ColumnElement[bool]
) -> Iterator[tuple[str, Any, tuple[Any, ...], str]]:
    """Name, columns, identity and digest of each row that says something, in order; read in blocks."""
    mapper = sa.inspect(part.kind)
    identity = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
    others = {"norm_id", "origin"} & set(mapper.column_attrs.keys())
    wanted = dict.fromkeys([*identity, *part.columns, *sorted(others)])
    query = sa.select(*(getattr(part.kind, column) for column in wanted))
    query = query.where(*which).order_by(*mapper.primary_key)
    if part.name != part.kind.__tablename__:
        query = query.where(sa.or_(*(getattr(part.kind, column).is_not(None) for column in part.columns)))
    for row in session.execute(query.execution_options(yield_per=1000)):
        values = part.values(row)
        if not says_nothing(values):
            place = tuple(getattr(row, column) for column in identity)
            called = name_of(part.name, place)
            yield called, row, place, sealed(key, called, values)
