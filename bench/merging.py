"""Our merge held against the package merge3, which merges two changes; and how long two hundred take.

Agreement has an exact meaning. merge3 takes the places where two texts match the base from a matcher. Given
ours, both programs see the same edits of the same words and only their rules differ. Then

- where ours does not collide and merge3 finds no conflict, both texts are the same;
- where ours does not collide and merge3 finds a conflict, the two changes touch without overlapping: they
  change sentences beside each other, or add sentences at one place;
- where ours collides, choosing one of the two gives exactly that one's sentences. merge3 knows no sentences:
  what it merges though the edits are close together, ours leaves to a person.

Given its own matcher (Python's difflib), merge3 sees other edits where words are repeated; then the whole
texts are compared.
"""

import gc
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import partial
from itertools import pairwise
from statistics import median

from merge3 import Merge3

from app.compilation.merge.edits import apply, edits
from app.compilation.merge.nway import Segment, choose, collisions, merge, settle
from app.compilation.merge.passage import Passage
from app.compilation.merge.provenance import text_of
from app.foundation.text import words

SEED = 20261123
TRIPLES = 20_000
ROUNDS = 7

VOCABULARIES = [
    "States shall should ensure promote the the the of of and and safety rights AI systems risk , ; .",
    "Государства должны обеспечивают и и права человека систем риска безопасность в в , , .",
    "على الدول أن تضمن الحق الحقوق في في من سلامة النظم المخاطر ، ، .",
    "राज्य को को और और सुरक्षा अधिकार प्रणाली जोखिम के के सुनिश्चित करें , ।",
    "国 家 应 应 当 确 保 安 全 的 的 人 权 系 统 风 险 ， ， 。",
    "รั ฐ ต้ อ ง ป ก ป้ อ ง สิ ท ธิ แ ล ะ ค ว า ม",
]
SOLID = (4, 5)  #: of the vocabularies, those written without blanks
STOPS = "...।。."  #: of each vocabulary, what ends a sentence
ADDS = 0.2  #: of the changes, those that add a sentence at the end
SIGNS = frozenset(",.،।，。")

Triple = tuple[str, str, str]


class Matched:
    """The words that two texts share, as ``app.compilation.merge.edits`` finds them, for merge3."""

    def __init__(self, isjunk: None, base: Sequence[str], text: Sequence[str]) -> None:
        self.blocks: list[tuple[int, int, int]] = []
        place = ahead = 0
        for edit in edits(Passage("".join(base)), "".join(text)):
            self.blocks.append((place, place + ahead, edit.start - place))
            ahead += len(words(edit.text)) - (edit.end - edit.start)
            place = edit.end
        self.blocks += [(place, place + ahead, len(base) - place), (len(base), len(text), 0)]

    def get_matching_blocks(self) -> list[tuple[int, int, int]]:
        return [block for block in self.blocks[:-1] if block[2]] + self.blocks[-1:]


class Outcome(StrEnum):
    SAME = "merge3 without conflict: the same text"
    COLLIDES = "conflict in merge3: ours collides there as well"
    CLOSE = "merge3 without conflict: ours collides, the edits are close together in a sentence"
    BESIDE = "conflict in merge3: none in ours, the changed sentences are beside each other"
    FINER = "conflict in merge3: none in ours"
    OTHER_TEXT = "merge3 without conflict: ours without collision, another text"
    OURS_ONLY = "merge3 without conflict: ours collides"


def drafted(chance: random.Random, number: int) -> Triple:
    """A text and two people's edits of it, one to three places each, a few words at each.

    Such edits hardly ever make a sentence of their own; so some people add one at the end as well.
    """
    script = number % len(VOCABULARIES)
    vocabulary = VOCABULARIES[script].split()
    base = [*chance.choices(vocabulary, k=chance.randint(4, 40)), STOPS[script]]
    found = []
    for _ in range(3):
        text = list(base)
        for _ in range(chance.randint(1, 3) if found else 0):
            place = chance.randrange(len(text) + 1)
            new = chance.choices([*vocabulary, "new", "other"], k=chance.choice((0, 1, 1, 2)))
            text[place : place + chance.choice((0, 1, 1, 2))] = new
        if found and chance.random() < ADDS:
            text += ["New", *chance.choices(vocabulary, k=3), STOPS[script]]
        found.append(_set(text, "" if script in SOLID else " "))
    return found[0], found[1], found[2]


def _set(text: Sequence[str], blank: str) -> str:
    """Words with blanks between, none before a sign; an English word never runs into another."""
    parts: list[str] = []
    for word in text:
        apart = blank or (" " if parts and parts[-1].isascii() and word.isascii() else "")
        parts += [apart, word] if parts and word not in SIGNS else [word]
    return "".join(parts)


def triples(number: int = TRIPLES, seed: int = SEED) -> Iterator[Triple]:
    chance = random.Random(seed)
    return (drafted(chance, one) for one in range(number))


def outcome(triple: Triple) -> Outcome:
    """With our matcher: what becomes of the whole text.

    :raises AssertionError: without a collision our text is neither merge3's nor that of edits side by side;
        or with one, a choice gives other words than the chosen source's.
    """
    base, one, other = triple
    text, changes = Passage(base), {"c1": one, "c2": other}
    regions = list(Merge3(text.tokens, words(one), words(other), sequence_matcher=Matched).merge_groups())
    is_conflict = any(what == "conflict" for what, *_ in regions)
    segments = merge(base, changes)
    if collisions(segments):
        _check_choices(segments, changes)
        return Outcome.COLLIDES if is_conflict else Outcome.CLOSE
    made = sorted({edit for change in changes.values() for edit in edits(text, change)})
    if all(edit.end <= following.start for edit, following in pairwise(made)):
        assert text_of(settle(segments, {})) == apply(text.tokens, made, 0, len(text.tokens)), triple
    theirs = "".join(word for _, *parts in regions for word in parts[0])
    assert is_conflict or theirs == text_of(settle(segments, {})), triple
    return Outcome.BESIDE if is_conflict else Outcome.SAME


def _check_choices(segments: Sequence[Segment], changes: Mapping[str, str]) -> None:
    for collision in collisions(segments):
        for alternative in collision.alternatives:
            chosen = text_of(choose(collision, alternative.sources[0]))
            assert chosen == alternative.text and all(chosen in changes[one] for one in alternative.sources)


def whole(triple: Triple) -> Outcome:
    """With merge3's own matcher: what becomes of the whole text."""
    base, one, other = triple
    groups = list(Merge3(words(base), words(one), words(other)).merge_groups())
    segments = merge(base, {"c1": one, "c2": other})
    if any(what == "conflict" for what, *_ in groups):
        return Outcome.COLLIDES if collisions(segments) else Outcome.FINER
    if collisions(segments):
        return Outcome.OURS_ONLY
    theirs = "".join(word for _, part in groups for word in part)
    return Outcome.SAME if text_of(settle(segments, {})) == theirs else Outcome.OTHER_TEXT


def clause(apart: bool) -> tuple[str, dict[str, str]]:
    """500 words and 200 changes of three words each: spread evenly, or anywhere."""
    chance = random.Random(SEED)
    base = [chance.choice([f"word{number}" for number in range(200)]) for _ in range(500)]
    changes = {}
    for number in range(200):
        text = list(base)
        for step in range(3):
            place = (number * 2 + step * 500 // 3) % 500 if apart else chance.randrange(500)
            text[place] = f"new{number}.{step}"
        changes[f"c{number}"] = " ".join(text)
    return " ".join(base), changes


def rewritings(has_stops: bool) -> tuple[str, dict[str, str]]:
    """A clause of 500 words and 200 others in its place, in sentences or without a single stop."""
    chance = random.Random(SEED)

    def text() -> str:
        sentences = [[f"word{chance.randrange(200)}" for _ in range(20)] for _ in range(25)]
        return " ".join(" ".join(one).capitalize() + "." * has_stops for one in sentences)

    return text(), {f"c{number}": text() for number in range(200)}


def clauses() -> dict[str, tuple[str, dict[str, str]]]:
    """Name → a clause of 500 words and 200 changes to it."""
    return {
        "three words each, side by side": clause(apart=True),
        "three words each, anywhere": clause(apart=False),
        "all rewritten, 25 sentences": rewritings(has_stops=True),
        "all rewritten, one sentence": rewritings(has_stops=False),
    }


def chained(base: str, changes: Mapping[str, str]) -> str:
    """merge3 one change after another on what came of those before; in a conflict the earlier words stay."""
    tokens = words(base)
    text = tokens
    for change in changes.values():
        regions = Merge3(tokens, text, words(change)).merge_groups()
        text = [word for what, *parts in regions for word in parts[1 if what == "conflict" else 0]]
    return "".join(text)


def seconds(work: Callable[[], object]) -> float:
    """The median of several runs."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return median(taken)


INTRODUCTION = f"""# Merging

{TRIPLES:,} random texts in six scripts, each with two people's changes. merge3 with our matcher of words.
Where neither finds a conflict, the texts are the same, always.
"""

OWN_MATCHER = """
merge3 with its own matcher, difflib, per text. Where it differs, it matches other words of a row of repeated
ones, or words far apart.
"""


def main() -> None:
    print(INTRODUCTION)
    table(Counter(outcome(triple) for triple in triples()))
    print(OWN_MATCHER)
    table(Counter(whole(triple) for triple in triples()))
    gc.collect()
    gc.freeze()  # as the server does: deploy/gunicorn.conf.py
    print("\n200 changes to a clause of 500 words, milliseconds, median of seven.\n")
    print("| changes | ours | merge3, 200 times in a row | ratio |\n|---|---|---|---|")
    for name, (base, changes) in clauses().items():
        ours = seconds(partial(merge, base, changes))
        theirs = seconds(partial(chained, base, changes))
        print(f"| {name} | {1000 * ours:.0f} | {1000 * theirs:.0f} | {theirs / ours:.1f} |")


def table(counted: Counter[Outcome]) -> None:
    print("| outcome | number |\n|---|---|")
    for outcome in Outcome:
        if counted[outcome]:
            print(f"| {outcome} | {counted[outcome]:,} |")


if __name__ == "__main__":
    main()
