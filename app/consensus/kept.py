"""What an assessment leaves to the next one of the same norm (pure).

Each part is used again where everything that it follows from is the same, and only there: so what is
refreshed is what would be computed from nothing, to the last bit. Counts are whole numbers, which are changed
by differences; fractions never are, but computed again, and clauses always in the same blocks. Decision 38.
"""

from dataclasses import replace
from typing import Any

from app.consensus.between import Differences, differences
from app.consensus.electorate import Scales, said
from app.consensus.executors import Executor
from app.consensus.input import AssessmentInput
from app.consensus.tallies import participants
from app.consensus.turnout import ClauseBlock, Turnout
from app.consensus.variants import figures_under, standings
from app.foundation.arrays import Bools, Ints
from app.foundation.canonical import WrittenJson
from app.foundation.libraries import np
from app.representation.cells import Cells
from app.representation.rules import KINDS, MAIN, MeasurementRules

BLOCK = 16  #: clauses computed together
FEW_CELLS = 20_000  #: clauses · cells; up to here the fewest positions that change a status are always sought


class KeptTallies:
    """``cells`` and ``by_cell`` as in ``electorate.said``, changed by what has changed of the input."""

    cells: Cells
    by_cell: Ints

    def __init__(self) -> None:
        self._data: AssessmentInput | None = None

    def refresh(self, data: AssessmentInput, executor: Executor) -> Bools:
        """Which clauses are counted otherwise than before; shape (clauses,). ``cells`` stays the same object
        where as many take part in each."""
        before, self._data = self._data, data
        if before is None or not _same_people(before, data):
            self.cells, self.by_cell = said(data, executor)
            return np.ones(len(data.provisions), dtype=bool)
        cell_of, size = data.counted_cell_of, len(data.cells)
        counts = participants(data.positions, cell_of, size)
        if not np.array_equal(counts, self.cells.counts):
            self.cells = Cells(self.cells.cells, counts, self.cells.facts)
        rows = before.positions.rows_that_differ(data.positions)
        rows = rows[cell_of[rows] >= 0]
        then, now = (_keys(one, rows) for one in (before, data))
        gone, come = np.setdiff1d(then, now), np.setdiff1d(now, then)
        width = 4 * len(data.provisions)
        moved = np.zeros(len(data.provisions), dtype=bool)
        for keys, by in ((gone, -1), (come, 1)):
            clauses, stances = np.divmod(keys % width, 4)
            np.add.at(self.by_cell, (cell_of[rows[keys // width]], clauses, stances), by)
            moved[clauses] = True
        return moved


def _same_people(before: AssessmentInput, data: AssessmentInput) -> bool:
    """Whether nothing but positions can have changed."""
    return (
        before.individuals is None
        and data.individuals is None
        and len(before.provisions) == len(data.provisions)
        and list(before.cells) == list(data.cells)
        and list(before.country_facts) == list(data.country_facts)
        and np.array_equal(before.counted_cell_of, data.counted_cell_of)
    )


def _keys(data: AssessmentInput, rows: Ints) -> Ints:
    """Positions of some rows as numbers: place of the row · 4 · clauses + code."""
    taken = data.positions.take(rows)
    return taken.rows * 4 * len(data.provisions) + taken.codes


class Kept:
    """``turnout``, ``clauses`` and ``newcomers``: what there is to tell of the input it was refreshed with
    last. For one thread at a time.
    """

    turnout: Turnout

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._tallies, self._with_set_aside = KeptTallies(), KeptTallies()
        self._begin(())

    def _begin(self, ground: tuple[Any, ...]) -> None:
        """ground: what every clause follows from."""
        self._ground = ground
        self._words: list[Any] = []
        self._blocks: list[ClauseBlock] = []
        self._between: dict[str, Differences] = {}
        self._sources: list[Any] = []
        self.clauses: list[WrittenJson] = []

    @property
    def newcomers(self) -> list[WrittenJson]:
        """Of each clause what newcomers would make of it, where any are reckoned with."""
        return [one for block in self._blocks for one in block.newcomers]

    def refresh(self, rules: MeasurementRules, data: AssessmentInput, executor: Executor) -> None:
        """After a failure nothing is kept."""
        try:
            self._refresh(rules, data, executor)
        except BaseException:
            self._forget()
            raise

    def _refresh(self, rules: MeasurementRules, data: AssessmentInput, executor: Executor) -> None:
        moved = self._tallies.refresh(data, executor)
        cells, everybody = self._tallies.cells, None
        if data.number_set_aside:
            moved |= self._with_set_aside.refresh(data.with_set_aside(), executor)
            everybody = self._with_set_aside.cells
        size = len(data.provisions)
        ground = (cells, everybody, rules, data.closing, size)
        if not (
            self._ground
            and cells is self._ground[0]
            and everybody is self._ground[1]
            and ground[2:] == self._ground[2:]
        ):
            self._begin(ground)
            self.turnout = Turnout(rules, cells)
            self._whole = None if everybody is None else Scales.of(rules, everybody)
        words = list(
            zip(
                data.provisions,
                data.unconfirmed,
                data.objections,
                data.verified_objections,
                data.unanswered_objections,
                strict=True,
            )
        )
        first_time = not self._blocks
        for number, first in enumerate(range(0, max(1, size), BLOCK)):
            last = min(size, first + BLOCK)
            if first_time:
                self._blocks.append(self._block(data, first, last))
            elif moved[first:last].any() or words[first:last] != self._words[first:last]:
                self._blocks[number] = self._block(data, first, last)
        self._words = words
        self._tell()

    def _block(self, data: AssessmentInput, first: int, last: int) -> ClauseBlock:
        own, size = data.of_clauses(first, last), len(data.provisions)
        seeks_flips = data.closing or size * len(self.turnout.counted.cells) <= FEW_CELLS
        found = self.turnout.block(own, self._tallies.by_cell[:, first:last], seeks_flips=seeks_flips)
        if self._whole is None:
            return found
        room = self._whole.room(self._with_set_aside.by_cell[:, first:last])
        whole = figures_under(MAIN, room, standings(own, room))
        clauses = [
            one | {"with_set_aside": all_of_them}
            for one, all_of_them in zip(found.clauses, whole, strict=True)
        ]
        return replace(found, clauses=clauses)

    def _tell(self) -> None:
        """Put together what is said of each clause; what is the same stays the same object."""
        for kind in KINDS:
            own = [block.blocs[kind] for block in self._blocks]
            shares = np.concatenate([one.shares for one in own])
            countries = np.concatenate([one.countries for one in own])
            self._between[kind] = differences(shares, countries, own[0].names, known=self._between.get(kind))
        found = [one for block in self._blocks for one in block.clauses]
        told = (self._between[kind].told for kind in KINDS)
        sources: list[Any] = list(zip(found, *told, strict=True))
        if not self._sources:
            self._sources, self.clauses = [()] * len(found), [WrittenJson()] * len(found)
        for number, (source, known) in enumerate(zip(sources, self._sources, strict=True)):
            if list(map(id, source)) != list(map(id, known)):
                clause, *apart = source
                between = dict(zip(KINDS, apart, strict=True))
                self.clauses[number] = WrittenJson(clause | {"between_blocs": between})
        self._sources = sources
