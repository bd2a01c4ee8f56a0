"""Individuals as a publication counts them: together, never one by one (pure)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.consensus.apportionment import apportioned
from app.consensus.matrix import STANCES
from app.foundation.arrays import Ints
from app.foundation.libraries import np
from app.reference.countries import Facts
from app.representation.cells import bloc_of

FEWEST = 5  #: individuals who answered a clause; what fewer said is not published
INDIVIDUAL = "individual"
MOST = 10**9  #: individuals, so that products of two numbers of them have 64 bits
UNTOLD = len(STANCES)  #: in place of a stance: answered, and how is not told


@dataclass(frozen=True)
class Presence:
    """Individuals of one cell who take part, set aside or not: ``number`` of them, > 0."""

    cell: int
    set_aside: bool
    number: int


@dataclass(frozen=True)
class Pool:
    """What the individuals of some places answered on one clause; which of them did is not told.

    ``places``: by their numbers, ascending, all verified or none, all set aside or none. ``answers``: how
    many took each stance, and last how many took one that is not told: all of them where they are fewer than
    five, and else none.
    """

    places: Sequence[int]
    answers: Sequence[int]


@dataclass(frozen=True)
class Individuals:
    """All of them. ``clauses``: the pools of each clause, which share no place. ``set_aside``: how many
    individuals were set aside, whether or not they answered a clause that is counted."""

    places: Sequence[Presence]
    clauses: Sequence[Sequence[Pool]]
    set_aside: int

    def counted(self, cells: int) -> tuple[Ints, Ints]:
        """How many of each cell take part and are not set aside, shape (cells,), and how many of them gave
        each answer or an untold one, shape (cells, clauses, 5): apportioned to all places of a pool."""
        numbers = np.array([one.number for one in self.places], dtype=np.int64)
        answers = np.zeros((len(self.places), len(self.clauses), UNTOLD + 1), dtype=np.int64)
        for clause, pools in enumerate(self.clauses):
            if pools:
                answers[:, clause] = apportioned([(one.places, one.answers) for one in pools], numbers)
        counted = np.flatnonzero([not one.set_aside for one in self.places])
        cell_of = np.array([one.cell for one in self.places], dtype=np.int64)[counted]
        present, by_cell = np.zeros(cells, np.int64), np.zeros((cells, *answers.shape[1:]), np.int64)
        np.add.at(present, cell_of, numbers[counted])
        np.add.at(by_cell, cell_of, answers[counted])
        return present, by_cell

    def with_all(self) -> "Individuals":
        """As if nobody were set aside."""
        return replace(self, places=[replace(one, set_aside=False) for one in self.places], set_aside=0)

    def told(self, cells: Sequence[Sequence[Any]], facts: Facts) -> dict[str, int]:
        """How many answers are counted in the cell they are from, in a pool of one development bloc, in a
        wider pool, and how many are in no figure."""
        found = {"cell": 0, "bloc": 0, "wider": 0, "left_out": 0}
        for pool in (pool for pools in self.clauses for pool in pools):
            countries = [cells[self.places[place].cell][1] for place in pool.places]
            blocs = {bloc_of(facts, country, "development") for country in countries}
            width = "cell" if len(countries) == 1 else "bloc" if len(blocs) == 1 else "wider"
            found[width] += sum(pool.answers[:UNTOLD])
            found["left_out"] += pool.answers[UNTOLD]
        return found

    def listed(
        self, clause: int, cells: Sequence[Sequence[Any]]
    ) -> Iterator[tuple[str, bool, Sequence[int]]]:
        """The pools of a clause: their countries ("-" for none), whether verified, the answers; not of those
        who were set aside alone."""
        for pool in self.clauses[clause]:
            places = [self.places[place] for place in pool.places]
            if not places[0].set_aside:
                countries = {cells[one.cell][1] or "-" for one in places}
                yield " ".join(sorted(countries)), cells[places[0].cell][2], pool.answers

    def to_json(self) -> dict[str, Any]:
        return {
            "places": [vars(one) for one in self.places],
            "clauses": [[vars(one) for one in pools] for pools in self.clauses],
            "set_aside": self.set_aside,
        }

    @classmethod
    def from_json(
        cls, content: Mapping[str, Any], cells: Sequence[Sequence[Any]], clauses: int
    ) -> "Individuals":
        """:raises ValueError: it tells of fewer than five, or cannot be."""
        places = [Presence(**one) for one in content["places"]]
        pools = [[Pool(**one) for one in own] for own in content["clauses"]]
        found = cls(places, pools, content["set_aside"])
        for fault in found.faults(cells, clauses):
            raise ValueError(f"input.json: {fault}")
        return found

    def faults(self, cells: Sequence[Sequence[Any]], clauses: int) -> Iterator[str]:
        """Why it tells of fewer than five, or cannot be."""
        for one in self.places:
            if not _are_counts(one.cell, one.number) or one.number < 1 or type(one.set_aside) is not bool:
                yield "a number of individuals is none"
            elif one.cell >= len(cells) or cells[one.cell][0] != INDIVIDUAL:
                yield "individuals are in no cell"
            elif one.set_aside and one.number < FEWEST and cells[one.cell][1] is not None:
                yield f"a country is told of fewer than {FEWEST} individuals who were set aside"
        if len({(one.cell, one.set_aside) for one in self.places}) != len(self.places):
            yield "individuals of a cell come twice"
        if sum(one.number for one in self.places) > MOST:
            yield "there are not so many individuals"
        if len(self.clauses) != clauses:
            yield "individuals and clauses do not fit"
        if not _are_counts(self.set_aside):
            yield "a number of individuals is none"
        elif self.set_aside < sum(one.number for one in self.places if one.set_aside):
            yield "more individuals are set aside than there are"
        for pools in self.clauses:
            used = [place for pool in pools for place in pool.places]
            if not _are_counts(*used) or not all(place < len(self.places) for place in used):
                yield "individuals are in no place"
            elif len(set(used)) != len(used):
                yield "individuals stand in two pools of a clause"
            else:
                for pool in pools:
                    yield from self._faults_of(pool, cells)

    def _faults_of(self, pool: Pool, cells: Sequence[Sequence[Any]]) -> Iterator[str]:
        places = [self.places[place] for place in pool.places]
        if len({(one.set_aside, cells[one.cell][2]) for one in places}) != 1:
            yield "individuals who do not count alike stand in one pool"
        if list(pool.places) != sorted(pool.places):
            yield "the places of a pool are in another order"
        if len(pool.answers) != UNTOLD + 1 or not _are_counts(*pool.answers):
            yield "answers of individuals are not whole numbers"
            return
        *told, untold = pool.answers
        if untold and (untold >= FEWEST or any(told)):
            yield "answers are untold that need not be"
        elif not untold and sum(told) < FEWEST:
            yield f"fewer than {FEWEST} individuals stand apart on a clause"
        elif sum(pool.answers) > sum(one.number for one in places):
            yield "more individuals answer a clause than take part"


def _are_counts(*values: Any) -> bool:
    return all(type(one) is int and one >= 0 for one in values)
