"""Many more who come: unknown entities change nothing, unknown individuals little, and the words say so."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.consensus.assessing import assess
from app.consensus.clauses import figures
from app.consensus.electorate import Room, said
from app.consensus.input import AssessmentInput
from app.consensus.matrix import STANCES
from app.consensus.newcomers import GOVERNMENTS, OPPOSITE, Newcomers, answering, joined, places
from app.consensus.status import robustness
from app.reference.countries import development_bloc, shipped
from app.representation.rules import CATEGORIES, MAIN, MeasurementRules
from tests.consensus.test_who_counts import AGREED, CODES, Crowd, clause
from tests.consensus.test_who_counts import given as input_of
from tests.consensus.voices import data_of
from tests.representation.rooms import CODES as FEW

RULES = MeasurementRules()
EASY = MeasurementRules(gates={"development": 1}, gate_countries=1, least_stakeholders=5, widest_half=0.5)
ENTITIES = [one for one in CATEGORIES if one != "individual"]

answers = st.dictionaries(st.sampled_from(STANCES), st.integers(1, 6), min_size=1)
voices = st.dictionaries(
    st.tuples(st.sampled_from(CATEGORIES), st.sampled_from((*FEW, *CODES, None)), st.booleans()),
    answers,
    min_size=1,
    max_size=40,
)
origins = st.lists(st.sampled_from((*FEW, "US", "TD", None)), min_size=1, max_size=6, unique=True)
numbers = st.sampled_from((1, 7, 80, 5_000, 1_000_000))
stances = st.sampled_from((OPPOSITE, *STANCES))
measures = st.sampled_from((RULES, EASY))


def together(data: AssessmentInput, newcomers: Newcomers, stances: Sequence[int]) -> tuple[Room, Room]:
    cells, by_cell = said(data)
    more, sizes = newcomers.beside(cells)
    after = Room.counting(EASY, more, answering(by_cell, sizes, stances))
    return Room.counting(EASY, cells, by_cell), after


@settings(deadline=None, max_examples=60)
@given(voices, st.sampled_from(ENTITIES), origins, numbers, st.integers(0, 3), measures)
def test_no_number_of_unknown_entities_changes_a_bit_of_any_figure(
    room: Any, category: str, countries: Any, number: int, stance: int, rules: MeasurementRules
) -> None:
    data = data_of(room)
    cells, by_cell = said(data)
    more, sizes = Newcomers(category, False, countries, number).beside(cells)
    assert int(more.counts.sum()) == int(cells.counts.sum()) + number
    said_then = answering(by_cell, sizes, [stance])
    before, after = (Room.counting(rules, *one) for one in ((cells, by_cell), (more, said_then)))
    assert figures(data, after) == figures(data, before)


@settings(deadline=None, max_examples=60)
@given(voices, st.sampled_from(CATEGORIES), origins, numbers, stances, measures)
def test_no_number_of_the_unknown_opens_or_shuts_a_gate(
    room: Any, category: str, countries: Any, number: int, stance: str, rules: MeasurementRules
) -> None:
    data = data_of(room)
    found = joined(rules, data, Newcomers(category, False, countries, number, stance), *said(data))
    (one,) = found["clauses"]
    assert one["after"]["gates_failed"] == one["before"]["gates_failed"]
    if category != "individual":
        assert one["after"] == one["before"]


@settings(deadline=None, max_examples=100)
@given(voices, origins, numbers, st.sampled_from((0, 3)))
def test_unknown_individuals_move_a_share_within_their_bound(
    room: Any, countries: Any, number: int, stance: int
) -> None:
    """Where all are known that were there: by a third of the verified weight, less where few spoke."""
    data = data_of({(kind, code, True): answer for (kind, code, _), answer in room.items()})
    few, many = together(data, Newcomers("individual", False, countries, number), [stance])
    part = RULES.self_declared_part
    for scheme in EASY.schemes:
        weights = few.weighings[scheme].weights
        sides, mass = ((few.accept + few.against) @ weights)[0], part * float(weights @ few.cells.counts)
        before, after = few.agreed[scheme].share[0], many.agreed[scheme].share[0]
        held = many.weighings[scheme].weights * many.cells.counts
        assert held[~many.cells.verified].sum() <= part / (1 + part) * held.sum() * (1 + 1e-9)
        if sides > 0:
            assert abs(after - before) <= mass / (sides + mass) * (1 + 1e-9)


@settings(deadline=None, max_examples=30)
@given(voices, origins, numbers, stances)
def test_robust_stands_without_all_who_are_unknown(
    room: Any, countries: Any, number: int, stance: str
) -> None:
    data = data_of(room)
    one = joined(EASY, data, Newcomers("individual", False, countries, number, stance), *said(data))
    known = data_of({key: answer for key, answer in room.items() if key[2]} or {("igo", None, False): {}})
    alone = assess(EASY, known, rules_digest="x")["clauses"][0]
    for found in (one["clauses"][0]["before"], one["clauses"][0]["after"]):
        if found["robustness"] == "robust":
            telling = {
                status
                for scheme, status in alone["status_by_scheme"].items()
                if scheme not in EASY.informative and status != "insufficient-coverage"
            }
            assert telling == {found["status"]}


def test_a_crowd_makes_no_status_robust_that_depends_on_the_weighting_without_it() -> None:
    alone = {MAIN: "consensus", "per_stakeholder": "contested"}
    agreed = dict.fromkeys(alone, "consensus")
    assert robustness(alone, RULES, alone) == "depends-on-scheme"
    assert robustness(agreed, RULES, alone) == "depends-on-self-declared"
    assert robustness(agreed, replace(RULES, verification=False), alone) == "robust"
    assert robustness(agreed, RULES, alone | {"per_stakeholder": "insufficient-coverage"}) == "robust"


def test_the_attack_that_turned_verdicts_is_in_every_assessment() -> None:
    data = input_of(AGREED)
    data = replace(data, country_facts=data_of().country_facts)
    found = assess(RULES, data, rules_digest="x")["newcomers"]
    assert (found["category"], found["verified"], found["number"]) == ("government", False, GOVERNMENTS)
    assert {development_bloc(shipped()[code]) for code in found["countries"]} == {"ldc"}
    (one,) = found["clauses"]
    assert one["stance"] == "object"
    assert one["before"] == one["after"]
    assert (one["after"]["status"], one["after"]["robustness"]) == ("consensus", "robust")
    assert (one["in_full"]["before"]["status"], one["in_full"]["after"]["status"]) == (
        "consensus",
        "contested",
    )


def test_only_believed_they_would_be_heard_for_the_least_developed() -> None:
    ldc = {code for code in CODES if shipped()[code].ldc}
    crowd: Crowd = [one for one in AGREED if one[1] not in ldc]
    data = replace(input_of(crowd), country_facts=data_of().country_facts)
    (one,) = assess(RULES, data, rules_digest="x")["newcomers"]["clauses"]
    assert "ldc" in one["before"]["gates_failed"] and "ldc" in one["after"]["gates_failed"]
    assert "ldc" in one["in_full"]["before"]["gates_failed"]
    assert "ldc" not in one["in_full"]["after"]["gates_failed"]


def test_verified_newcomers_count_and_their_objections_stand() -> None:
    data = replace(input_of(AGREED), country_facts=data_of().country_facts)
    many = Newcomers("government", True, places("ldc", shipped()), GOVERNMENTS)
    (one,) = joined(RULES, data, many, *said(data))["clauses"]
    assert (one["before"]["status"], one["after"]["status"]) == ("consensus", "contested")
    single = Newcomers("government", True, ["NP"], 1)
    assert joined(RULES, data, single, *said(data))["clauses"][0]["after"]["status"] == "contested"
    assert single.objecting(data, [3]).unanswered_objections == [1]


def test_what_is_reckoned_is_what_is_found_when_they_are_there() -> None:
    """Against an input in which the same newcomers stand as people of their own."""
    for verified, category in ((False, "government"), (False, "individual"), (True, "company")):
        countries = ["NP", "US", None]
        newcomers = Newcomers(category, verified, countries, 61, "support")
        data = replace(input_of(AGREED), country_facts=data_of().country_facts)
        (one,) = joined(RULES, data, newcomers, *said(data))["clauses"]
        crowd: Crowd = [(category, countries[place % 3], verified, 0) for place in range(61)]
        found = clause(AGREED + crowd)
        assert one["after"]["status"] == found["status"]
        assert one["after"]["robustness"] == found["robustness"]
        assert one["after"]["share"] == pytest.approx(found["agreement"][MAIN]["share"])
        assert one["after"]["n_eff"] == pytest.approx(found["agreement"][MAIN]["n_eff"])


def test_accounts_are_shared_out_evenly() -> None:
    data = input_of(AGREED)
    cells, by_cell = said(data)
    more, sizes = Newcomers("government", False, ["NP", "UG", "TD"], 8).beside(cells)
    added = {
        cell.country: int(count)
        for cell, count in zip(more.cells, more.counts, strict=True)
        if not cell.verified
    }
    assert added == {"NP": 3, "UG": 3, "TD": 2}
    assert np.array_equal(answering(by_cell, sizes, [3]).sum(axis=(1, 2)), more.counts)


def test_nobody_comes_where_nobody_is_or_governments_are_not_counted() -> None:
    assert assess(RULES, data_of({}), rules_digest="x")["newcomers"] is None
    people = MeasurementRules.read({"categories": ["individual"]})
    data = data_of({("individual", "FR", True): {"support": 3}})
    assert assess(people, data, rules_digest="x")["newcomers"] is None


def test_places_have_names() -> None:
    facts = shipped()
    assert places("none", facts) == [None]
    assert places("KE", facts) == ["KE"]
    assert len(places("all", facts)) == 193
    assert set(places("ldc", facts)) | set(places("other-developing", facts)) | set(
        places("developed", facts)
    ) == set(places("all", facts))
    assert "KE" in places("africa", facts) and "FR" not in places("africa", facts)
    with pytest.raises(KeyError):
        places("atlantis", facts)
