"""Who has been heard: gates per bloc, and which blocs are missing (pure)."""

from dataclasses import dataclass

import numpy as np

from app.representation.cells import Cells, Ints, blocs_of
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


def gates(cells: Cells, heard: Ints, rules: MeasurementRules) -> list[Gate]:
    """Every declared bloc's gate. ``heard``: shape (cells,), stakeholders heard in each cell.

    A stakeholder without a country counts as a country of its own.
    """
    found = []
    for kind, needed in sorted(rules.gates.items()):
        for bloc in blocs_of(kind, rules.categories):
            inside = cells.in_bloc(kind, bloc)
            stakeholders = int(heard[inside].sum())
            countries = units(cells, np.where(inside, heard, 0))
            passed = stakeholders >= needed and countries >= rules.gate_countries
            found.append(Gate(kind, bloc, needed, stakeholders, countries, passed))
    return found


def units(cells: Cells, heard: Ints) -> int:
    """Countries heard, and everybody without one."""
    with_country = cells.country_of >= 0
    countries = np.unique(cells.country_of[with_country & (heard > 0)]).size
    return int(countries + heard[~with_country].sum())
