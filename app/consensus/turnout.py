"""What follows from who takes part, whatever they say, and what they say of some clauses (pure)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from app.consensus.blocs import Blocs
from app.consensus.clauses import figures, with_self_declared
from app.consensus.electorate import Scales
from app.consensus.input import AssessmentInput
from app.consensus.newcomers import Arrival, attack
from app.foundation.arrays import Ints
from app.foundation.canonical import WrittenJson
from app.foundation.libraries import np
from app.representation.bounds import Weighing
from app.representation.cells import Cells
from app.representation.coverage import gates
from app.representation.influence import Reach, influence
from app.representation.rules import MAIN, MeasurementRules


@dataclass(frozen=True)
class ClauseBlock:
    """Clauses that were computed together: what is said of each, what newcomers would make of it (nothing
    where none are reckoned with), and kind → the figures of its blocs."""

    clauses: list[dict[str, Any]]
    newcomers: list[WrittenJson]
    blocs: Mapping[str, Blocs]


@dataclass(frozen=True)
class Turnout:
    """``cells``: of everybody who has spoken and was not set aside."""

    rules: MeasurementRules
    cells: Cells

    @cached_property
    def counted(self) -> Scales:
        return Scales.of(self.rules, self.cells)

    @cached_property
    def everybody(self) -> Scales:
        """Were everybody counted who is self-declared."""
        return Scales.of(replace(self.rules, verification=False), self.cells)

    @cached_property
    def reach(self) -> Reach:
        return Reach.of(self.counted.cells, self.rules, MAIN)

    @cached_property
    def arrival(self) -> Arrival | None:
        newcomers = attack(self.counted.cells, self.rules)
        return Arrival.of(self.rules, newcomers, self.cells) if newcomers else None

    def block(self, data: AssessmentInput, by_cell: Ints, *, seeks_flips: bool) -> ClauseBlock:
        """data: of these clauses. by_cell: how many gave each answer to them, as in ``said``."""
        room, everybody = self.counted.room(by_cell), self.everybody.room(by_cell)
        beside = with_self_declared(data, everybody)
        within = self.reach.on(room.accept, room.against)
        clauses = [
            one | {"reach": bounds, "with_self_declared": all_of_them}
            for one, bounds, all_of_them in zip(
                figures(data, room, seeks_flips=seeks_flips), within, beside, strict=True
            )
        ]
        newcomers = self.arrival.on(data, by_cell, room, everybody) if self.arrival else []
        return ClauseBlock(clauses, [WrittenJson(one) for one in newcomers], room.blocs)

    @cached_property
    def told(self) -> dict[str, Any]:
        """Who takes part, how they are weighed, and which blocs are heard, as an assessment says it."""
        cells, rules = self.counted.cells, self.rules
        overall = gates(cells, cells.counts[None, :], rules)[0]
        return {
            "verification": rules.verification,
            "stakeholders": taking_part(cells) | {"self_declared": self_declared(self.cells, rules)},
            "schemes": {name: scheme_figures(one) for name, one in self.counted.weighings.items()},
            "influence": {scheme: influence(cells, rules, scheme) for scheme in rules.schemes},
            "coverage": {
                "gates": [vars(gate) for gate in overall],
                "missing": [gate.bloc for gate in overall if gate.stakeholders == 0],
            },
        }


def self_declared(cells: Cells, rules: MeasurementRules) -> dict[str, int]:
    """How many of those who have spoken are not verified, and how many of them are not counted."""
    unknown, counted = ~cells.verified, cells.counted(rules)
    person = np.array([cell.category == "individual" for cell in cells.cells], dtype=bool)
    return {
        "individuals": int(cells.counts[unknown & person].sum()),
        "entities": int(cells.counts[unknown & ~person].sum()),
        "not_counted": int(cells.counts[~counted].sum()),
    }


def taking_part(cells: Cells) -> dict[str, Any]:
    """How many take part, in all and by category, development bloc and region."""
    counted: dict[str, Any] = {"total": int(cells.counts.sum())}
    for kind in ("category", "development", "region"):
        groups: Counter[str] = Counter()
        for bloc, count in zip(cells.blocs[kind], cells.counts.tolist(), strict=True):
            groups[bloc] += count
        counted[f"by_{kind}"] = {bloc: count for bloc, count in sorted(groups.items()) if count}
    return counted


def scheme_figures(weighing: Weighing) -> dict[str, Any]:
    return {
        "n_eff": weighing.n_eff,
        "max_weight": weighing.max_weight,
        "margin_error": weighing.margin_error,
        "unreached": [list(one) for one in weighing.unreached],
        "largest_country": list(weighing.largest),
    }
