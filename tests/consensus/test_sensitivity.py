"""On what a share hangs."""

import numpy as np
import pytest

from app.consensus.agreement import Figure
from app.consensus.sensitivity import bridging, without_one_country, without_self_declared
from app.foundation.arrays import Ints
from app.representation.bounds import weigh
from app.representation.cells import Cells
from app.representation.rules import MAIN, MeasurementRules
from tests.consensus.voices import WORLD
from tests.representation.rooms import cells_of

RULES = MeasurementRules()


def heard_alone(cells: Cells, accept: Ints, against: Ints, heard: int) -> list[Figure]:
    verified = cells.alone(cells.verified)
    weights, known = weigh(verified, RULES, MAIN).weights, np.array([heard])
    sides = accept[None], against[None]
    return without_self_declared(verified, weights, *sides, population=None, heard=known).figures()


def test_the_self_declared_can_be_set_aside() -> None:
    room = {("government", code, True): 1 for code in WORLD[:20]}
    crowd = {("individual", code, False): 50 for code in WORLD[:15]}
    accept = np.array([1] * 10 + [0] * 10 + [50] * 15)
    with_all = cells_of(room | crowd)
    (found,) = heard_alone(with_all, accept, with_all.counts - accept, 20)
    alone = cells_of(room)
    weights = weigh(alone, RULES, MAIN).weights
    assert found.share == pytest.approx(weights[:10].sum() / weights.sum())
    assert found.low is not None


def test_with_self_declared_alone_nothing_is_left() -> None:
    cells = cells_of({("individual", "KE", False): 7})
    (found,) = heard_alone(cells, np.array([7]), np.array([0]), 0)
    assert (found.share, found.no_interval) == (None, "nobody")


def test_one_country_left_out_is_as_if_it_had_not_spoken() -> None:
    room = {("government", code, True): 1 for code in ("FR", "KE", "NA")} | {("igo", None, True): 2}
    cells = cells_of(room)
    weights = np.array([1.0, 2.0, 3.0, 0.5])
    accept, against = np.array([[1, 0, 1, 1]]), np.array([[0, 1, 0, 1]])
    (found,) = without_one_country(cells, weights, accept, against)
    assert found["low"] == pytest.approx((1 + 0.5) / (1 + 2 + 1)) and found["low_without"] == "NA"
    assert found["high"] == pytest.approx((1 + 3 + 0.5) / (1 + 3 + 1)) and found["high_without"] == "KE"


def test_a_single_country_cannot_be_left_out() -> None:
    cells = cells_of({("government", "FR", True): 1})
    once, never = np.ones((1, 1), dtype=np.int64), np.zeros((1, 1), dtype=np.int64)
    (found,) = without_one_country(cells, np.ones(1), once, never)
    assert found == {"low": None, "low_without": None, "high": None, "high_without": None}


def test_the_bloc_that_agrees_least_is_named() -> None:
    development = {
        "ldc": {"n": 4, "share": 0.5, "countries": 10},
        "other-developing": {"n": 10, "share": None, "countries": 0},
        "developed": {"n": 8, "share": 0.9, "countries": 8},
    }
    found = bridging({"development": development})
    low = found.pop("low")
    assert found == {"bloc": "ldc", "share": 0.5, "participation": 0.4}
    assert low == pytest.approx(0.2366, abs=5e-5)  # Wilson for 5 of 10
    nobody = {"development": {"ldc": {"n": 0, "share": None, "countries": 0}}}
    assert bridging(nobody) == {"bloc": None, "share": None, "low": None, "participation": None}
