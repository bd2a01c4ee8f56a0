"""Individuals are published in pools: none tells of fewer than five, and the verdicts stay what they were."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.consensus.apportionment import apportioned
from app.consensus.electorate import Room, said
from app.consensus.individuals import FEWEST, UNTOLD, Individuals
from app.consensus.input import AssessmentInput
from app.consensus.pooling import pooled
from app.foundation.canonical import canonical
from app.publication.package import tallies_table
from app.representation.cells import Cell
from app.representation.rules import MeasurementRules
from tests.consensus.companies import answers_of, company, joined_otherwise, reordered, stated

companies = st.builds(
    company,
    st.integers(0, 10_000),
    people=st.sampled_from([0, 1, 4, 5, 9, 23, 60, 160]),
    aside=st.sampled_from([0, 1, 4, 7, 30]),
    answering=st.sampled_from([0.02, 0.1, 0.5, 1.0]),
)


def individuals(data: AssessmentInput) -> Individuals:
    found = pooled(data).individuals
    assert found is not None
    return found


def rows_of(data: AssessmentInput) -> np.ndarray:
    """The rows of individuals."""
    return np.flatnonzero([data.cells[cell][0] == "individual" for cell in data.cell_of.tolist()])


@settings(deadline=None, max_examples=60)
@given(companies)
def test_no_pool_tells_of_fewer_than_five_and_every_answer_is_in_one(data: AssessmentInput) -> None:
    found, rows = individuals(data), rows_of(data)
    for clause, pools in enumerate(found.clauses):
        used = [place for pool in pools for place in pool.places]
        assert len(used) == len(set(used))
        assert all(sum(pool.answers[:UNTOLD]) >= FEWEST or not any(pool.answers[:UNTOLD]) for pool in pools)
        told = int(sum(sum(pool.answers) for pool in pools))
        assert told == int((answers_of(data)[rows, clause] >= 0).sum())
    again = pooled(data)
    assert AssessmentInput.from_json(again.to_json(), again.positions).to_json() == again.to_json()


@settings(deadline=None, max_examples=60)
@given(companies)
def test_the_answers_of_those_who_count_alike_are_exact_where_they_are_five(data: AssessmentInput) -> None:
    published, rows = pooled(data), rows_of(data)
    found = individuals(data)
    for is_aside in (False, True):
        for verified in (False, True):
            inside = [
                row
                for row in rows.tolist()
                if (row in set(data.set_aside), data.cells[data.cell_of[row]][2]) == (is_aside, verified)
            ]
            for clause, pools in enumerate(found.clauses):
                said = answers_of(data)[inside, clause]
                exact = [int((said == stance).sum()) for stance in range(UNTOLD)]
                own = [
                    pool.answers
                    for pool in pools
                    for first in [found.places[pool.places[0]]]
                    if (first.set_aside, published.cells[first.cell][2]) == (is_aside, verified)
                ]
                told = np.sum(own, axis=0).tolist() if own else [0] * (UNTOLD + 1)
                assert told == ([*exact, 0] if sum(exact) >= FEWEST else [0] * UNTOLD + [sum(exact)])


@settings(deadline=None, max_examples=30)
@given(companies, st.integers(0, 10_000))
def test_nothing_published_depends_on_whose_answers_belong_together_or_on_their_order(
    data: AssessmentInput, seed: int
) -> None:
    published = pooled(data)
    for other in (joined_otherwise(data, seed), reordered(data, seed)):
        same = pooled(other)
        assert canonical(same.to_json()) == canonical(published.to_json())
        assert tallies_table({}, same) == tallies_table({}, published)


@settings(deadline=None, max_examples=30)
@given(companies)
def test_countries_weights_and_coverage_are_those_of_the_whole_input(data: AssessmentInput) -> None:
    """Where nobody is set aside whose country is not told."""
    rules, plain = MeasurementRules.read({}), replace(data, set_aside=[])
    one, two = (Room.of(rules, each) for each in (plain, pooled(plain)))
    held = [_held(each) for each in (one, two)]
    assert held[0] == {cell: (n, pytest.approx(weight, abs=1e-9)) for cell, (n, weight) in held[1].items()}
    assert one.stated.sum(axis=1).tolist() == two.stated.sum(axis=1).tolist(), (
        "an answer that is untold is heard"
    )


def _held(room: Room) -> dict[Cell, tuple[int, float]]:
    """Of each cell with anybody in it how many, and what each weighs."""
    weights = room.weighings["balanced"].weights.tolist()
    cells = zip(room.cells.cells, room.cells.counts.tolist(), weights, strict=True)
    return {cell: (count, weight) for cell, count, weight in cells if count}


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.integers(1, 30), min_size=1, max_size=12),
    st.lists(st.integers(0, 20), min_size=5, max_size=5),
)
def test_a_pool_is_given_to_its_places_evenly_and_whole(present: list[int], wanted: list[int]) -> None:
    room, given = sum(present), []
    for count in wanted:
        given.append(min(count, room))
        room -= given[-1]
    found = apportioned([(range(len(present)), given)], np.array(present))
    assert found.sum(axis=0).tolist() == given and (found >= 0).all()
    assert (found.sum(axis=1) <= present).all(), "more answer than are present"
    even = np.array(present) * sum(given) / sum(present)
    assert (np.abs(found.sum(axis=1) - even) <= 1).all()


def test_answers_stay_in_their_bloc_where_five_of_it_answered() -> None:
    """Five least developed countries of Asia with one each, and France with five."""
    held = [("individual", code, True) for code in ("NP", "MM", "KH", "LA", "BD", *["FR"] * 5)]
    data = stated(held, np.zeros((10, 1), dtype=int))
    (pools,) = individuals(data).clauses
    found = pooled(data)
    places = found.individuals.places if found.individuals else []
    named = [sorted(str(found.cells[places[place].cell][1]) for place in pool.places) for pool in pools]
    assert sorted(named) == [["BD", "KH", "LA", "MM", "NP"], ["FR"]]
    assert said(found)[1].tolist() == said(data)[1].tolist()


def test_people_without_a_country_join_the_others_and_no_answer_is_left_out() -> None:
    held = [("individual", None, True)] * 4 + [("individual", "FR", True)] * 4
    data = stated(held, np.array([[0]] * 4 + [[3]] * 4))
    found = individuals(data)
    assert [pool.answers for pool in found.clauses[0]] == [[4, 0, 0, 4, 0]]
    facts = Room.of(MeasurementRules.read({}), data).cells.facts
    assert found.told(pooled(data).cells, facts) == {"cell": 0, "bloc": 0, "wider": 8, "left_out": 0}


def test_no_number_of_accounts_moves_a_verified_voice() -> None:
    """Four verified individuals stay among themselves, and are heard."""
    held = [("individual", "FR", True)] * 4 + [("individual", "FR", False)] * 900
    found = pooled(stated(held, np.array([[0]] * 4 + [[3]] * 900)))
    assert said(found)[1].tolist() == [[[0, 0, 0, 900, 0]], [[0, 0, 0, 0, 4]]]


def test_of_few_who_are_set_aside_no_country_is_told() -> None:
    held = [("individual", "NP", True), *[("individual", "FR", True)] * 9]
    data = stated(held, np.zeros((10, 1), dtype=int), aside=range(1))
    found = pooled(data)
    assert ("individual", "NP", True) not in found.cells and found.number_set_aside == 1
    all_of_them = said(found.with_set_aside())[0]
    assert int(all_of_them.counts.sum()) == 10


CHANGES: list[tuple[str, Callable[[Any], object]]] = [
    ("fewer than 5", lambda data: data["clauses"][0][0].update(answers=[0, 4, 0, 0, 0])),
    ("than take part", lambda data: data["clauses"][0][0].update(answers=[0, 400, 0, 0, 0])),
    ("whole numbers", lambda data: data["clauses"][0][0].update(answers=[-1, 9, 0, 0, 0])),
    ("whole numbers", lambda data: data["clauses"][0][0].update(answers=[9, 0, 0, 0])),
    ("untold", lambda data: data["clauses"][0][0].update(answers=[5, 0, 0, 0, 1])),
    ("untold", lambda data: data["clauses"][0][0].update(answers=[0, 0, 0, 0, 5])),
    ("two pools", lambda data: data["clauses"][0].append(copy.deepcopy(data["clauses"][0][0]))),
    ("in no place", lambda data: data["clauses"][0][0]["places"].append(99)),
    ("count alike", lambda data: data["clauses"].__setitem__(0, [all_of_them(data)])),
    ("do not fit", lambda data: data["clauses"].pop()),
    ("in no cell", lambda data: data["places"][0].update(cell=0)),
    ("is none", lambda data: data["places"][0].update(number=0)),
    ("is none", lambda data: data.update(set_aside=-1)),
    ("not so many", lambda data: data["places"][0].update(number=10**12)),
    ("come twice", lambda data: data["places"].append(data["places"][0])),
    ("set aside", lambda data: data["places"][0].update(set_aside=True, number=4)),
]


def all_of_them(data: Any) -> dict[str, list[int]]:
    return {"places": list(range(len(data["places"]))), "answers": [9, 0, 0, 0, 0]}


@pytest.mark.parametrize(("fault", "change"), CHANGES)
def test_what_tells_of_few_or_cannot_be_is_refused(fault: str, change: Callable[[Any], object]) -> None:
    found = pooled(company(5, people=40))
    assert found.cells[0][0] == "government" and found.individuals is not None
    content = copy.deepcopy(found.individuals.to_json())
    Individuals.from_json(content, found.cells, len(found.provisions))
    change(content)
    with pytest.raises(ValueError, match=fault):
        Individuals.from_json(content, found.cells, len(found.provisions))
