"""How few positions would change a status, against trying everything."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.consensus.agreement import agreement, bloc_shares
from app.consensus.sensitivity_flips import MOST, flip_distance
from app.consensus.status import VerdictFacts, verdict
from app.reference.countries import members, shipped
from app.representation.bounds import weigh
from app.representation.cells import Cells
from app.representation.coverage import gates
from app.representation.rules import MAIN, MeasurementRules
from tests.consensus.voices import WORLD
from tests.representation.rooms import cells_of

RULES = MeasurementRules.read(
    {"categories": ["government"], "gates": {"development": 1}, "gate_countries": 1, "widest_half": 0.5}
)


ALONE = MeasurementRules.read({"categories": ["government"], "gates": {}, "widest_half": 0.5})


def standing_of(
    cells: Cells, accept: np.ndarray, against: np.ndarray, rules: MeasurementRules
) -> VerdictFacts:
    passed = gates(cells, (accept + against)[None], rules)[0]
    shares = [
        bloc_shares(cells, cells.in_bloc(one.kind, one.bloc), accept[None], against[None])[0][0]
        for one in passed
        if one.passed
    ]
    return VerdictFacts(40, passed, [float(share) for share in shares if share == share], 0, 0)


def status(cells: Cells, accept: np.ndarray, against: np.ndarray, rules: MeasurementRules = RULES) -> str:
    weights = weigh(cells, rules, MAIN).weights
    said = agreement(
        cells, weights, accept[None], against[None], population=None, heard=np.array([40])
    ).figures()[0]
    return verdict(said, standing_of(cells, accept, against, rules), rules)[0]


def distance(
    cells: Cells, accept: np.ndarray, against: np.ndarray, rules: MeasurementRules = RULES
) -> int | None:
    weights = weigh(cells, rules, MAIN).weights
    standing = standing_of(cells, accept, against, rules)
    return flip_distance(cells, weights, rules, accept, against, standing)


def changed_by_one(cells: Cells, accept: np.ndarray, against: np.ndarray) -> bool:
    now = status(cells, accept, against)
    for cell, step in product(range(len(cells)), (-1, 1)):
        yes, no = accept.copy(), against.copy()
        yes[cell] += step
        no[cell] -= step
        if min(yes[cell], no[cell]) >= 0 and status(cells, yes, no) != now:
            return True
    return False


@settings(deadline=None, max_examples=40)
@given(st.lists(st.booleans(), min_size=40, max_size=40))
def test_whether_one_position_is_enough_is_what_trying_all_finds(sides: list[bool]) -> None:
    cells = cells_of({("government", code, True): 1 for code in WORLD[:40]})
    accept = np.array(sides, dtype=np.int64)
    assert (distance(cells, accept, 1 - accept) == 1) == changed_by_one(cells, accept, 1 - accept)


@pytest.mark.parametrize("objecting", range(0, 12))
def test_the_distance_is_how_far_the_next_status_lies(objecting: int) -> None:
    """Governments of one bloc alone: the status is a function of how many object, so one can count."""
    developed = [one.iso2 for one in members(shipped()) if not one.developing][:40]
    cells = cells_of({("government", code, True): 1 for code in developed})

    def so_many(number: int) -> str:
        against = np.array([1] * number + [0] * (40 - number))
        return status(cells, 1 - against, against, ALONE)

    against = np.array([1] * objecting + [0] * (40 - objecting))
    nearby = [abs(other - objecting) for other in range(41) if so_many(other) != so_many(objecting)]
    expected = min(nearby) if min(nearby) <= MOST else None
    assert distance(cells, 1 - against, against, ALONE) == expected


def test_far_from_every_threshold_there_is_none() -> None:
    cells = cells_of({("government", code, True): 1 for code in WORLD})
    assert distance(cells, np.ones(193, dtype=np.int64), np.zeros(193, dtype=np.int64)) is None
