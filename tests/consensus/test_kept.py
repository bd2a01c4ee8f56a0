"""What is kept from one assessment to the next changes nothing: not the last bit of any figure."""

import copy
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.consensus.assessing import measured
from app.consensus.input import AssessmentInput
from app.consensus.kept import BLOCK, Kept
from app.consensus.matrix import PositionMatrix
from app.foundation.canonical import canonical
from app.representation.rules import MeasurementRules
from tests.consensus.crowds import imagined

RULES = MeasurementRules()
CLAUSES = BLOCK + 5


class Deliberation:
    """An input that goes on: each act is what may happen between two assessments."""

    def __init__(self, data: AssessmentInput, chance: random.Random) -> None:
        self.data, self.chance = data, chance

    def _stances(self) -> list[dict[int, int]]:
        matrix = self.data.positions
        found: list[dict[int, int]] = [{} for _ in range(len(matrix))]
        triples = (matrix.rows.tolist(), matrix.columns.tolist(), matrix.stances.tolist())
        for row, column, stance in zip(*triples, strict=True):
            found[row][column] = stance
        return found

    def _says(self, stances: list[dict[int, int]], **values: Any) -> None:
        triples = [(row, one, own[one]) for row, own in enumerate(stances) for one in own]
        rows, columns, codes = np.array(triples, dtype=np.int64).reshape(-1, 3).T
        clauses = len(self.data.provisions)
        positions = PositionMatrix.of(rows, columns, codes, people=len(stances), clauses=clauses)
        self.data = replace(self.data, positions=positions, **values)

    def _somebody(self) -> tuple[list[dict[int, int]], int]:
        return self._stances(), self.chance.randrange(len(self.data.people))

    def state(self) -> None:
        """A position, or another one."""
        stances, row = self._somebody()
        stances[row][self.chance.randrange(len(self.data.provisions))] = self.chance.randrange(4)
        self._says(stances)

    def withdraw(self) -> None:
        stances, row = self._somebody()
        if stances[row]:
            del stances[row][self.chance.choice(sorted(stances[row]))]
        self._says(stances)

    def fall_silent(self) -> None:
        stances, row = self._somebody()
        stances[row] = {}
        self._says(stances)

    def come(self) -> None:
        """Somebody who was not there before, anywhere in the order of names."""
        stances, row = self._somebody()
        stances.insert(row, {self.chance.randrange(len(self.data.provisions)): self.chance.randrange(4)})
        people = [*self.data.people[:row], f"{self.data.people[row]}-before", *self.data.people[row:]]
        cell_of = np.insert(self.data.cell_of, row, self.chance.randrange(len(self.data.cells)))
        aside = [one + (one >= row) for one in self.data.set_aside]
        self._says(stances, people=people, cell_of=cell_of, set_aside=aside)

    def be_another(self) -> None:
        """Another country, another category, verified now or no longer."""
        cell_of = self.data.cell_of.copy()
        row = self.chance.randrange(len(cell_of))
        cell_of[row] = self.chance.randrange(len(self.data.cells))
        self.data = replace(self.data, cell_of=cell_of)

    def set_aside(self) -> None:
        row = self.chance.randrange(len(self.data.people))
        self.data = replace(self.data, set_aside=sorted({*self.data.set_aside} ^ {row}))

    def object(self) -> None:
        """An objection, and with it what stands against a verdict."""
        number = self.chance.randrange(len(self.data.provisions))
        values: dict[str, Any] = {}
        for name in ("verified_objections", "unanswered_objections", "unconfirmed"):
            values[name] = list(getattr(self.data, name))
            values[name][number] += self.chance.randrange(2)
        objections = list(self.data.objections)
        objections[number] = {"open": {"research": self.chance.randrange(3)}}
        self.data = replace(self.data, **values, objections=objections)

    def renumber(self) -> None:
        """The same clause under another label."""
        provisions = list(self.data.provisions)
        number = self.chance.randrange(len(provisions))
        provisions[number] = (provisions[number][0], f"{provisions[number][1]}a")
        self.data = replace(self.data, provisions=provisions)

    def learn(self) -> None:
        """Another population of a country."""
        facts = [dict(one) for one in self.data.country_facts]
        self.chance.choice(facts)["population"] += 1
        self.data = replace(self.data, country_facts=facts)


ACTS = tuple(name for name in vars(Deliberation) if not name.startswith("_"))


def both(kept: Kept, data: AssessmentInput, rules: MeasurementRules = RULES) -> tuple[bytes, bytes]:
    """Refreshed, and from nothing."""
    refreshed, full = (measured(rules, data, rules_digest="x", kept=one) for one in (kept, None))
    return canonical(refreshed), canonical(full)


@settings(deadline=None, max_examples=6)
@given(st.lists(st.sampled_from(ACTS), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_whatever_happens_every_figure_is_the_full_one_to_the_last_bit(
    acts: list[str], chance: random.Random
) -> None:
    going_on = Deliberation(imagined(60, CLAUSES, seed=chance.randrange(99)), chance)
    kept = Kept()
    both(kept, going_on.data)
    for act in acts:
        getattr(going_on, act)()
        refreshed, full = both(kept, going_on.data)
        assert refreshed == full, act


def test_on_many_thousand_positions_too() -> None:
    chance = random.Random(5)
    going_on, kept = Deliberation(imagined(2_000, 40), chance), Kept()
    for act in ("state", "withdraw", "come", "state", "be_another"):
        getattr(going_on, act)()
        refreshed, full = both(kept, going_on.data)
        assert refreshed == full, act


def test_other_rules_and_another_norm_take_nothing_over() -> None:
    kept = Kept()
    for data in (imagined(60, CLAUSES), imagined(50, 3, seed=2), imagined(50, 0, seed=2)):
        for rules in (
            RULES,
            MeasurementRules(verification=False),
            MeasurementRules(categories=("research",)),
        ):
            refreshed, full = both(kept, data, rules)
            assert refreshed == full


def test_one_more_position_computes_one_block_of_clauses(monkeypatch: pytest.MonkeyPatch) -> None:
    going_on, kept = Deliberation(imagined(200, 5 * BLOCK), random.Random(1)), Kept()
    measured(RULES, going_on.data, rules_digest="x", kept=kept)
    turnout, clauses = kept.turnout, copy.copy(kept.clauses)
    going_on.state()
    computed = []
    of_clauses = AssessmentInput.of_clauses
    monkeypatch.setattr(
        AssessmentInput, "of_clauses", lambda *given: computed.append(given[1:]) or of_clauses(*given)
    )
    measured(RULES, going_on.data, rules_digest="x", kept=kept)
    assert len(computed) == 1
    assert kept.turnout is turnout
    first, last = computed[0]
    assert sum(one is not other for one, other in zip(clauses, kept.clauses, strict=True)) >= last - first


def test_what_was_told_stays_as_it_was_told() -> None:
    going_on, kept = Deliberation(imagined(60, CLAUSES), random.Random(3)), Kept()
    told = measured(RULES, going_on.data, rules_digest="x", kept=kept)
    words = canonical(told)
    for act in ("state", "object", "come"):
        getattr(going_on, act)()
        measured(RULES, going_on.data, rules_digest="x", kept=kept)
    assert canonical(told) == words


@pytest.mark.parametrize("failing", ["of_clauses", "with_set_aside"])
def test_after_a_failure_midway_nothing_is_taken_over(failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    going_on, kept = Deliberation(imagined(60, CLAUSES), random.Random(4)), Kept()
    going_on.set_aside()
    both(kept, going_on.data)
    going_on.come()
    with monkeypatch.context() as broken:
        broken.setattr(AssessmentInput, failing, lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            measured(RULES, going_on.data, rules_digest="x", kept=kept)
    refreshed, full = both(kept, going_on.data)
    assert refreshed == full
