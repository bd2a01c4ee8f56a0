"""Pairs of sentences that two texts share, in order (pure)."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise, repeat

from app.compilation.merge.alignment import Pair, aligned
from app.compilation.merge.passage import Passage

LIKE = 0.3  #: the least likeness (Dice 1945) of a sentence and what became of it
HELD = 0.5  #: a sentence is in another if more than this share of its words is, by words that are its own
MOST_PAIRS = 40_000  #: beyond, of sentences between two that stayed only those that stayed are found
MOST_BESIDE = 20  #: sentences before one, and behind it, that can be joined to it or cut from it

Kin = tuple[range, range]  #: neighbouring sentences of the old text, and of the new; on one side there is one


def kin(old: Passage, new: Passage) -> Iterator[Kin]:
    """The sentences of ``old`` with what became of them in ``new``, increasing in both.

    Sentences of one text belong together if one of the other holds them: two were joined, or one was cut.
    """
    pairs = paired(old, new)
    i = j = 0
    for (own, other), (n, m) in pairwise([*pairs, (len(old.cores), len(new.cores))]):
        olds, news = range(own, own + 1), range(other, other + 1)
        if n - i > 1:
            olds = _held(old, own, range(i, n), new.features(other))
        if m - j > 1 and len(olds) == 1:
            news = _held(new, other, range(j, m), old.features(own))
        yield olds, news
        i, j = olds.stop, news.stop


def _held(text: Passage, place: int, free: range, by: frozenset[str]) -> range:
    """A sentence with those beside it, of the ``free``, that a sentence of these words holds together."""
    start, end, told = place, place + 1, text.features(place)
    while start > max(free.start, place - MOST_BESIDE) and _holds(
        by, told, beside := text.features(start - 1)
    ):
        start, told = start - 1, told | beside
    while end < min(free.stop, place + 1 + MOST_BESIDE) and _holds(by, told, beside := text.features(end)):
        end, told = end + 1, told | beside
    return range(start, end)


def _holds(words: frozenset[str], one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether words hold two sentences, each by more than what both say."""
    return all(len(words & told - beside) > HELD * len(told) for told, beside in ((one, other), (other, one)))


def paired(old: Passage, new: Passage) -> list[Pair]:
    """The sentences of ``old`` with the one each became in ``new``, increasing in both.

    First those that are the same to the letter, then between them the likest. Of sentences that changed
    places the greater part stays; the others are struck in one place and added in another.
    """
    same = aligned([old.text(*span) for span in old.cores], [new.text(*span) for span in new.cores])
    stayed = [(i + step, j + step) for i, j, size in same for step in range(size)]
    found: list[Pair] = []
    for (i, j), (n, m) in pairwise([(-1, -1), *stayed, (len(old.cores), len(new.cores))]):
        if i + 1 < n and j + 1 < m:
            found += _likest(old, new, range(i + 1, n), range(j + 1, m))
        found.append((n, m))
    return found[:-1]


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """In [0, 1]; Dice's coefficient of the words that say something."""
    return 2 * len(one & other) / (len(one) + len(other) or 1)


def _likest(old: Passage, new: Passage, olds: range, news: range) -> list[Pair]:
    """Of one sentence and another, the words tell whether it is the same: their likeness, counted at once."""
    if len(olds) == len(news) == 1:
        return [(olds[0], news[0])]
    if len(olds) * len(news) > MOST_PAIRS:
        return []
    scores: dict[int, dict[int, float]] = defaultdict(dict)
    sizes = {i: len(old.features(i)) for i in olds}
    where, smallest = old.where.get, min(sizes.values())
    for j in news:
        told = new.features(j)
        fewest = int(LIKE * (smallest + len(told)) / 2)  # shared words without which none is like
        for i, number in Counter(chain.from_iterable(map(where, told, repeat(())))).items():
            if number >= fewest and i in sizes:
                score = 2 * number / (sizes[i] + len(told))
                if score >= LIKE:
                    scores[i][j] = score
    return _likest_chain(scores)


@dataclass(frozen=True, slots=True)
class _Chain:
    """Pairs, from the last back to the first, and their likeness altogether."""

    pair: Pair
    before: "_Chain | None"
    total: float

    def pairs(self) -> list[Pair]:
        found, one = [self.pair], self.before
        while one is not None:
            found.append(one.pair)
            one = one.before
        return found[::-1]


def _likest_chain(scores: Mapping[int, Mapping[int, float]]) -> list[Pair]:
    """The pairs, increasing in both, that are likest altogether."""
    ends: list[int] = []  #: places in the new text that chains end at, increasing, as are their totals
    chains: list[_Chain] = []
    for i in sorted(scores):
        longer = []
        for j, score in sorted(scores[i].items()):
            at = bisect_left(ends, j)
            before = chains[at - 1] if at else None
            longer.append(_Chain((i, j), before, score + (before.total if before else 0)))
        for one in longer:
            at = beaten = bisect_left(ends, one.pair[1])
            if at and chains[at - 1].total >= one.total:
                continue
            while beaten < len(ends) and chains[beaten].total <= one.total:
                beaten += 1
            ends[at:beaten], chains[at:beaten] = [one.pair[1]], [one]
    return chains[-1].pairs() if chains else []
