"""Effect on each clause of many more participants, known or unknown (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.consensus.electorate import Room, Scales
from app.consensus.input import AssessmentInput
from app.consensus.matrix import STANCES
from app.consensus.variants import judged
from app.foundation.arrays import Ints
from app.foundation.libraries import np
from app.reference.countries import Facts, members
from app.representation.cells import Cell, Cells, bloc_of
from app.representation.rules import MeasurementRules

OPPOSITE = "opposite"  #: stance: against what half or more can accept, for everything else
GOVERNMENTS = 80  #: that one account once registered in four seconds
LEAST_DEVELOPED, EVERYWHERE = "ldc", "all"
OBJECT, SUPPORT = STANCES.index("object"), STANCES.index("support")


@dataclass(frozen=True)
class Newcomers:
    """Stakeholders who come in addition and answer alike, shared out evenly among countries.

    ``countries``: codes, or None for no country; at least one. ``number``: of all of them, > 0. ``stance``:
    one of ``STANCES``, or ``OPPOSITE``.
    """

    category: str
    verified: bool
    countries: Sequence[str | None]
    number: int
    stance: str = OPPOSITE

    def told(self) -> dict[str, Any]:
        """Who they are."""
        reached = min(self.number, len(self.countries))
        return {
            "category": self.category,
            "verified": self.verified,
            "number": self.number,
            "countries": list(self.countries[:reached]),
        }

    def answers(self, shares: Sequence[float | None]) -> list[int]:
        """Their stance on each clause. shares: of those who can accept it now."""
        if self.stance != OPPOSITE:
            return [STANCES.index(self.stance)] * len(shares)
        return [OBJECT if share is not None and share >= 0.5 else SUPPORT for share in shares]

    def beside(self, cells: Cells) -> tuple[Cells, Ints]:
        """Everybody with them, and how many of them are in each of these cells."""
        own = [Cell(self.category, country, self.verified) for country in self.countries]
        there = set(cells.cells)
        kinds = [*cells.cells, *(cell for cell in own if cell not in there)]
        place = {cell: number for number, cell in enumerate(kinds)}
        sizes = np.zeros(len(kinds), dtype=np.int64)
        each, more = divmod(self.number, len(own))
        sizes[[place[cell] for cell in own]] = each
        sizes[[place[cell] for cell in own[:more]]] += 1
        whole = sizes.copy()
        whole[: len(cells)] += cells.counts
        return replace(cells, cells=kinds, counts=whole), sizes

    def objecting(self, data: AssessmentInput, answers: Sequence[int]) -> AssessmentInput:
        """The input with their objections, unanswered; those of stakeholders nobody knows stand against
        nothing."""
        if not self.verified:
            return data
        more = [self.number if answer == OBJECT else 0 for answer in answers]
        standing = zip(data.verified_objections, more, strict=True)
        unanswered = zip(data.unanswered_objections, more, strict=True)
        return replace(
            data,
            verified_objections=[one + own for one, own in standing],
            unanswered_objections=[one + own for one, own in unanswered],
        )


def places(name: str, facts: Facts) -> list[str | None]:
    """The countries of a name: a code, a development bloc or region, "all", or "none" for no country.

    :raises KeyError: nothing is called so.
    """
    if name == "none":
        return [None]
    if name in facts:
        return [name]
    codes = [one.iso2 for one in members(facts)]
    kinds = ("development", "region")
    found = [code for code in codes if name in (EVERYWHERE, *(bloc_of(facts, code, kind) for kind in kinds))]
    if not found:
        raise KeyError(name)
    return list(found)


def attack(cells: Cells, rules: MeasurementRules) -> Newcomers | None:
    """Whom every assessment reckons with: self-declared governments, all of least developed countries; None
    where governments are not counted, or nobody has spoken yet."""
    if "government" not in rules.categories or not cells.counts.sum():
        return None
    return Newcomers("government", False, places(LEAST_DEVELOPED, cells.facts), GOVERNMENTS)


def answering(by_cell: Ints, sizes: Ints, answers: Sequence[int]) -> Ints:
    """How many of each cell gave each answer, with newcomers who give these. by_cell: as in ``said``; sizes:
    as in ``Newcomers.beside``."""
    found = np.zeros((len(sizes), *by_cell.shape[1:]), dtype=np.int64)
    found[:, np.arange(len(answers)), answers] = sizes[:, None]
    found[: len(by_cell)] += by_cell
    return found


@dataclass(frozen=True)
class Arrival:
    """What everybody weighs after newcomers have come: under the rules, and ``in_full``, under the same rules
    without verification, where everybody counts: None where they do without it.

    ``sizes``: how many come into each cell.
    """

    newcomers: Newcomers
    sizes: Ints
    after: Scales
    in_full: Scales | None

    @classmethod
    def of(cls, rules: MeasurementRules, newcomers: Newcomers, cells: Cells) -> "Arrival":
        """cells: of everybody who has spoken."""
        more, sizes = newcomers.beside(cells)
        in_full = Scales.of(replace(rules, verification=False), more) if rules.verification else None
        return cls(newcomers, sizes, Scales.of(rules, more), in_full)

    def on(
        self, data: AssessmentInput, by_cell: Ints, counted: Room, everybody: Room
    ) -> list[dict[str, Any]]:
        """Of each clause what they say and what is found before and after, as in ``judged``.

        by_cell: as in ``said``; counted, everybody: who of them is under the rules, and without verification.
        """
        before = judged(data, counted)
        answers = self.newcomers.answers([one["share"] for one in before])
        said, then = answering(by_cell, self.sizes, answers), self.newcomers.objecting(data, answers)
        after = judged(then, self.after.room(said))
        full: list[dict[str, Any] | None] = [None] * len(before)
        if self.in_full is not None:
            pairs = zip(judged(data, everybody), judged(then, self.in_full.room(said)), strict=True)
            full = [{"before": now, "after": later} for now, later in pairs]
        rows = zip(data.provisions, answers, before, after, full, strict=True)
        return [
            {
                "provision": code,
                "label": label,
                "stance": STANCES[answer],
                "before": now,
                "after": later,
                "in_full": both,
            }
            for (code, label), answer, now, later, both in rows
        ]


def joined(
    rules: MeasurementRules, data: AssessmentInput, newcomers: Newcomers, cells: Cells, by_cell: Ints
) -> dict[str, Any]:
    """Who comes, and of each clause what ``Arrival`` says. cells, by_cell: as in ``said``."""
    rooms = (Room.counting(one, cells, by_cell) for one in (rules, replace(rules, verification=False)))
    clauses = Arrival.of(rules, newcomers, cells).on(data, by_cell, *rooms)
    return newcomers.told() | {"clauses": clauses}
