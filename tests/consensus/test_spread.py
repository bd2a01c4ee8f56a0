"""How far apart the stances lie: two published measures of ordinal dispersion."""

from itertools import combinations
from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consensus.spread import tastle_wierman, van_der_eijk

whole = st.lists(st.integers(0, 500), min_size=4, max_size=4).filter(any)
weighted = st.lists(st.floats(0, 1e6) | st.just(0.0), min_size=4, max_size=4).filter(lambda n: sum(n) > 1e-6)

#: The example with which R's package agrmt (Ruedin) documents both measures.
SEVEN = (30, 40, 210, 130, 530, 50, 10)


def consensus_by_hand(counts: tuple[float, ...]) -> float:
    total, steps = sum(counts), len(counts) - 1
    mean = sum(place * n for place, n in enumerate(counts)) / total
    terms = (n / total * log2(1 - abs(place - mean) / steps) for place, n in enumerate(counts) if n)
    return 1.0 if max(counts) == total else 1 + sum(terms)


def agreement_by_hand(counts: tuple[float, ...]) -> float:
    """Van der Eijk's A for any number of categories, layer after layer as in the article."""
    left, total, found, k = list(counts), sum(counts), 0.0, len(counts)
    while any(left):
        floor = min(n for n in left if n)
        held = [n > 0 for n in left]
        one, two = 0, 0
        for a, b, c in combinations(held, 3):
            if b and a != c:
                one += 1
            if a and c and not b:
                two += 1
        modes = 1.0 if two == 0 else ((k - 2) * one - (k - 1) * two) / ((k - 2) * (one + two))
        layer = modes * (1 - (sum(held) - 1) / (k - 1))
        found += layer * floor * sum(held) / total
        left = [n - floor if n else 0 for n in left]
    return found


def test_the_plain_loops_give_the_published_example() -> None:
    assert agreement_by_hand(SEVEN) == pytest.approx(0.6113333, abs=5e-8)
    assert consensus_by_hand(SEVEN) == pytest.approx(0.7256876, abs=5e-8)


@pytest.mark.parametrize("place", range(4))
def test_all_in_one_category_is_full_agreement_whatever_they_say(place: int) -> None:
    counts = np.zeros(4)
    counts[place] = 17
    assert van_der_eijk(counts) == 1
    assert tastle_wierman(counts) == 1


def test_halves_at_both_ends_are_the_least_agreement() -> None:
    assert van_der_eijk(np.array([5, 0, 0, 5])) == -1
    assert tastle_wierman(np.array([5, 0, 0, 5])) == 0


def test_four_equal_categories_agree_by_nothing() -> None:
    assert van_der_eijk(np.array([3, 3, 3, 3])) == 0
    assert tastle_wierman(np.array([3, 3, 3, 3])) == pytest.approx(1 + log2(1 / 2) / 2 + log2(5 / 6) / 2)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ((1, 1, 0, 0), 2 / 3),
        ((0, 1, 1, 0), 2 / 3),
        ((1, 1, 1, 0), 1 / 3),
        ((1, 0, 1, 0), 2 / 3 * (2 - 3) / (2 * 2)),
        ((1, 1, 0, 1), 1 / 3 * (2 - 3 * 2) / (2 * 3)),
        ((1, 0, 0, 1), -1),
    ],
)
def test_one_layer_is_worked_out_with_a_pencil(pattern: tuple[int, ...], expected: float) -> None:
    assert van_der_eijk(np.array(pattern)) == pytest.approx(expected, abs=1e-15)


def test_layers_count_by_their_size() -> None:
    # 2 · (1,1,0,1) with A −2/9, 1 · (1,1,0,0) with 2/3, 3 · (1,0,0,0) with 1: 6, 2 and 3 of 11 people.
    expected = (6 * -2 / 9 + 2 * 2 / 3 + 3 * 1) / 11
    assert van_der_eijk(np.array([6, 3, 0, 2])) == pytest.approx(expected, abs=1e-15)


def test_where_nobody_said_anything_there_is_no_figure() -> None:
    counts = np.array([[0, 0, 0, 0], [1, 0, 0, 0]])
    for measure in (van_der_eijk, tastle_wierman):
        assert np.isnan(measure(counts)).tolist() == [True, False]


@given(whole)
def test_both_agree_with_a_plain_loop(counts: list[int]) -> None:
    assert van_der_eijk(np.array(counts)) == pytest.approx(agreement_by_hand(tuple(counts)), abs=1e-12)
    assert tastle_wierman(np.array(counts)) == pytest.approx(consensus_by_hand(tuple(counts)), abs=1e-12)


@given(weighted)
def test_both_stay_within_their_range(counts: list[float]) -> None:
    assert -1 <= van_der_eijk(np.array(counts)) <= 1
    assert 0 <= tastle_wierman(np.array(counts)) <= 1


@given(weighted, st.floats(1e-3, 1e3))
def test_neither_asks_which_end_is_which_nor_how_many_there_are(counts: list[float], factor: float) -> None:
    as_said = np.array(counts)
    for measure in (van_der_eijk, tastle_wierman):
        assert measure(as_said[::-1]) == pytest.approx(measure(as_said), abs=1e-9)
        assert measure(as_said * factor) == pytest.approx(measure(as_said), abs=1e-9)


@given(st.lists(whole, min_size=6, max_size=6))
def test_many_clauses_at_once_give_what_each_gives_alone(counts: list[list[int]]) -> None:
    block = np.array(counts).reshape(2, 3, 4)
    for measure in (van_der_eijk, tastle_wierman):
        assert measure(block).ravel().tolist() == [measure(np.array(one)).item() for one in counts]
