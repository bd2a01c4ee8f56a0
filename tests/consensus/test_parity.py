"""The same figures as red-dwarf 0.4 from the same votes, and from the same groups.

``python -m bench.opinion_groups reference`` made the file of its figures.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.consensus import components
from app.consensus.executors import HERE
from app.consensus.matrix import PositionMatrix
from app.consensus.opinion_groups import Plane, answers, scores_of
from app.consensus.representative import contrast, group_informed

WITHIN = {"rel": 0, "abs": 1e-6}
STANCE_OF = {"+": 0, "0": 2, "-": 3}
SHARE, TEST, RATIO, RATIO_TEST = "share", "test", "ratio", "ratio_test"
NAMES = {  #: theirs, by our names: of agreeing, and of disagreeing
    SHARE: ("pa", "pd"),
    TEST: ("pat", "pdt"),
    RATIO: ("ra", "rd"),
    RATIO_TEST: ("rat", "rdt"),
}


@pytest.fixture(scope="module")
def theirs() -> Any:
    (file,) = (Path(__file__).parent / "red_dwarf").glob("*.json")
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def held(theirs: Any) -> list[components.Rows]:
    said = [
        (row, column, STANCE_OF[sign])
        for row, signs in enumerate(theirs["votes"])
        for column, sign in enumerate(signs)
        if sign != "."
    ]
    people, clauses = len(theirs["votes"]), len(theirs["means"])
    return components.rows_of(PositionMatrix.of(*np.array(said).T, people=people, clauses=clauses))


@pytest.fixture(scope="module")
def counts(theirs: Any, held: list[components.Rows]) -> Any:
    """How many of each of their groups gave each answer, shape (groups, clauses, 4)."""
    return sum(answers(rows, np.array(theirs["labels"]), 3) for rows in held)


def test_means_components_and_projections_are_theirs_up_to_sign(
    theirs: Any, held: list[components.Rows]
) -> None:
    plane = Plane.of(HERE, held, scores_of())
    axes, points = np.array(theirs["components"]).T, np.array(theirs["projections"])
    signs = np.sign((plane.axes * axes).sum(axis=0))
    assert plane.means / 2 == pytest.approx(np.array(theirs["means"]), **WITHIN)
    assert plane.axes * signs == pytest.approx(axes, **WITHIN)
    assert plane.place(HERE, held) * signs == pytest.approx(points, **WITHIN)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("side", [0, 1], ids=["agree", "disagree"])
def test_figures_of_their_groups_are_theirs(theirs: Any, counts: Any, name: str, side: int) -> None:
    count = (counts[..., 0] + counts[..., 1], counts[..., 3])[side]
    expected = np.array(theirs[NAMES[name][side]])
    for group in range(3):
        found = getattr(contrast(count, counts.sum(axis=2), group), name)
        assert found == pytest.approx(expected[group], **WITHIN)


def test_counts_and_group_informed_consensus_are_theirs(theirs: Any, counts: Any) -> None:
    agree, disagree, seen = counts[..., 0] + counts[..., 1], counts[..., 3], counts.sum(axis=2)
    for count, name in ((agree, "na"), (disagree, "nd"), (seen, "ns")):
        assert count.tolist() == theirs[name]
    informed = group_informed(agree, seen)
    assert informed == pytest.approx(np.array(theirs["group_aware_consensus"]), **WITHIN)
