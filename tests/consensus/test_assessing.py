"""A whole assessment: its status, its reasons, and that it is the same every time."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from app.consensus.assessing import assess
from app.consensus.input import AssessmentInput
from app.consensus.status import CONSENSUS, CONTESTED, INSUFFICIENT, NOT_SUPPORTED, ROUGH
from app.foundation.canonical import canonical
from app.reference.countries import members, shipped
from app.representation.rules import MeasurementRules, MeasurementUnclear
from tests.consensus.voices import STANCE_OF, WORLD, Voices, data_of, governments, roll_calls

GOVERNMENTS = MeasurementRules.read({"categories": ["government"]})
OF_193 = MeasurementRules.read({"categories": ["government"], "population": 193})


def first(data: AssessmentInput, rules: MeasurementRules = GOVERNMENTS) -> dict[str, Any]:
    found: dict[str, Any] = assess(rules, data, rules_digest="sha256:0")["clauses"][0]
    return found


def every(step: int) -> list[str]:
    """Every so-manieth country of each bloc and region, so that all are heard alike."""
    world = sorted(members(shipped()), key=lambda one: (one.ldc, one.developing, str(one.region), one.iso2))
    return [country.iso2 for country in world[::step]]


def test_the_keys_are_those_of_the_agreement() -> None:
    result = assess(GOVERNMENTS, data_of(governments(WORLD)), rules_digest="sha256:0")
    assert {"norm", "draft", "rules_digest", "input_digest", "method", "stakeholders", "schemes"} <= set(
        result
    )
    assert {"clauses", "opinion_groups", "coverage"} <= set(result)
    assert result["stakeholders"]["by_development"] == {"developed": 51, "ldc": 44, "other-developing": 98}
    clause = result["clauses"][0]
    assert clause["counts"] == {"support": 193, "accept": 0, "abstain": 0, "object": 0, "unconfirmed": 0}
    assert set(clause["agreement"]["balanced"]) >= {"share", "low", "high", "n_eff"}
    assert set(clause["blocs"]) == {"development", "region", "category"}
    assert set(clause["objections"]) == {"open", "answered", "accommodated", "withdrawn", "maintained"}


def test_a_clause_says_on_what_its_share_hangs() -> None:
    voices = governments(WORLD[:100], WORLD[100:])
    clause = first(data_of(voices | {("individual", "FR", False): {"object": 50}}), MeasurementRules())
    assert clause["without_self_declared"]["share"] != clause["agreement"]["balanced"]["share"]
    hangs, share = clause["without_one_country"], clause["agreement"]["balanced"]["share"]
    assert hangs["low"] < share < hangs["high"]
    assert clause["bridging"]["share"] == min(one["share"] for one in clause["blocs"]["development"].values())


def test_all_the_world_agreeing_is_consensus_under_every_scheme() -> None:
    clause = first(data_of(governments(WORLD)))
    assert clause["status"] == CONSENSUS
    assert (clause["reasons"], clause["robustness"]) == ([], "robust")


def test_one_standing_objection_of_a_verified_stakeholder_is_no_consensus() -> None:
    answered = data_of(governments(WORLD), verified_objections=[1])
    assert (first(answered)["status"], first(answered)["reasons"]) == (ROUGH, ["verified-objection"])
    unanswered = data_of(governments(WORLD), verified_objections=[1], unanswered_objections=[1])
    assert (first(unanswered)["status"], first(unanswered)["reasons"]) == (
        CONTESTED,
        ["unanswered-objection"],
    )


def test_nobody_agreeing_is_not_supported() -> None:
    assert first(data_of(governments([], WORLD)))["status"] == NOT_SUPPORTED


def test_one_bloc_against_all_others_is_contested() -> None:
    ldc = [code for code in WORLD if shipped()[code].ldc]
    clause = first(data_of(governments(set(WORLD) - set(ldc), ldc)))
    assert (clause["status"], clause["blocs"]["development"]["ldc"]["share"]) == (CONTESTED, 0.0)
    assert "bloc-below" in clause["reasons"]


def test_too_few_voices_and_absent_blocs_cannot_tell() -> None:
    assert "few-stakeholders" in first(data_of(governments(every(9))))["reasons"]
    rich = [country.iso2 for country in members(shipped()) if not country.developing]
    clause = first(data_of(governments(rich)))
    assert clause["status"] == clause["robustness"] == INSUFFICIENT
    assert clause["reasons"] == ["gate"]
    lacking = {(gate["kind"], gate["bloc"]): gate for gate in clause["gates_failed"]}
    gate = lacking["development", "ldc"]
    assert (gate["needed"], gate["stakeholders"], gate["countries"]) == (5, 0, 0)


def test_a_clause_on_which_all_abstain_has_no_share() -> None:
    voices: Voices = {("government", code, True): {"abstain": 1} for code in WORLD}
    clause = first(data_of(voices))
    assert clause["agreement"]["balanced"]["share"] is None
    assert clause["blocs"]["region"]["africa"] == {"n": 54, "share": None, "countries": 0, "thin": False}
    assert (clause["status"], clause["reasons"]) == (INSUFFICIENT, ["nobody"])


def test_rules_without_gates_let_the_whole_decide() -> None:
    rules = MeasurementRules.read({"gates": {}, "verification": False})
    crowd: Voices = {("individual", None, False): {"support": 95, "object": 5}}
    assert first(data_of(crowd), rules)["status"] == CONSENSUS
    against: Voices = {("individual", None, False): {"support": 5, "object": 95}}
    assert first(data_of(against), rules)["status"] == NOT_SUPPORTED


def test_a_crowd_from_one_country_moves_no_verdict() -> None:
    voices = governments(every(2))
    rules = MeasurementRules.read({"gates": {"development": 5, "region": 3}})
    flooded = voices | {("individual", "FR", False): {"object": 20_000}}
    before, after = (first(data_of(one), rules)["agreement"]["balanced"] for one in (voices, flooded))
    assert before["share"] == 1.0
    assert after["share"] > 0.98
    assert first(data_of(flooded), rules)["status"] == first(data_of(voices), rules)["status"] == CONSENSUS


def test_schemes_that_disagree_are_named() -> None:
    large = sorted(WORLD, key=lambda code: -shipped()[code].population)[:40]
    rules = MeasurementRules.read({"categories": ["government"], "gates": {}})
    clause = first(data_of(governments(set(WORLD) - set(large), large)), rules)
    assert clause["robustness"] == "depends-on-scheme"
    assert clause["status_by_scheme"]["balanced"] != clause["status_by_scheme"]["square_root"]


def test_weights_by_population_decide_whether_it_is_robust_only_where_the_rules_say_so() -> None:
    giants = sorted(WORLD, key=lambda code: -shipped()[code].population)[:5]
    voices = data_of(governments(set(WORLD) - set(giants), giants))
    stated = {"categories": ["government"], "gates": {}}
    clause = first(voices, MeasurementRules.read(stated))
    told = clause["status_by_scheme"]
    assert told["population"] not in (told["balanced"], INSUFFICIENT)
    assert clause["robustness"] == "robust"
    counting = MeasurementRules.read(stated | {"informative": []})
    assert first(voices, counting)["robustness"] == "depends-on-scheme"
    assert MeasurementRules.read(counting.content()) == counting
    with pytest.raises(MeasurementUnclear):
        MeasurementRules.read({"informative": ["balanced"]})


def test_real_roll_calls_give_the_shares_that_were_counted(shared_data: Path) -> None:
    calls = dict(itertools.islice(roll_calls(shared_data).items(), 0, None, 25))
    assert len(calls) > 20
    clauses = [
        {("government", code, True): {STANCE_OF[vote]: 1} for code, vote in votes.items()}
        for votes in calls.values()
    ]
    result = assess(OF_193, data_of(*clauses), rules_digest="sha256:0")
    for votes, clause in zip(calls.values(), result["clauses"], strict=True):
        said = list(votes.values())
        yes, no = said.count("yes"), said.count("no")
        counts = {"support": yes, "accept": 0, "abstain": said.count("abstain"), "object": no}
        assert clause["counts"] == counts | {"unconfirmed": 0}
        for scheme in ("per_stakeholder", "per_country"):
            assert clause["agreement"][scheme]["share"] == pytest.approx(yes / (yes + no))
        for kind, code in (("ldc", "ldc"), ("developed", "developed")):
            inside = [vote for one, vote in votes.items() if bloc(one) == code]
            share = clause["blocs"]["development"][kind]["share"]
            sides = inside.count("yes") + inside.count("no")
            assert share == (pytest.approx(inside.count("yes") / sides) if sides else None)


def bloc(code: str) -> str:
    country = shipped()[code]
    return "ldc" if country.ldc else "other-developing" if country.developing else "developed"


def test_an_assessment_has_equal_bytes_every_time_and_through_json() -> None:
    data = data_of(governments(WORLD[:150], WORLD[150:]), governments(every(3)))
    again = AssessmentInput.from_json(json.loads(json.dumps(data.to_json())), data.positions)
    assert data.digest == again.digest
    once, twice = (canonical(assess(GOVERNMENTS, one, rules_digest="x")) for one in (data, again))
    assert once == twice


def test_an_empty_norm_can_be_assessed() -> None:
    empty = data_of()
    result = assess(MeasurementRules(), empty, rules_digest="x")
    assert (result["clauses"], result["stakeholders"]["total"]) == ([], 0)
    assert canonical(result)
