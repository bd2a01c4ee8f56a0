"""What of a model the record holds to: the columns it names, in parts (pure).

``__bound__`` names the columns of the first part. Columns that are bound by a later version make a part of
their own, in ``__bound_later__``, so that no digest made before changes: an upgraded installation is told
which rows no entry tells of yet, and never that they were altered.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.audit.binding.sealing import name_of
from app.foundation.database import Base


@dataclass(frozen=True)
class Part:
    """Columns of a model that have one digest. ``name``: of the table, with a number from the second on."""

    kind: Any
    name: str
    columns: tuple[str, ...]

    def called(self, row: Base) -> str:
        """The part of a row as entries call it, such as ``position:17`` or ``position/2:17``."""
        return name_of(self.name, row.__mapper__.primary_key_from_instance(row))

    def values(self, row: Any) -> dict[str, Any]:
        return {column: getattr(row, column) for column in self.columns}


def parts_of(kind: Any) -> tuple[Part, ...]:
    """The parts of a model; none where the record does not hold to it."""
    if not hasattr(kind, "__bound__"):
        return ()
    every = (kind.__bound__, *getattr(kind, "__bound_later__", ()))
    table = kind.__tablename__
    return tuple(
        Part(kind, table if number == 1 else f"{table}/{number}", columns)
        for number, columns in enumerate(every, 1)
    )


def bound_parts() -> list[Part]:
    """Every part that the record holds to, by its name."""
    found = (part for mapper in Base.registry.mappers for part in parts_of(mapper.class_))
    return sorted(found, key=lambda part: part.name)


def says_nothing(values: Mapping[str, Any]) -> bool:
    """Whether there is nothing to bind: such a part of a row is as if it were not there."""
    return all(value is None or value is False for value in values.values())
