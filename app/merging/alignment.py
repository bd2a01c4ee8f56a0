"""Which words two texts have in common, in order (pure).

The answer is a longest common subsequence, found a row of bits at a time (Hyyrö 2004, "Bit-parallel
LCS-length computation revisited"); very long texts are first cut at words that occur once in each, as in
Cohen's patience diff. Both are bounded, so that no pair of texts takes long: what stays unclear is different.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

#: Pairs of words that one stretch is searched for exactly, each one bit: 32 MB for a moment.
MOST_CELLS = 2**28

#: How often a stretch is cut at landmarks before what is left counts as different.
DEEPEST_CUT = 4

Pair = tuple[int, int]


def aligned(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Places (in ``old``, in ``new``) of the words both share, increasing in both.

    Words and signs are compared; a blank is shared where it stands beside a shared word.
    """
    head, tail = _ends(old, new)
    n, m = len(old) - tail, len(new) - tail
    shared = [(place, place) for place in range(head)]
    between = _between(old[head:n], new[head:m])
    shared += [(head + i, head + j) for i, j in between]
    return shared + [(n + step, m + step) for step in range(tail)]


def _ends(old: Sequence[str], new: Sequence[str]) -> Pair:
    """How many words both begin with, and how many of the others both end with."""
    head, tail, shorter = 0, 0, min(len(old), len(new))
    while head < shorter and old[head] == new[head]:
        head += 1
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return head, tail


def _between(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    old_places = [place for place, word in enumerate(old) if not word.isspace()]
    new_places = [place for place, word in enumerate(new) if not word.isspace()]
    bare_old, bare_new = [old[place] for place in old_places], [new[place] for place in new_places]
    ends = (len(bare_old), len(bare_new))
    found: list[Pair] = []
    i = j = 0
    for x, y in _stretch(bare_old, bare_new, (0, 0), ends, DEEPEST_CUT):
        n, m = old_places[x], new_places[y]
        if n - i == 1 == m - j:
            if old[i] == new[j]:
                found.append((i, j))
        elif n > i and m > j:
            found += _beside(old, new, (i, j), (n, m))
        found.append((n, m))
        i, j = n + 1, m + 1
    if i < len(old) and j < len(new):
        found += _beside(old, new, (i, j), (len(old), len(new)))
    return found


def _beside(old: Sequence[str], new: Sequence[str], begin: Pair, end: Pair) -> list[Pair]:
    """What two stretches that share no word have in common at their beginning and end: blanks."""
    (i, j), (n, m) = begin, end
    found = [begin] if old[i] == new[j] else []
    if n - i > len(found) and m - j > len(found) and old[n - 1] == new[m - 1]:
        found.append((n - 1, m - 1))
    return found


def _stretch(old: Sequence[str], new: Sequence[str], begin: Pair, end: Pair, cuts: int) -> Iterator[Pair]:
    (i, j), (n, m) = begin, end
    while i < n and j < m and old[i] == new[j]:
        yield i, j
        i, j = i + 1, j + 1
    tail = 0
    while i < n - tail and j < m - tail and old[n - 1 - tail] == new[m - 1 - tail]:
        tail += 1
    n, m = n - tail, m - tail
    if i < n and j < m:
        yield from _middle(old, new, (i, j), (n, m), cuts)
    for step in range(tail):
        yield n + step, m + step


def _middle(old: Sequence[str], new: Sequence[str], begin: Pair, end: Pair, cuts: int) -> Iterator[Pair]:
    """A stretch that begins and ends with different words."""
    (i, j), (n, m) = begin, end
    exact = _subsequence(old[i:n], new[j:m])
    if exact is not None:
        yield from ((i + x, j + y) for x, y in exact)
        return
    landmarks = [(i + x, j + y) for x, y in _landmarks(old[i:n], new[j:m])] if cuts else []
    if landmarks:
        yield from _stretch(old, new, begin, landmarks[0], cuts - 1)
        for here, following in pairwise([*landmarks, end]):
            yield here
            yield from _stretch(old, new, (here[0] + 1, here[1] + 1), following, cuts - 1)


def _subsequence(old: Sequence[str], new: Sequence[str]) -> list[Pair] | None:
    """A longest common subsequence, or None if the texts are too long for an exact search.

    ``rows``: after each word of ``old``, a bit for each of ``new``: 0 where the longest grows by that word.
    """
    n, m = len(old), len(new)
    if n * m > MOST_CELLS:
        return None
    places: dict[str, int] = {}
    for y, word in enumerate(new):
        places[word] = places.get(word, 0) | 1 << y
    row = everywhere = (1 << m) - 1
    rows = []
    for word in old:
        shared = row & places.get(word, 0)
        row = (row + shared | row - shared) & everywhere
        rows.append(row)
    found: list[Pair] = []
    while n and m:
        if old[n - 1] == new[m - 1]:
            n, m = n - 1, m - 1
            found.append((n, m))
        elif rows[n - 1] >> m - 1 & 1:
            m -= 1
        else:
            n -= 1
    return found[::-1]


def _landmarks(old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """The longest increasing series of words, not blanks, that occur once in each text."""
    in_old, in_new = Counter(old), Counter(new)
    where = {word: place for place, word in enumerate(new) if in_new[word] == 1 and word.strip()}
    pairs = [(x, where[word]) for x, word in enumerate(old) if in_old[word] == 1 and word in where]
    ends: list[int] = []  #: the smallest place in ``new`` that a series of this length ends at
    last: list[int] = []  #: its pair
    before: list[int] = []  #: the pair before each pair in its series
    for number, (_, y) in enumerate(pairs):
        length = bisect_left(ends, y)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1], last[length : length + 1] = [y], [number]
    series: list[Pair] = []
    number = last[-1] if last else -1
    while number >= 0:
        series.append(pairs[number])
        number = before[number]
    return series[::-1]
