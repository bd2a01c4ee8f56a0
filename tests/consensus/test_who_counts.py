"""Who counts: the verified, and beside them individuals within a bound on their sum."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.consensus.assessing import assess
from app.consensus.input import AssessmentInput
from app.consensus.matrix import PositionMatrix
from app.reference.countries import shipped, to_rows
from app.representation.bounds import weigh
from app.representation.cells import Cell, Cells
from app.representation.rules import MAIN, SCHEMES, MeasurementRules
from tests.representation.rooms import cells_of

RULES = MeasurementRules()
SUPPORT, OBJECT = 0, 3
CODES = (
    *("NP", "UG", "BD", "ET", "RW", "KE", "BR", "AR", "CN", "NA"),
    *("EG", "IN", "MX", "FR", "DE", "JP", "AU", "PL", "RO", "CZ"),
)
Crowd = list[tuple[str, str | None, bool, int]]

#: Of every category from twenty countries of all blocs and regions, all verified and all in favour.
AGREED: Crowd = [
    (kind, code, True, SUPPORT)
    for kind in ("government", "igo", "company", "research", "civil-society", "individual")
    for code in CODES
]
LDC = [country.iso2 for country in shipped().values() if country.ldc]


def given(crowd: Crowd) -> AssessmentInput:
    """One clause, and who says what of it."""
    keys = [one[:3] for one in crowd]
    cells = sorted(set(keys), key=lambda key: (key[0], key[1] or "", key[2]))
    rows = np.arange(len(crowd))
    stances = np.array([one[3] for one in crowd])
    positions = PositionMatrix.of(rows, np.zeros_like(rows), stances, people=len(crowd), clauses=1)
    return AssessmentInput(
        norm="n",
        draft=1,
        closing=False,
        provisions=[("p1", "1")],
        cells=cells,
        people=[f"s{row:05d}" for row in rows.tolist()],
        cell_of=np.array([cells.index(key) for key in keys]),
        positions=positions,
        set_aside=(),
        unconfirmed=[0],
        objections=[{}],
        verified_objections=[0],
        unanswered_objections=[0],
        country_facts=[],
    )


def clause(crowd: Crowd, rules: MeasurementRules = RULES) -> dict[str, Any]:
    data = replace(given(crowd), country_facts=to_rows(shipped()))
    return assess(rules, data, rules_digest="sha256:0")["clauses"][0]


def governments(number: int, stance: int) -> Crowd:
    codes = sorted(shipped())[:number]
    return [("government", code, False, stance) for code in codes]


def test_eighty_governments_of_one_account_change_no_verdict() -> None:
    before, after = clause(AGREED), clause(AGREED + governments(80, OBJECT))
    assert (before["status"], before["robustness"]) == ("consensus", "robust")
    for name in ("status", "robustness", "counts", "status_by_scheme", "gates_failed", "blocs"):
        assert after[name] == before[name], name
    assert after["agreement"][MAIN]["low"] == pytest.approx(before["agreement"][MAIN]["low"])
    assert after["with_self_declared"]["status"] == "contested"
    assert after["with_self_declared"]["counts"]["object"] == 80
    counted = clause(AGREED + governments(80, OBJECT), replace(RULES, verification=False))
    assert counted["status"] == "contested"


def test_nobody_opens_a_gate_by_a_word_of_their_own() -> None:
    without_ldc = [one for one in AGREED if one[1] not in LDC]
    declared: Crowd = [(kind, code, False, SUPPORT) for kind in ("government", "individual") for code in LDC]
    found = clause(without_ldc + declared)
    assert found["status"] == "insufficient-coverage"
    assert [gate["stakeholders"] for gate in found["gates_failed"] if gate["bloc"] == "ldc"] == [0]
    assert clause(without_ldc + declared, replace(RULES, verification=False))["status"] == "consensus"


def test_a_status_that_hangs_on_the_self_declared_is_not_robust() -> None:
    objecting: Crowd = [
        (kind, code, known, OBJECT if code in ("NP", "FR") else stance)
        for kind, code, known, stance in AGREED
    ]
    alone = clause(objecting)
    assert alone["status"] == "rough-consensus"
    friends: Crowd = [("individual", code, False, SUPPORT) for code in CODES for _ in range(20)]
    found = clause(objecting + friends)
    assert found["without_self_declared"]["status"] == alone["status"] != found["status"]
    assert found["robustness"] == "depends-on-self-declared"


@pytest.mark.parametrize("scheme", SCHEMES[:-1])
@pytest.mark.parametrize("size", [1, 50, 5_000])
def test_the_sum_of_the_self_declared_is_bounded_in_each_country_and_over_all(scheme: str, size: int) -> None:
    room = {("government", code, True): 1 for code in CODES} | {("company", "FR", True): 2}
    crowd = {("individual", code, False): size for code in ("FR", "KE", "US", "TD", None)}
    cells = cells_of(room | crowd)
    held = weigh(cells, RULES, scheme).weights * cells.counts
    known = np.array([cell.verified for cell in cells.cells])
    mean = held[known].sum() / len(CODES)
    assert held.sum() == pytest.approx(cells.counts.sum())
    assert held[~known].sum() <= held[known].sum() / 3 * (1 + 1e-9)
    for code in ("FR", "KE", "US", "TD", None):
        here = np.array([cell.country == code for cell in cells.cells])
        verified = held[here & known].sum()
        assert held[here & ~known].sum() <= (verified or mean) / 3 * (1 + 1e-9), code


@pytest.mark.parametrize("scheme", SCHEMES[:-1])
def test_a_crowd_changes_no_share_among_the_verified(scheme: str) -> None:
    room = {("government", code, True): 1 for code in CODES} | {("company", "FR", True): 2}
    crowd = {("individual", code, False): 5_000 for code in ("FR", "US", None)}
    few, many = cells_of(room), cells_of(room | crowd)
    before, after = weigh(few, RULES, scheme).weights, weigh(many, RULES, scheme).weights
    place = {cell: number for number, cell in enumerate(many.cells)}
    kept = np.array([after[place[cell]] for cell in few.cells])
    assert kept / kept.sum() == pytest.approx(before / before.sum())


def test_rules_can_leave_the_self_declared_no_weight() -> None:
    cells = Cells(
        [Cell("government", "FR", True), Cell("individual", "FR", False)], np.array([1, 9]), shipped()
    )
    assert weigh(cells, replace(RULES, self_declared_part=0.0), MAIN).weights.tolist() == [10.0, 0.0]
