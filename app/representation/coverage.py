"""Who has been heard: gates per bloc, and which blocs are missing (pure)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.representation.cells import Cells, Floats, Ints, blocs_of
from app.representation.rules import MeasurementRules


@dataclass(frozen=True)
class Gate:
    """What a bloc needs before a verdict may be given, and what it has."""

    kind: str
    bloc: str
    needed: int
    stakeholders: int
    countries: int
    passed: bool


def gates(cells: Cells, heard: Ints, rules: MeasurementRules) -> list[list[Gate]]:
    """Every declared bloc's gate, on each clause. ``heard``: shape (clauses, cells), stakeholders heard."""
    found: list[list[Gate]] = [[] for _ in heard]
    for kind, needed in sorted(rules.gates.items()):
        for bloc in blocs_of(kind, rules.categories):
            inside = np.where(cells.in_bloc(kind, bloc), heard, 0)
            stakeholders, countries = inside.sum(axis=1).tolist(), units(cells, inside).tolist()
            for passing, people, lands in zip(found, stakeholders, countries, strict=True):
                passed = people >= needed and lands >= rules.gate_countries
                passing.append(Gate(kind, bloc, needed, people, lands, passed))
    return found


def units(cells: Cells, heard: Ints) -> Ints:
    """Units heard: countries, verified stakeholders without one, and the self-declared without one as one.

    heard: shape (…, cells). Returns shape (…).
    """
    alone = cells.unit_of < 0
    shared = np.count_nonzero(summed(cells, heard > 0), axis=-1)
    return np.asarray(shared + heard[..., alone].sum(axis=-1), dtype=np.int64)


def summed(cells: Cells, amounts: NDArray[Any]) -> Floats:
    """Amounts, shape (…, cells), added up within each shared unit; shape (…, countries + 1)."""
    return np.asarray(amounts @ cells.in_unit, dtype=np.float64)
