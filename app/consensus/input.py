"""Input of an assessment (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from app.consensus.individuals import INDIVIDUAL, Individuals
from app.consensus.matrix import PositionMatrix
from app.foundation.arrays import Ints
from app.foundation.canonical import digest
from app.foundation.libraries import np

OBJECTION_STATES = ("open", "answered", "accommodated", "withdrawn", "maintained")


@dataclass(frozen=True)
class AssessmentInput:
    """Everything an assessment is computed from.

    ``closing``: whether it is the official one. ``provisions``: (code, label). ``cells``: (category, country
    or None, verified). ``people``: the stakeholders' names in files, ``cell_of`` each one's cell,
    ``positions`` each one's row. ``set_aside``: rows that a person decided not to count. For each clause:
    ``unconfirmed`` positions, ``objections`` (state → category → how many), and of verified stakeholders of
    the counted categories alone those that stand (``verified_objections``) and those nobody has answered.
    Whoever was refused is not in it.
    ``individuals``: where they are counted together, as in what is published; then none of them is among the
    ``people``.
    """

    norm: str
    draft: int
    closing: bool
    provisions: Sequence[tuple[str, str]]
    cells: Sequence[tuple[str, str | None, bool]]
    people: Sequence[str]
    cell_of: Ints
    positions: PositionMatrix
    set_aside: Sequence[int]
    unconfirmed: Sequence[int]
    objections: Sequence[Mapping[str, Mapping[str, int]]]
    verified_objections: Sequence[int]
    unanswered_objections: Sequence[int]
    country_facts: Sequence[Mapping[str, Any]]
    individuals: Individuals | None = None

    def to_json(self) -> dict[str, Any]:
        """As JSON; the positions as their number and digest."""
        counted = {"individuals": self.individuals.to_json()} if self.individuals else {}
        return counted | {
            "norm": self.norm,
            "draft": self.draft,
            "closing": self.closing,
            "provisions": [list(one) for one in self.provisions],
            "cells": [list(one) for one in self.cells],
            "people": list(self.people),
            "cell_of": self.cell_of.tolist(),
            "positions": {"number": self.positions.size, "digest": self.positions.digest},
            "set_aside": list(self.set_aside),
            "unconfirmed": list(self.unconfirmed),
            "objections": [{state: dict(counts) for state, counts in one.items()} for one in self.objections],
            "verified_objections": list(self.verified_objections),
            "unanswered_objections": list(self.unanswered_objections),
            "country_facts": [dict(one) for one in self.country_facts],
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any], positions: PositionMatrix) -> "AssessmentInput":
        """:raises ValueError: the positions are not those of the content."""
        stated = {"number": positions.size, "digest": positions.digest}
        if content["positions"] != stated:
            raise ValueError("the positions are not those of input.json")
        cell_of = np.array(content["cell_of"], dtype=np.int64).reshape(-1)
        individuals = None
        if "individuals" in content:
            clauses = len(content["provisions"])
            individuals = Individuals.from_json(content["individuals"], content["cells"], clauses)
        read = {"cell_of": cell_of, "positions": positions, "individuals": individuals}
        found = cls(**{**content, **read})
        found.check()
        return found

    def check(self) -> None:
        """Whoever is in no cell, or set aside twice, would be hidden from one count and not from another.

        :raises ValueError: lists that do not fit each other.
        """
        people, clauses = len(self.people), len(self.provisions)
        if len(self.positions) != people or self.positions.clauses != clauses or len(self.cell_of) != people:
            raise ValueError("input.json: stakeholders, clauses and positions do not fit")
        if people and not 0 <= int(self.cell_of.min()) <= int(self.cell_of.max()) < len(self.cells):
            raise ValueError("input.json: a stakeholder is in no cell")
        aside = list(self.set_aside)
        if aside != sorted(set(aside)) or not all(type(row) is int and 0 <= row < people for row in aside):
            raise ValueError("input.json: set_aside names no stakeholder, or one twice")
        for name in ("unconfirmed", "verified_objections", "unanswered_objections"):
            counts = getattr(self, name)
            if len(counts) != clauses or not all(type(count) is int and count >= 0 for count in counts):
                raise ValueError(f"input.json: {name} is not a number for each clause")
        if len(set(map(tuple, self.cells))) != len(self.cells) or len(self.objections) != clauses:
            raise ValueError("input.json: cells or objections do not fit")
        person = [category == INDIVIDUAL for category, _, _ in self.cells]
        if self.individuals is not None and any(person[cell] for cell in self.cell_of.tolist()):
            raise ValueError("input.json: an individual stands among the stakeholders")

    @cached_property
    def digest(self) -> str:
        return digest(self.to_json())

    @cached_property
    def counted_cell_of(self) -> Ints:
        """Each stakeholder's cell, −1 for those set aside; shape (people,)."""
        found = self.cell_of.copy()
        found[list(self.set_aside)] = -1
        return found

    @property
    def number_set_aside(self) -> int:
        return len(self.set_aside) + (self.individuals.set_aside if self.individuals else 0)

    def of_clauses(self, first: int, last: int) -> "AssessmentInput":
        """What is known of some clauses besides the positions, which stay those on all."""
        per_clause = (
            "provisions",
            "unconfirmed",
            "objections",
            "verified_objections",
            "unanswered_objections",
        )
        return replace(self, **{name: getattr(self, name)[first:last] for name in per_clause})

    def with_set_aside(self) -> "AssessmentInput":
        """As if nobody were set aside."""
        everybody = self.individuals.with_all() if self.individuals else None
        return replace(self, set_aside=(), individuals=everybody)
