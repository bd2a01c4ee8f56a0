"""Two changes at a time, held against the package merge3; bench/merging.py says what agreement is."""

from collections import Counter

import pytest
from merge3 import Merge3

from app.compilation.merge.nway import Alternative, Collision
from app.foundation.text import words
from bench.merging import Matched, Outcome, outcome, triples, whole

TRIALS = 4_000


def test_random_pairs_of_changes_agree_with_merge3() -> None:
    """Where neither finds a conflict nothing differs; where ours collides, a choice is one's own words.

    bench/merging.py tries as many as TRIPLES.
    """
    counted = Counter(map(outcome, triples(TRIALS)))
    assert sum(counted.values()) == TRIALS
    assert set(counted) == {Outcome.SAME, Outcome.COLLIDES, Outcome.CLOSE, Outcome.BESIDE}
    assert min(counted.values()) > 50


def test_with_another_matcher_of_words_few_texts_differ() -> None:
    counted = Counter(whole(triple) for triple in triples(2_000))
    assert counted[Outcome.OTHER_TEXT] < 20


@pytest.mark.parametrize(
    ("triple", "expected"),
    [
        (("Alpha acts. Beta rests.", "Alpha moves. Beta rests.", "Alpha acts. Beta sleeps."), Outcome.SAME),
        (("alpha beta gamma", "alpha BETA gamma", "alpha BETA gamma"), Outcome.SAME),
        (("alpha beta gamma", "alpha BETA gamma", "alpha other gamma"), Outcome.COLLIDES),
        (("alpha gamma", "alpha beta gamma", "alpha other gamma"), Outcome.COLLIDES),
        (("alpha beta gamma delta", "ALPHA beta gamma delta", "alpha beta GAMMA delta"), Outcome.CLOSE),
        (("Alpha acts.", "Alpha acts. Banks pay.", "Alpha acts. Courts rule."), Outcome.BESIDE),
    ],
)
def test_what_becomes_of_two_changes(triple: tuple[str, str, str], expected: Outcome) -> None:
    assert outcome(triple) is expected


def test_the_matcher_given_to_merge3_is_ours_and_complete() -> None:
    """Blocks are of equal words, increasing, and end as difflib's do."""
    for base, one, _ in triples(500):
        tokens, text = words(base), words(one)
        blocks = Matched(None, tokens, text).get_matching_blocks()
        assert blocks[-1] == (len(tokens), len(text), 0)
        assert all(tokens[i : i + size] == text[j : j + size] for i, j, size in blocks)
        assert Merge3(tokens, text, tokens, sequence_matcher=Matched).merge_lines()


def test_a_choice_of_mixed_words_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    mixed = Collision("alpha beta", (Alternative("ALPHA BETA", ("c1",)), Alternative("alpha", ("c2",))))
    monkeypatch.setattr("bench.merging.merge", lambda base, changes: [mixed])
    with pytest.raises(AssertionError):
        outcome(("alpha beta gamma", "ALPHA beta gamma", "alpha BETA gamma"))
