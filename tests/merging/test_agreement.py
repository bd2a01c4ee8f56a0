"""Two changes at a time, held against the package merge3; bench/merging.py says what agreement is."""

from collections import Counter

import pytest
from merge3 import Merge3

from app.foundation.text import words
from bench.merging import TRIPLES, Matched, Outcome, outcomes, places, triples, whole


def test_twenty_thousand_random_pairs_of_changes_agree_with_merge3() -> None:
    """Outside of merge3's conflicts nothing differs; inside, ours collides too or can tell the two apart."""
    counted = Counter(one for triple in triples() for one in outcomes(triple))
    assert sum(counted.values()) >= TRIPLES
    assert set(counted) == {Outcome.SAME, Outcome.COLLIDES, Outcome.INSERTIONS, Outcome.NEIGHBOURS}
    assert counted[Outcome.SAME] > TRIPLES // 2
    assert min(counted.values()) > 100


def test_with_another_matcher_of_words_few_texts_differ() -> None:
    counted = Counter(whole(triple) for triple in triples(2_000))
    assert counted[Outcome.OTHER_TEXT] + counted[Outcome.OURS_ONLY] < 40


@pytest.mark.parametrize(
    ("triple", "expected"),
    [
        (("a b c d e", "A b c d e", "a b c d E"), [Outcome.SAME]),
        (("a b c", "a B c", "a B c"), [Outcome.SAME]),
        (("a b c", "a B c", "a x c"), [Outcome.COLLIDES]),
        (("a c", "a b c", "a x c"), [Outcome.INSERTIONS]),
        (("a b c d", "a c d", "a b d"), [Outcome.NEIGHBOURS]),
        (("a b c d e f g", "a B c d x g", "a x c d e y g"), [Outcome.COLLIDES, Outcome.COLLIDES]),
    ],
)
def test_what_becomes_of_a_conflict(triple: tuple[str, str, str], expected: list[Outcome]) -> None:
    assert outcomes(triple) == expected


def test_the_matcher_given_to_merge3_is_ours_and_complete() -> None:
    """Blocks are of equal words, increasing, and end as difflib's do."""
    for base, one, _ in triples(500):
        tokens, text = words(base), words(one)
        blocks = Matched(None, tokens, text).get_matching_blocks()
        assert blocks[-1] == (len(tokens), len(text), 0)
        assert all(tokens[i : i + size] == text[j : j + size] for i, j, size in blocks)
        assert Merge3(tokens, text, tokens, sequence_matcher=Matched).merge_lines()


def test_collisions_outside_of_conflicts_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.merging.places", lambda base, segments: places(base, segments)[:-1])
    with pytest.raises(AssertionError):
        outcomes(("a b c", "a B c", "a b c"))
