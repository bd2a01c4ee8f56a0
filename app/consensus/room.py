"""Who takes part, what they said, and what they weigh (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.consensus.components import Ints
from app.consensus.executors import HERE, Executor
from app.consensus.input import AssessmentInput
from app.consensus.tallies import participants, tallies
from app.reference.countries import from_rows
from app.representation.bounds import Weighing, weigh
from app.representation.cells import Cell, Cells
from app.representation.rules import MeasurementRules


@dataclass(frozen=True)
class Room:
    """``counts``: shape (clauses, cells, 4). ``weighings``: scheme → weights."""

    cells: Cells
    counts: Ints
    weighings: Mapping[str, Weighing]

    @classmethod
    def of(cls, rules: MeasurementRules, data: AssessmentInput, executor: Executor = HERE) -> "Room":
        """Everybody who is counted; positions are looked at here and nowhere else but for opinion groups."""
        cell_of, size = data.counted_cell_of, len(data.cells)
        cells = Cells(
            [Cell(*one) for one in data.cells],
            participants(data.positions, cell_of, size),
            from_rows(data.country_facts),
        )
        counts = tallies(data.positions, cell_of, size, executor)
        return cls(cells, counts, {scheme: weigh(cells, rules, scheme) for scheme in rules.schemes})

    @cached_property
    def accept(self) -> Ints:
        """Shape (clauses, cells)."""
        return np.asarray(self.counts[:, :, 0] + self.counts[:, :, 1])

    @cached_property
    def against(self) -> Ints:
        return np.asarray(self.counts[:, :, 3])

    @cached_property
    def stated(self) -> Ints:
        return np.asarray(self.counts.sum(axis=2))
