"""Imagined deliberations: the same every time, plausible, and what rules make of them."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from app.consensus.assessing import assess
from app.consensus.input import AssessmentInput
from app.consensus.simulation import CLAUSES, SCENES, simulated
from app.consensus.tallies import participants
from app.consensus.variants import main_figures, setting_aside, tried
from app.reference.countries import development_bloc, from_rows, members, shipped
from app.representation.rules import CATEGORIES, MeasurementRules

FACTS = shipped()
RULES = MeasurementRules()
LDC_AGAINST, MAINTAINED = 10, 11


def people_by_bloc(data: AssessmentInput) -> Counter[str]:
    facts = from_rows(data.country_facts)
    counts = participants(data.positions, data.cell_of, len(data.cells))
    found: Counter[str] = Counter()
    for (_, country, _), count in zip(data.cells, counts.tolist(), strict=True):
        if country:
            found[development_bloc(facts[country])] += count
    return found


def statuses(data: AssessmentInput, rules: MeasurementRules = RULES) -> list[str]:
    return [one["status"] for one in tried(rules, data)[0]]


@pytest.mark.parametrize("scene", SCENES)
def test_a_scene_is_the_same_every_time_and_small(scene: str) -> None:
    first, again = simulated(scene, FACTS), simulated(scene, FACTS)
    assert first.digest == again.digest
    assert simulated(scene, FACTS, seed=2).digest != first.digest
    assert 30 <= len(first.people) <= 3_000
    assert len(first.provisions) == len(CLAUSES) == 12
    assert AssessmentInput.from_json(first.to_json(), first.positions).digest == first.digest


def test_when_everybody_comes_every_government_and_every_category_does() -> None:
    data = simulated("everybody-comes", FACTS)
    governments = [country for category, country, _ in data.cells if category == "government"]
    assert sorted(filter(None, governments)) == sorted(one.iso2 for one in members(FACTS))
    assert {category for category, _, _ in data.cells} == set(CATEGORIES)


def test_a_government_comes_once_in_every_scene() -> None:
    for scene in SCENES:
        data = simulated(scene, FACTS)
        sizes = np.bincount(data.cell_of, minlength=len(data.cells)).tolist()
        assert {n for cell, n in zip(data.cells, sizes, strict=True) if cell[0] == "government"} == {1}


def test_mostly_developed_is_as_it_says() -> None:
    counts = people_by_bloc(simulated("mostly-developed", FACTS))
    total = sum(counts.values())
    assert (counts["developed"] / total, counts["ldc"] / total) == (0.85, 0.05)


def test_the_clauses_range_from_agreed_to_opposed() -> None:
    found = statuses(simulated("everybody-comes", FACTS))
    assert found[:3] == ["consensus"] * 3
    assert set(found) == {"consensus", "rough-consensus", "contested", "not-supported"}
    assert found[8] == "not-supported"


def test_one_clause_is_refused_by_the_least_developed_alone() -> None:
    data = simulated("mostly-developed", FACTS)
    one = assess(RULES, data, rules_digest="")["clauses"][LDC_AGAINST]
    blocs = one["blocs"]["development"]
    assert blocs["ldc"]["share"] < 0.5 < 0.9 < blocs["developed"]["share"]
    assert one["agreement"]["per_stakeholder"]["share"] > 0.85
    assert (one["status"], "bloc-below" in one["reasons"]) == ("contested", True)


def test_a_maintained_objection_stands_against_nearly_everybody() -> None:
    for scene in SCENES:
        data = simulated(scene, FACTS)
        assert data.objections[MAINTAINED]["maintained"] == {"government": 1}
        assert data.verified_objections[MAINTAINED] == 1
    data = simulated("everybody-comes", FACTS)
    figure = main_figures(RULES, data)[MAINTAINED]
    assert figure["low"] > 0.95
    assert figure["status"] == "rough-consensus"
    without = replace(data, verified_objections=[0] * 12)
    assert statuses(without)[MAINTAINED] == "consensus"


def test_every_objector_is_in_the_ledger() -> None:
    data = simulated("everybody-comes", FACTS)
    answers = assess(RULES, data, rules_digest="")["clauses"]
    for one in answers:
        assert one["with_self_declared"]["counts"]["object"] == sum(one["objections"].values())


def test_a_crowd_moves_the_count_of_heads_and_no_verdict() -> None:
    data = simulated("crowd", FACTS)
    crowd = np.flatnonzero(
        np.bincount(data.cell_of)[data.cell_of] > 1_000  # two cells hold all of it
    )
    assert len(crowd) >= 2_400
    without = setting_aside(data, crowd)
    whole, rest = main_figures(RULES, data), main_figures(RULES, without)
    assert max(abs(a["share"] - b["share"]) for a, b in zip(whole, rest, strict=True)) < 0.04

    def raw(rules: MeasurementRules) -> float:
        """How far the crowd moves the share of heads, on the clause where it moves it most."""
        shares = [
            [
                one["agreement"]["per_stakeholder"]["share"]
                for one in assess(rules, d, rules_digest="")["clauses"]
            ]
            for d in (data, without)
        ]
        return max(abs(a - b) for a, b in zip(*shares, strict=True))

    assert [one["status"] for one in whole] == [one["status"] for one in rest]
    assert raw(RULES) < 0.01
    unbounded = replace(RULES, verification=False)
    assert raw(unbounded) > 0.8
    assert tried(RULES, data)[0][0]["robustness"] == "robust"
    assert tried(unbounded, data)[0][0]["robustness"] == "depends-on-scheme"


def test_when_few_come_no_verdict_is_given() -> None:
    data = simulated("few-come", FACTS)
    assert set(statuses(data)) == {"insufficient-coverage"}
    lenient = MeasurementRules(gates={}, least_stakeholders=10, widest_half=0.5)
    assert "insufficient-coverage" not in statuses(data, lenient)


def test_only_the_categories_of_the_rules_come() -> None:
    data = simulated("everybody-comes", FACTS, ("government",))
    assert {category for category, _, _ in data.cells} == {"government"}
    assert len(data.people) == 193
    assert len(simulated("few-come", FACTS, ("igo",)).people) == 3


def test_a_bloc_that_no_country_belongs_to_sends_nobody() -> None:
    graduated = {code: replace(country, ldc=False) for code, country in FACTS.items()}
    assert people_by_bloc(simulated("few-come", graduated))["ldc"] == 0


@pytest.mark.parametrize("scene", SCENES)
def test_what_is_tried_is_what_an_assessment_says(scene: str) -> None:
    rules = MeasurementRules.read(
        {
            "schemes": ["per_stakeholder", "balanced", "population", "raked"],
            "margins": {"development": {"ldc": 0.4, "other-developing": 0.4, "developed": 0.2}},
            "gates": {"development": 2},
            "consensus_low": 0.6,
            "population": 4_000,
        }
    )
    data = simulated(scene, FACTS)
    clauses, unreached = tried(rules, data)
    whole = assess(rules, data, rules_digest="")
    for one, full in zip(clauses, whole["clauses"], strict=True):
        assert one["status"] == full["status"]
        assert one["robustness"] == full["robustness"]
        assert one["share"] == full["agreement"]["balanced"]["share"]
        assert (one["low"], one["high"]) == tuple(full["agreement"]["balanced"][k] for k in ("low", "high"))
    assert {name: [list(row) for row in rows] for name, rows in unreached.items()} == {
        name: scheme["unreached"] for name, scheme in whole["schemes"].items()
    }
