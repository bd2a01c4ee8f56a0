"""Counts and weights per cell (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from app.consensus.agreement import Agreement, agreement
from app.consensus.blocs import Blocs, by_kind
from app.consensus.executors import HERE, Executor
from app.consensus.individuals import UNTOLD
from app.consensus.input import AssessmentInput
from app.consensus.sensitivity import without_self_declared
from app.consensus.tallies import participants, tallies
from app.foundation.arrays import Bools, Floats, Ints
from app.foundation.libraries import np
from app.reference.countries import from_rows
from app.representation.bounds import Weighing, weigh
from app.representation.cells import Cell, Cells
from app.representation.rules import MAIN, MeasurementRules


def said(data: AssessmentInput, executor: Executor = HERE) -> tuple[Cells, Ints]:
    """Everybody not set aside, and how many of each cell gave each answer, shape (cells, clauses, 5): the
    four stances, and answers that are not told (``individuals.UNTOLD``).

    Positions are looked at here and nowhere else but for opinion groups.
    """
    cell_of, size = data.counted_cell_of, len(data.cells)
    counts = participants(data.positions, cell_of, size)
    answers = np.pad(tallies(data.positions, cell_of, size, executor), ((0, 0), (0, 0), (0, 1)))
    if data.individuals is not None:
        present, given = data.individuals.counted(size)
        counts, answers = counts + present, answers + given
    return Cells([Cell(*one) for one in data.cells], counts, from_rows(data.country_facts)), answers


@dataclass(frozen=True)
class Scales:
    """What everybody weighs who is counted under the rules; it follows from who takes part, not from what
    they say. ``counted``: which of all cells are. ``cells``: these.
    """

    rules: MeasurementRules
    counted: Bools
    cells: Cells

    @classmethod
    def of(cls, rules: MeasurementRules, cells: Cells) -> "Scales":
        """The others leave no trace, not even an empty cell: however many come, every figure keeps its last
        bit.
        """
        counted = cells.counted(rules)
        return cls(rules, counted, cells.kept(counted))

    @cached_property
    def weighings(self) -> Mapping[str, Weighing]:
        """Scheme → weights."""
        return {scheme: weigh(self.cells, self.rules, scheme) for scheme in self.rules.schemes}

    @cached_property
    def verified(self) -> Cells:
        """The cells with the verified alone."""
        return self.cells.alone(self.cells.verified)

    @cached_property
    def weights_alone(self) -> Mapping[str, Floats]:
        """Scheme → weights if only the verified were heard; where the rules do without verification, of the
        scheme of the status alone."""
        schemes = self.rules.schemes if self.rules.verification else (MAIN,)
        return {name: weigh(self.verified, self.rules, name).weights for name in schemes}

    def room(self, by_cell: Ints) -> "Room":
        """by_cell: of all cells, as in ``said``."""
        return Room(self, by_cell[self.counted])


@dataclass(frozen=True)
class Room:
    """What those who are counted say. ``by_cell``: counts as in ``said``, shape (cells, clauses, 5)."""

    scales: Scales
    by_cell: Ints

    @classmethod
    def of(cls, rules: MeasurementRules, data: AssessmentInput, executor: Executor = HERE) -> "Room":
        """Everybody who is counted under the rules."""
        return cls.counting(rules, *said(data, executor))

    @classmethod
    def counting(cls, rules: MeasurementRules, cells: Cells, by_cell: Ints) -> "Room":
        """Of all who have spoken, those who are counted under the rules, weighed among themselves."""
        return Scales.of(rules, cells).room(by_cell)

    @property
    def cells(self) -> Cells:
        return self.scales.cells

    @property
    def rules(self) -> MeasurementRules:
        return self.scales.rules

    @property
    def weighings(self) -> Mapping[str, Weighing]:
        return self.scales.weighings

    @property
    def answers(self) -> Ints:
        """How many took each stance: shape (clauses, 4)."""
        return np.asarray(self.by_cell.sum(axis=0)[:, :UNTOLD])

    @cached_property
    def accept(self) -> Floats:
        """Shape (clauses, cells), cell by cell in memory."""
        return np.asarray(self.by_cell[:, :, 0] + self.by_cell[:, :, 1], dtype=np.float64).T

    @cached_property
    def against(self) -> Floats:
        return np.array(self.by_cell[:, :, 3], dtype=np.float64, order="C").T

    @cached_property
    def known(self) -> Floats:
        """How many verified stakeholders have said anything on each clause: shape (clauses,)."""
        return np.asarray(self.stated[:, self.cells.verified].sum(axis=1))

    @cached_property
    def heard(self) -> Floats:
        """How many of those who may open a gate have said anything on each clause: shape (clauses,)."""
        return np.asarray(self.stated[:, self.cells.known(self.rules)].sum(axis=1))

    @cached_property
    def stated(self) -> Floats:
        return np.asarray(self.by_cell.sum(axis=2), dtype=np.float64).T

    @cached_property
    def agreed(self) -> Mapping[str, Agreement]:
        """Scheme → agreement."""
        return {
            name: agreement(
                self.cells,
                one.weights,
                self.accept,
                self.against,
                population=self.rules.population,
                heard=self.known,
            )
            for name, one in self.weighings.items()
        }

    @cached_property
    def blocs(self) -> Mapping[str, Blocs]:
        """Kind → the figures of its blocs."""
        return by_kind(self.cells, self.rules, self.stated, self.accept, self.against)

    @cached_property
    def agreed_alone(self) -> Mapping[str, Agreement]:
        """Scheme → agreement if only the verified were heard, as in ``Scales.weights_alone``."""
        if not self.cells.counts[~self.cells.verified].any():
            return self.agreed
        return {
            name: without_self_declared(
                self.scales.verified,
                weights,
                self.accept,
                self.against,
                population=self.rules.population,
                heard=self.known,
            )
            for name, weights in self.scales.weights_alone.items()
        }
