"""Merging held against real texts in the six languages, changed as people change them."""

import csv
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.foundation.text import normalise
from app.merging.nway import choose, collisions, merge, settle
from app.merging.provenance import BASE, text_of

SIX = ("ar", "en", "es", "fr", "ru", "zh")


def passages(shared_data: Path) -> Iterator[str]:
    """Five targets of the Sustainable Development Goals each, and what was proposed to Madrid."""
    with (shared_data / "norms" / "sdg" / "sdg_targets.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lang"] in SIX]
    for language in SIX:
        texts = [normalise(row["text"]) for row in rows if row["lang"] == language]
        yield from (";\n".join(texts[place : place + 5]) for place in range(0, len(texts), 5))
    proposals = shared_data / "comments" / "decide_madrid_proposals.csv"
    with proposals.open(encoding="utf-8", newline="") as file:
        yield from (normalise(row["text"]) for row in csv.DictReader(file) if row["text"].strip())


def reworded(chance: random.Random, base: str, others: str) -> str:
    """Some stretches of a text put otherwise, with words of another text of the same language."""
    words, new = re.findall(r"\S+\s*|\s+", base), re.findall(r"\S+\s*", others)
    for _ in range(chance.randint(1, 4)):
        place, start = chance.randrange(len(words) + 1), chance.randrange(len(new))
        size = chance.choice((1, 2, 8))
        words[place : place + chance.choice((0, 1, 2, 8))] = new[start : start + size]
    return "".join(words)


@pytest.mark.parametrize("choice", ["c1", "c2"])
def test_a_choice_in_a_real_text_is_the_words_of_its_source(shared_data: Path, choice: str) -> None:
    """Each alternative stands so in its source's text; order does not matter; one change alone is itself."""
    chance = random.Random(20261130)
    texts = list(passages(shared_data))
    contested = 0
    for place, base in enumerate(texts):
        other = texts[place - 1]
        changes = {name: reworded(chance, base, other) for name in ("c1", "c2")}
        segments = merge(base, changes)
        assert merge(base, dict(reversed(changes.items()))) == segments
        found = collisions(segments)
        for collision in found:
            own = next(one.text for one in collision.alternatives if choice in one.sources)
            assert own in changes[choice] and collision.base in base
        contested += len(found)
        runs = settle(segments, {number: choose(one, choice) for number, one in enumerate(found)})
        assert {source for _, sources in runs for source in sources} <= {BASE, *changes}
        for source, text in changes.items():
            assert text_of(settle(merge(base, {source: text}), {})) == text
    assert contested > 50
