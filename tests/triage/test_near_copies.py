"""Texts that are nearly the same."""

from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.foundation.text import plain
from app.triage import near_copies as near
from app.triage.near_copies import jaccard, near_copies
from bench.coordination import written

ENGLISH = "Nobody shall be subjected to a decision that a machine has taken without a human being in charge."
CHINESE = "任何人不得仅受机器所作决定的约束，除非有人对该决定承担责任，并且能够加以解释、复核和更正。"
ARABIC = "لا يجوز إخضاع أحد لقرار اتخذته آلة دون أن يكون إنسان مسؤولا عنه وقادرا على شرحه ومراجعته وتصحيحه"


def overlap(one: str, other: str) -> float:
    """The Jaccard index of the sets of 5-grams, spelt out."""
    first, second = ({text[place : place + 5] for place in range(len(text) - 4)} for text in (one, other))
    return len(first & second) / len(first | second)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE, ARABIC])
def test_a_text_with_another_end_is_a_near_copy(text: str) -> None:
    assert near_copies(
        [text, "Something that has nothing to do with it, of similar length.", text + "!!"]
    ) == [[0, 2]]


def test_case_width_spaces_and_tatweel_do_not_make_another_text() -> None:
    assert near_copies([ENGLISH, "  " + ENGLISH.upper().replace(" ", "\n ")]) == [[0, 1]]
    assert near_copies([ARABIC, ARABIC.replace("ق", "قـــ")]) == [[0, 1]]
    assert plain("ＡＢＣ  ｄ") == "abc d"


def test_different_texts_are_not_grouped() -> None:
    assert near_copies([ENGLISH, CHINESE, ARABIC, ENGLISH[::-1], ENGLISH[: len(ENGLISH) // 2]]) == []


def test_short_texts_are_grouped_as_exact_copies_only() -> None:
    assert near_copies(["I agree.", "i  AGREE.", "I agree!", "同意", "同意"]) == [[0, 1], [3, 4]]


def test_an_empty_text_is_a_copy_of_nobody() -> None:
    assert near_copies(["", " ", "\u0640"]) == []


@pytest.mark.parametrize("texts", [[], [ENGLISH]])
def test_nothing_and_one_text_have_no_groups(texts: list[str]) -> None:
    assert near_copies(texts) == []


def test_a_copy_of_a_copy_belongs_to_the_group() -> None:
    chain = [ENGLISH, ENGLISH + " It is so.", ENGLISH + " It is so. And well."]
    assert overlap(plain(chain[0]), plain(chain[2])) < 0.85
    assert near_copies(chain, 0.85) == [[0, 1, 2]]


def test_the_bound_decides() -> None:
    pair = [ENGLISH, ENGLISH.replace("machine", "computer")]
    found = overlap(*map(plain, pair))
    assert near_copies(pair, found - 0.01) == [[0, 1]]
    assert near_copies(pair, found + 0.01) == []


def test_a_thousand_form_letters_are_one_group() -> None:
    assert near_copies([f"{ENGLISH} Yours, {number}" for number in range(1000)]) == [list(range(1000))]


def test_groups_are_those_of_comparing_every_pair() -> None:
    texts, _ = written(400)
    texts = [text[:120] for text in texts]
    group_of = {number: place for place, group in enumerate(near_copies(texts)) for number in group}
    simple = [plain(text) for text in texts]
    root = list(range(len(texts)))
    for one, other in combinations(range(len(texts)), 2):
        if one % 6 == other % 6 and overlap(simple[one], simple[other]) >= 0.8:
            joined = {root[one], root[other]}
            root = [min(joined) if place in joined else place for place in root]
    expected: dict[int, list[int]] = {}
    for number, place in enumerate(root):
        expected.setdefault(place, []).append(number)
    groups = [group for group in expected.values() if len(group) > 1]
    assert len(groups) > 3
    assert sorted(groups) == near_copies(texts)
    assert set(group_of) == {number for group in groups for number in group}


def test_the_order_of_the_texts_does_not_matter() -> None:
    texts, _ = written(600)
    order = np.random.default_rng(1).permutation(len(texts)).tolist()
    moved = near_copies([texts[number] for number in order])
    assert sorted(sorted(order[place] for place in group) for group in moved) == near_copies(texts)


@given(st.text(min_size=20), st.text(min_size=20))
def test_the_index_is_that_of_the_sets(one: str, other: str) -> None:
    assert jaccard(one, other) == pytest.approx(overlap(one, other))


@given(st.lists(st.text()))
def test_any_text_can_be_compared(texts: list[str]) -> None:
    for group in near_copies(texts):
        assert len(group) >= 2


def test_letters_just_below_the_bound_are_compared_once_and_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dearest case: a form letter to which everybody adds a sentence of one's own."""
    dice = Random(1)
    letters = [" ".join(str(dice.randrange(10**6)) for _ in range(60))] * 120
    texts = [f"{letter} {' '.join(str(dice.randrange(10**6)) for _ in range(9))}" for letter in letters]
    compared = 0
    exact = near._Overlap._shared

    def counted(self: near._Overlap, one: int, others: NDArray[np.int64]) -> NDArray[np.int64]:
        nonlocal compared
        compared += len(others)
        return exact(self, one, others)

    monkeypatch.setattr(near._Overlap, "_shared", counted)
    found = near_copies(texts)
    assert 0 < compared <= len(texts) * (len(texts) - 1) // 2
    alike = [
        set(pair)
        for pair in combinations(range(len(texts)), 2)
        if overlap(texts[pair[0]], texts[pair[1]]) >= 0.8
    ]
    groups = {frozenset(pair) for pair in found if len(pair) == 2}
    assert all(any(pair <= set(group) for group in found) for pair in alike)
    assert all(group in map(frozenset, alike) for group in groups)
