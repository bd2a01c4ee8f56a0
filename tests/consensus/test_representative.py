"""The clauses that stand for a group, against Polis' formulas written out clause by clause."""

import csv
from collections import Counter
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from app.consensus.matrix import PositionMatrix
from app.consensus.opinion_groups import opinion_groups

SUPPORT, ABSTAIN, OBJECT = 0, 2, 3
STANCE = {"1": SUPPORT, "0": ABSTAIN, "-1": OBJECT}
Tally = tuple[int, int]  #: of one side, of all who stated a position


def own_test(side: int, stated: int) -> float:
    """Polis' ``prop-test``: is it more than half?"""
    return 2 * sqrt(stated + 1) * ((side + 1) / (stated + 1) - 0.5)


def others_test(inside: Tally, outside: Tally) -> float:
    """Polis' ``two-prop-test``: is it more than elsewhere?"""
    (a, n), (b, m) = ((side + 1, stated + 1) for side, stated in (inside, outside))
    pooled = (a + b) / (n + m)
    return 0.0 if pooled == 1 else (a / n - b / m) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))


def measure(inside: Tally, outside: Tally) -> float | None:
    """Polis' ``repness-metric``; None where a test fails."""
    share, elsewhere = ((side + 1) / (stated + 2) for side, stated in (inside, outside))
    own, against = own_test(*inside), others_test(inside, outside)
    return share / elsewhere * against * share * own if own > 1.2816 and against > 1.2816 else None


@pytest.mark.parametrize("name", ["scoop-hivemind.biodiversity", "canadian-electoral-reform"])
def test_real_groups_are_represented_as_polis_would(shared_data: Path, name: str) -> None:
    with (shared_data / "polis" / name / "participants-votes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    clauses = [column for column in rows[0] if column.isdigit()]
    said = [
        (person, place, STANCE[row[clause]])
        for person, row in enumerate(rows)
        for place, clause in enumerate(clauses)
        if row[clause] in STANCE
    ]
    people = [row["participant"] for row in rows]
    matrix = PositionMatrix.of(*np.array(said).T, people=len(people), clauses=len(clauses))
    found = opinion_groups(matrix, people, clauses)
    group_of = found["assignments"]
    counted: Counter[tuple[int, int, int]] = Counter()
    for person, place, stance in said:
        if people[person] in group_of:
            counted[group_of[people[person]], place, stance] += 1

    def tally(groups: list[int], place: int, stance: int) -> Tally:
        stated = sum(counted[one, place, any_] for one in groups for any_ in (SUPPORT, ABSTAIN, OBJECT))
        return sum(counted[one, place, stance] for one in groups), stated

    for group in range(found["k"]):
        others = [one for one in range(found["k"]) if one != group]
        expected = []
        for place, clause in enumerate(clauses):
            for side, stance in (("accept", SUPPORT), ("object", OBJECT)):
                value = measure(tally([group], place, stance), tally(others, place, stance))
                if value is not None:
                    expected.append((-value, clause, side))
        first = [(clause, side) for _, clause, side in sorted(expected)[:5]]
        shown = found["representative"][group]["clauses"]
        assert [(one["provision"], one["side"]) for one in shown] == first
        assert len(first) == 5
