"""Which blocs differ on which clause."""

from math import erfc, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import false_discovery_control

from app.consensus.between import differences, false_discovery, two_sided

BLOCS = ("ldc", "other-developing", "developed")

tables = st.integers(1, 6).flatmap(
    lambda clauses: st.tuples(
        arrays.arrays(float, (clauses, 3), elements=st.floats(0, 1) | st.just(np.nan)),
        arrays.arrays(np.int64, (clauses, 3), elements=st.integers(0, 60)),
    )
)


def by_hand(p: float, n: int, q: float, m: int) -> float:
    """Agresti and Caffo: one success and one failure join either sample, then Wald's z."""
    p, q = (n * p + 1) / (n + 2), (m * q + 1) / (m + 2)
    z = (p - q) / sqrt(p * (1 - p) / (n + 2) + q * (1 - q) / (m + 2))
    return erfc(abs(z) / sqrt(2))


def test_the_test_is_that_of_a_pencil() -> None:
    # 8 of 10 against 2 of 10: 9/12 − 3/12 = 1/2, over √(2 · 3/16 / 12) = √(1/32): z = 2.828
    p = two_sided(np.array(0.8), np.array(10), np.array(0.2), np.array(10)).item()
    assert p == pytest.approx(erfc(sqrt(8) / sqrt(2)), rel=1e-12)
    assert p == pytest.approx(0.00468, abs=5e-6)


@given(arrays.arrays(float, st.integers(1, 40), elements=st.floats(0, 1)))
def test_false_discovery_is_controlled_as_scipy_does(p: np.ndarray) -> None:
    assert false_discovery(p) == pytest.approx(false_discovery_control(p, method="by"), rel=1e-12, abs=1e-300)


@given(tables)
def test_each_pair_is_what_a_plain_loop_finds(table: tuple[np.ndarray, np.ndarray]) -> None:
    shares, countries = table
    tests = []
    for clause in range(len(shares)):
        for one, other in ((0, 1), (0, 2), (1, 2)):
            p, q = shares[clause, one], shares[clause, other]
            n, m = int(countries[clause, one]), int(countries[clause, other])
            if min(n, m) >= 3 and p == p and q == q:
                tests.append((clause, [BLOCS[one], BLOCS[other]], p - q, by_hand(p, n, q, m)))
    adjusted = false_discovery_control([test[-1] for test in tests], method="by") if tests else []
    found = differences(shares, countries, BLOCS).told
    assert len(found) == len(shares)
    flat = [(clause, pair) for clause, pairs in enumerate(found) for pair in pairs]
    for (clause, pair), (at, blocs, apart, _), p in zip(flat, tests, adjusted, strict=True):
        assert (clause, pair["blocs"]) == (at, blocs)
        assert pair["difference"] == pytest.approx(apart)
        assert pair["p"] == pytest.approx(p, rel=1e-9)
        assert pair["differs"] == (pair["p"] <= 0.05)


@given(tables)
def test_the_order_of_blocs_changes_signs_and_nothing_else(table: tuple[np.ndarray, np.ndarray]) -> None:
    shares, countries = table
    there = differences(shares, countries, BLOCS).told
    back = differences(shares[:, ::-1], countries[:, ::-1], BLOCS[::-1]).told
    for pairs, mirrored in zip(there, back, strict=True):
        expected = {frozenset(pair["blocs"]): (pair["difference"], pair["p"]) for pair in pairs}
        assert {frozenset(pair["blocs"]): (-pair["difference"], pair["p"]) for pair in mirrored} == expected


def test_two_countries_are_too_few_to_compare() -> None:
    shares, countries = np.array([[1.0, 0.0, 0.5]]), np.array([[2, 30, 30]])
    assert [pair["blocs"] for pair in differences(shares, countries, BLOCS).told[0]] == [list(BLOCS[1:])]


def test_a_silent_bloc_is_left_out() -> None:
    shares = np.array([[np.nan, 0.2, np.nan]])
    assert differences(shares, np.array([[0, 9, 9]]), BLOCS).told == [[]]


@pytest.mark.parametrize("shape", [(0, 3), (2, 1), (2, 0)])
def test_nothing_to_compare_gives_no_pairs(shape: tuple[int, int]) -> None:
    assert differences(np.ones(shape), np.full(shape, 9), BLOCS[: shape[1]]).told == [[]] * shape[0]


def test_many_clauses_ask_more_of_each() -> None:
    shares, countries = np.full((50, 3), 0.5), np.full((50, 3), 20)
    shares[0, 0] = 0.95
    alone = differences(shares[:1], countries[:1], BLOCS).told[0][0]
    among = differences(shares, countries, BLOCS).told[0][0]
    assert alone["differs"] and not among["differs"]
    assert differences(shares, countries, BLOCS, rate=0.999).told[0][0]["p"] == among["p"]


def test_where_blocs_do_not_differ_hardly_ever_is_a_difference_found() -> None:
    """One world of opinion: a false difference in at most 5 % of drafts, and here are 200."""
    chance = np.random.default_rng(20)
    drafts_with_any = 0
    for _ in range(200):
        countries = np.tile(np.array([44, 98, 51]), (20, 1))
        shares = chance.binomial(countries, 0.8) / countries
        drafts_with_any += any(
            pair["differs"] for pairs in differences(shares, countries, BLOCS).told for pair in pairs
        )
    assert drafts_with_any <= 10


def test_a_great_difference_is_found() -> None:
    chance = np.random.default_rng(21)
    countries = np.tile(np.array([30, 60, 40]), (20, 1))
    shares = chance.binomial(countries, [0.3, 0.9, 0.9]) / countries
    found = differences(shares, countries, BLOCS).told
    assert all(pairs[0]["differs"] and pairs[1]["differs"] for pairs in found)
    assert sum(pairs[2]["differs"] for pairs in found) <= 1
