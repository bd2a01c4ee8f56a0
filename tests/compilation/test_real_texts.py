"""Merging held against real texts, changed as people change them; bench/real_merges.py counts."""

import random
from collections import Counter
from pathlib import Path

import pytest

from app.compilation.merge.nway import choose, collisions, merge, settle
from app.compilation.merge.provenance import BASE, text_of
from bench.real_merges import PEOPLE, Stands, changed, counted, standing, texts


def test_no_sentence_of_a_real_text_is_made_of_several_peoples(shared_data: Path) -> None:
    """Whoever is chosen, a sentence where something collides is a person's, to the letter.

    Where nothing collides in a sentence, two people's edits of it stand side by side, with words that stay
    and say enough between them.
    """
    stand, collided = Counter[Stands](), 0
    for _, _, number, whose in counted(shared_data):
        stand += whose
        collided += number
    assert stand[Stands.MIXED] == 0
    assert collided > 400 and stand[Stands.SIDE_BY_SIDE] > 400


def test_a_mixed_sentence_would_be_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edits of one sentence are as far apart as words are that say nothing."""
    base = "The central authority publishes reports."
    changes = {"c1": base.replace("central", "regional"), "c2": base.replace("publishes", "issues")}
    assert set(standing(base, changes, "c1")) == {Stands.SOMEBODYS}
    monkeypatch.setattr("app.compilation.merge.contested.APART", 0)
    assert set(standing(base, changes, "c1")) == {Stands.MIXED}


def test_a_choice_in_a_real_text_is_the_words_of_its_source(shared_data: Path) -> None:
    """Each alternative stands so in its source's text; order does not matter; one change alone is itself."""
    chance = random.Random(20261130)
    for _, found in texts(shared_data):
        for place, base in enumerate(found[:12]):
            changes = changed(chance, base, found[place - 1])
            segments = merge(base, changes)
            assert merge(base, dict(reversed(changes.items()))) == segments
            wordings = [one for each in collisions(segments) for one in each.alternatives]
            assert all(one.text in changes[source] for one in wordings for source in one.sources)
            for choice in PEOPLE:
                choices = {
                    number: choose(one, choice)
                    for number, one in enumerate(collisions(segments))
                    if any(choice in wording.sources for wording in one.alternatives)
                }
                runs = settle(segments, choices)
                assert {source for _, sources in runs for source in sources} <= {BASE, "editor", *changes}
            for source, text in changes.items():
                assert text_of(settle(merge(base, {source: text}), {})) == text
