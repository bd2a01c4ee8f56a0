"""Merging held against real texts: whose sentences stand where two people changed the same one.

Proposals to Madrid, the targets of the Sustainable Development Goals in six languages and statutes, bills and
speeches in Akoma Ntoso, each changed by three people as people change texts. One of them is chosen at every
collision. A sentence of the result is

- *somebody's* if it stands so in the base or in the text of one of the three;
- *side by side* if nothing collided in it, and people who edit it, or cut it from the sentence before, left
  enough between their edits;
- *mixed* else: nobody proposed it.

python -m bench.real_merges
"""

import csv
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import accumulate
from pathlib import Path
from xml.etree import ElementTree

from app.compilation.merge.contested import APART
from app.compilation.merge.nway import Agreed, Collision, Segment, choose, merge
from app.compilation.merge.passage import Passage
from app.compilation.merge.provenance import BASE, text_of
from app.foundation.text import normalise, words
from bench.coordination import DATA

SEED = 20261130
SIX = ("ar", "en", "es", "fr", "ru", "zh")
TOGETHER = 3  #: targets or paragraphs that make one text
HEADING = 40  #: characters; shorter paragraphs are no sentences
PEOPLE = ("c1", "c2", "c3")


class Stands(StrEnum):
    SOMEBODYS = "somebody's sentence"
    SIDE_BY_SIDE = "side by side: nothing collides, far apart in one sentence"
    MIXED = "mixed: nobody's sentence where something collides, or edits close together"


def texts(data: Path = DATA) -> Iterator[tuple[str, list[str]]]:
    """Kinds of text, and the texts."""
    proposals = data / "comments" / "decide_madrid_proposals.csv"
    with proposals.open(encoding="utf-8", newline="") as file:
        yield (
            "Madrid proposals",
            [normalise(row["text"]) for row in csv.DictReader(file) if row["text"].strip()],
        )
    with (data / "norms" / "sdg" / "sdg_targets.csv").open(encoding="utf-8", newline="") as file:
        targets = list(csv.DictReader(file))
    for language in SIX:
        told = [normalise(row["text"]) for row in targets if row["lang"] == language]
        yield f"SDG targets, {language}", _together(told, ";\n")
    for path in sorted((data / "akn").glob("*.xml")):
        found = ElementTree.parse(path).iterfind(".//{*}p")
        paragraphs = [normalise(" ".join("".join(one.itertext()).split())) for one in found]
        yield path.stem, _together([one for one in paragraphs if len(one) > HEADING], "\n")


def _together(texts: Sequence[str], between: str) -> list[str]:
    return [between.join(texts[place : place + TOGETHER]) for place in range(0, len(texts), TOGETHER)]


def reworded(chance: random.Random, base: str, others: str) -> str:
    """A text as a person changes it: words and sentences put otherwise, struck, added, joined and split."""
    tokens, new = words(base), words(others)
    for _ in range(chance.randint(1, 4)):
        place, start = chance.randrange(len(tokens) + 1), chance.randrange(len(new))
        put, struck = chance.choice((0, 1, 1, 3, 15)), chance.choice((0, 1, 1, 3, 15))
        tokens[place : place + struck] = new[start : start + put]
    what = chance.randrange(4)
    if what == 0 and "." in tokens:
        del tokens[chance.choice([place for place, token in enumerate(tokens) if token == "."])]
    elif what == 1:
        tokens.insert(chance.randrange(len(tokens) + 1), ".")
    return "".join(tokens)


def changed(chance: random.Random, base: str, others: str) -> dict[str, str]:
    """Three people's texts; every other time the third goes on from the first's."""
    first, second = (reworded(chance, base, others) for _ in range(2))
    return dict(
        zip(PEOPLE, (first, second, reworded(chance, chance.choice((base, first)), others)), strict=True)
    )


def chosen(segments: Sequence[Segment], source: str) -> list[str]:
    """What stands of each segment where a source is chosen, and the base where it has no part."""
    found = []
    for one in segments:
        if isinstance(one, Collision):
            has_part = any(source in wording.sources for wording in one.alternatives)
            found.append(text_of(choose(one, source if has_part else BASE)))
        else:
            found.append(one.text)
    return found


def standing(base: str, changes: Mapping[str, str], source: str) -> Iterator[Stands]:
    """Whose each sentence of the result is."""
    segments = merge(base, changes)
    parts = chosen(segments, source)
    tokens = words("".join(parts))
    ends = list(accumulate(map(len, tokens), initial=0))
    known = {sentence for text in (base, *changes.values()) for sentence in cut(text)}
    begins = list(accumulate(map(len, parts), initial=0))
    like = Passage(base)
    for start, end in Passage("".join(parts)).cores:
        if "".join(tokens[start:end]) in known:
            yield Stands.SOMEBODYS
            continue
        blank = start > 0 and tokens[start - 1].isspace()
        made_of = (_parts(segments, begins, ends[first], ends[end]) for first in (start, start - blank))
        is_apart = any(_are_apart(like, each) for each in made_of)
        yield Stands.SIDE_BY_SIDE if is_apart else Stands.MIXED


def _parts(segments: Sequence[Segment], begins: Sequence[int], start: int, end: int) -> list[Segment]:
    """The segments between two characters, and changes of words that touch them: they cut it off."""
    return [
        one
        for one, begin, stop in zip(segments, begins, begins[1:], strict=False)
        if (begin < end and stop > start) or (_changes_words(one) and begin <= end and stop >= start)
    ]


def cut(text: str) -> list[str]:
    passage = Passage(text)
    return [passage.text(*span) for span in passage.cores]


def _changes_words(one: Segment) -> bool:
    return isinstance(one, Agreed) and one.text.strip() != one.replaced.strip()


def _are_apart(base: Passage, segments: Sequence[Segment]) -> bool:
    """Whether nothing collides, and words that stay and say enough are between different people's edits."""
    sources: list[set[str]] = []
    between = 0
    for one in segments:
        if isinstance(one, Collision):
            return False
        if one.sources == (BASE,):
            between += sum(Passage(one.text, like=base).weights)
            continue
        if sources and between < APART and sources[-1].isdisjoint(one.sources):
            return False
        sources.append(set(one.sources))
        between = 0
    return len(set(map(frozenset, sources))) > 1


def counted(data: Path = DATA) -> Iterator[tuple[str, int, int, Counter[Stands]]]:
    """Kind of text, texts, collisions, and whose the sentences are with each person chosen in turn."""
    chance = random.Random(SEED)
    for name, found in texts(data):
        collided, stand = 0, Counter[Stands]()
        for place, base in enumerate(found):
            changes = changed(chance, base, found[place - 1])
            collided += sum(isinstance(one, Collision) for one in merge(base, changes))
            for person in PEOPLE:
                stand.update(standing(base, changes, person))
        yield name, len(found), collided, stand


def main() -> None:
    print("# Real texts changed by three people, each of them chosen in turn at every collision\n")
    print("| texts | number | collisions |", " | ".join(Stands), "|")
    print("|---" * (3 + len(Stands)) + "|")
    for name, number, collided, stand in counted():
        print(f"| {name} | {number} | {collided} |", " | ".join(str(stand[one]) for one in Stands), "|")


if __name__ == "__main__":
    main()
