"""Raking to declared margins, gates, and the rules of measurement."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from app.representation.bounds import weigh
from app.representation.coverage import gates
from app.representation.raking import rake
from app.representation.rules import CATEGORIES, MeasurementRules, MeasurementUnclear
from tests.representation.rooms import cells_of, one_government_each

MARGINS = {
    "development": {"ldc": 0.3, "other-developing": 0.4, "developed": 0.3},
    "category": {"government": 0.6, "research": 0.4},
}
RAKED = MeasurementRules.read({"schemes": ["balanced", "raked"], "margins": MARGINS, "bound_verified": 50})
ROOM = {
    (category, code, True): count
    for count, (category, code) in enumerate(
        [(category, code) for category in ("government", "research") for code in ("NP", "UG", "KE", "FR")], 1
    )
}


def test_raking_meets_both_margins_as_deming_and_stephan_do() -> None:
    cells = cells_of(ROOM)
    weights = weigh(cells, RAKED, "raked").weights
    for kind, targets in MARGINS.items():
        for bloc, target in targets.items():
            inside = cells.in_bloc(kind, bloc)
            assert weights[inside] @ cells.counts[inside] / cells.counts.sum() == pytest.approx(target)


def test_raking_a_table_gives_the_fit_of_an_independent_loop() -> None:
    table, rows, columns = [[4.0, 1.0], [2.0, 3.0]], [0.3, 0.7], [0.45, 0.55]
    fitted = [row[:] for row in table]
    for _ in range(200):
        fitted = [[one * rows[i] / sum(row) for one in row] for i, row in enumerate(fitted)]
        sums = [fitted[0][j] + fitted[1][j] for j in (0, 1)]
        fitted = [[one * columns[j] / sums[j] for j, one in enumerate(row)] for row in fitted]
    places = np.arange(4)
    margins = [
        {str(i): (places // 2 == i, rows[i]) for i in (0, 1)},
        {str(j): (places % 2 == j, columns[j]) for j in (0, 1)},
    ]
    weights = rake(np.ones(4), np.array([4, 1, 2, 3]), margins)
    mass = weights * [4, 1, 2, 3]
    assert mass / mass.sum() == pytest.approx([one for row in fitted for one in row], abs=1e-7)


def test_margins_that_cannot_be_met_are_a_result() -> None:
    room = {("government", "NP", True): 5, ("research", "FR", True): 5}
    weighing = weigh(cells_of(room), RAKED, "raked")
    assert np.isfinite(weighing.weights).all()
    assert {reason for *_, reason in weighing.unreached} == {"absent", "margins"}
    assert ("other-developing", 0.4, 0.0, "absent") in weighing.unreached
    assert weighing.margin_error >= 0.1


def test_margins_that_contradict_each_other_for_long_stay_finite() -> None:
    room = one_government_each() | {("igo", None, True): 12}
    margins = {
        "development": {"ldc": 0.4, "other-developing": 0.4, "developed": 0.2},
        "region": {"africa": 0.5, "asia-pacific": 0.5},
        "category": {"government": 0.5, "igo": 0.5},
    }
    rules = MeasurementRules.read({"schemes": ["balanced", "raked"], "margins": margins})
    weighing = weigh(cells_of(room), rules, "raked")
    assert np.isfinite(weighing.weights).all()
    assert weighing.weights @ cells_of(room).counts == pytest.approx(205)
    assert {"margins", "bound"} & {reason for *_, reason in weighing.unreached}


def test_margins_that_leave_nobody_any_share_are_a_result() -> None:
    room = {("government", "NP", True): 5, ("research", "FR", True): 5}
    margins = {
        "development": {"ldc": 1.0, "developed": 0.0},
        "category": {"government": 0.0, "research": 1.0},
    }
    rules = MeasurementRules.read({"schemes": ["balanced", "raked"], "margins": margins})
    weighing = weigh(cells_of(room), rules, "raked")
    assert weighing.weights.tolist() == [0.0, 0.0]
    assert weighing.n_eff == 0.0
    assert ("ldc", 1.0, 0.0, "margins") in weighing.unreached


def test_a_gate_needs_stakeholders_and_countries() -> None:
    room = {("government", code, True): count for code, count in {"NP": 3, "UG": 1, "BD": 1, "KE": 9}.items()}
    cells = cells_of(room)
    found = {gate.bloc: gate for gate in gates(cells, cells.counts[None], MeasurementRules())[0]}
    assert (found["ldc"].stakeholders, found["ldc"].countries, found["ldc"].passed) == (5, 3, True)
    assert (found["other-developing"].stakeholders, found["other-developing"].passed) == (9, False)
    assert (found["developed"].stakeholders, found["developed"].passed) == (0, False)
    assert found["government"].passed and not found["research"].passed


def test_whoever_has_no_country_counts_as_one_for_a_gate() -> None:
    cells = cells_of({("igo", None, True): 3})
    found = {gate.bloc: gate for gate in gates(cells, cells.counts[None], MeasurementRules())[0]}
    assert (found["igo"].countries, found["igo"].passed) == (3, True)


def test_accounts_without_a_country_are_one_for_a_gate() -> None:
    cells = cells_of({("individual", None, False): 500})
    found = {
        gate.bloc: gate for gate in gates(cells, cells.counts[None], MeasurementRules(verification=False))[0]
    }
    assert (found["individual"].stakeholders, found["individual"].countries) == (500, 1)
    assert not found["individual"].passed


def test_only_the_categories_of_the_rules_have_gates() -> None:
    cells = cells_of(one_government_each())
    rules = MeasurementRules.read({"categories": ["government"]})
    assert all(gate.passed for gate in gates(cells, cells.counts[None], rules)[0])
    assert len(gates(cells, cells.counts[None], MeasurementRules())[0]) == 3 + 5 + len(CATEGORIES)


def test_rules_survive_json_and_default_to_the_method() -> None:
    assert MeasurementRules.read({}) == MeasurementRules()
    assert MeasurementRules.read(RAKED.content()) == RAKED
    changed = dataclasses.replace(MeasurementRules(), population=193)
    assert MeasurementRules.read(changed.content()) == changed


@pytest.mark.parametrize(
    "content",
    [
        {"colour": "blue"},
        {"schemes": ["per_country"]},
        {"schemes": []},
        {"schemes": "balanced"},
        {"categories": ["lobby"]},
        {"consensus_low": 1.5},
        {"consensus_low": "high"},
        {"consensus_low": "0.75"},
        {"bound_verified": 0.5},
        {"bound_verified": None},
        {"gates": {"planet": 3}},
        {"gates": {"region": -1}},
        {"gates": ["region"]},
        {"population": 1.5},
        {"margins": MARGINS},
        {"schemes": ["balanced", "raked"]},
        {"schemes": ["balanced", "raked"], "margins": {"category": {"government": 0.5}}},
        {"schemes": ["balanced", "raked"], "margins": {"category": {}}},
        {"schemes": ["balanced", "raked"], "margins": {"category": {"government": float("nan")}}},
        {"bound_verified": float("nan")},
        {"consensus_low": float("nan")},
        {"least_stakeholders": True},
    ],
)
def test_rules_that_make_no_sense_are_refused(content: dict[str, Any]) -> None:
    with pytest.raises(MeasurementUnclear):
        MeasurementRules.read(content)
