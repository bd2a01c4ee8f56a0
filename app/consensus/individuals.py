"""Individuals as a publication counts them: together, by cell and clause, never one by one (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from app.consensus.components import Ints
from app.representation.cells import WORLD

FEWEST = 5  #: individuals of a cell that have said anything on a clause; fewer are not shown apart
INDIVIDUAL = "individual"


@dataclass(frozen=True)
class Crowd:
    """The individuals of one cell. ``cell``: its place; ``answers``: how many gave each: (clauses, 4)."""

    cell: int
    set_aside: bool
    taking_part: int
    answers: Ints

    def check(self, cells: Sequence[Sequence[Any]], clauses: int) -> None:
        """:raises ValueError: it cannot be, or tells of fewer than five."""
        counts, stated = self.answers, self.answers.sum(axis=1)
        if type(self.cell) is not int or not 0 <= self.cell < len(cells) or type(self.set_aside) is not bool:
            raise ValueError("input.json: individuals are in no cell")
        if cells[self.cell][0] != INDIVIDUAL or counts.shape != (clauses, 4) or int(counts.min()) < 0:
            raise ValueError("input.json: individuals, cells and clauses do not fit")
        if type(self.taking_part) is not int or self.taking_part < int(stated.max()):
            raise ValueError("input.json: more individuals answer a clause than take part")
        if ((stated > 0) & (stated < FEWEST)).any():
            raise ValueError(f"input.json: fewer than {FEWEST} individuals stand apart on a clause")


@dataclass(frozen=True)
class Individuals:
    """All of them. ``left_out``: positions of fewer than five that could be counted with nobody.

    ``set_aside``: how many individuals were set aside, in a crowd or left out.
    """

    crowds: Sequence[Crowd]
    left_out: int
    set_aside: int

    def counted(self, cells: int, clauses: int) -> tuple[Ints, Ints]:
        """How many of each cell take part, shape (cells,), and their answers, shape (cells, clauses, 4)."""
        present = np.zeros(cells, dtype=np.int64)
        answers = np.zeros((cells, clauses, 4), dtype=np.int64)
        for crowd in self.crowds:
            if not crowd.set_aside:
                present[crowd.cell] += crowd.taking_part
                answers[crowd.cell] += crowd.answers
        return present, answers

    def with_all(self) -> "Individuals":
        """As if nobody were set aside."""
        return replace(self, crowds=[replace(one, set_aside=False) for one in self.crowds], set_aside=0)

    def told(self, cells: Sequence[Sequence[Any]]) -> dict[str, int]:
        """How many are counted in their country's cell, by region, or of the world; positions left out."""
        found = {"country": 0, "region": 0, "world": 0}
        for crowd in self.crowds:
            country = cells[crowd.cell][1] or ""
            level = "world" if country == WORLD else "region" if len(country) > 2 else "country"
            found[level] += crowd.taking_part
        return found | {"left_out": self.left_out}

    def to_json(self) -> dict[str, Any]:
        crowds = [
            {
                "cell": one.cell,
                "set_aside": one.set_aside,
                "taking_part": one.taking_part,
                "answers": one.answers.tolist(),
            }
            for one in self.crowds
        ]
        return {"crowds": crowds, "left_out": self.left_out, "set_aside": self.set_aside}

    @classmethod
    def from_json(
        cls, content: Mapping[str, Any], cells: Sequence[Sequence[Any]], clauses: int
    ) -> "Individuals":
        """:raises ValueError: it tells of fewer than five, or cannot be."""
        crowds = []
        for one in content["crowds"]:
            answers = np.array(one["answers"])
            if answers.dtype != np.int64:
                raise ValueError("input.json: answers of individuals are not whole numbers")
            crowds.append(Crowd(**{**one, "answers": answers}))
            crowds[-1].check(cells, clauses)
        places = [(one.cell, one.set_aside) for one in crowds]
        totals = (content["left_out"], content["set_aside"])
        if places != sorted(set(places)) or not all(type(one) is int and one >= 0 for one in totals):
            raise ValueError("input.json: individuals of a cell come twice, or a number of them is none")
        return cls(crowds, *totals)
