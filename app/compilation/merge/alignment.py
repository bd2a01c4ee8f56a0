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
Block = tuple[int, int, int]  #: where words stand in the old text, where in the new, and how many


def aligned(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """The rows of words that both share, as long as they are, increasing in both.

    Words and signs are compared; a blank is shared where it stands beside a shared word.
    """
    head, tail = _ends(old, new)
    n, m = len(old) - tail, len(new) - tail
    between = [(head + i, head + j, size) for i, j, size in _between(old[head:n], new[head:m])]
    found: list[Block] = []
    for i, j, size in [(0, 0, head), *between, (n, m, tail)]:
        if found and found[-1][0] + found[-1][2] == i and found[-1][1] + found[-1][2] == j:
            x, y, before = found.pop()
            found.append((x, y, before + size))
        elif size:
            found.append((i, j, size))
    return found


def _ends(old: Sequence[str], new: Sequence[str]) -> Pair:
    """How many words both begin with, and how many of the others both end with."""
    shorter = min(len(old), len(new))
    head = bisect_left(range(1, shorter + 1), True, key=lambda size: old[:size] != new[:size])
    most = shorter - head
    tail = bisect_left(range(1, most + 1), True, key=lambda size: old[-size:] != new[-size:])
    return head, tail


def _between(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    """What two texts share that begin and end with different words."""
    blanks = set(filter(str.isspace, {*old, *new}))
    old_places = [place for place, word in enumerate(old) if word not in blanks]
    new_places = [place for place, word in enumerate(new) if word not in blanks]
    bare_old, bare_new = [old[place] for place in old_places], [new[place] for place in new_places]
    ends = (len(bare_old), len(bare_new))
    blocks: list[Block] = []
    for x, y, size in _stretch(bare_old, bare_new, (0, 0), ends, DEEPEST_CUT):
        i, n = old_places[x], old_places[x + size - 1] + 1
        j, m = new_places[y], new_places[y + size - 1] + 1
        if old[i:n] == new[j:m]:
            blocks.append((i, j, n - i))
        else:
            blocks += [(old_places[x + step], new_places[y + step], 1) for step in range(size)]
    return _with_blanks(old, new, blocks)


def _with_blanks(old: Sequence[str], new: Sequence[str], blocks: Sequence[Block]) -> Iterator[Block]:
    """The rows of words with the blanks before and behind that both share."""
    i = j = 0
    for n, m, size in [*blocks, (len(old), len(new), 0)]:
        behind = int(i < n and j < m and old[i] == new[j])
        yield i, j, behind
        i, j = i + behind, j + behind
        before = int(i < n and j < m and old[n - 1] == new[m - 1])
        yield n - before, m - before, size + before
        i, j = n + size, m + size


def _stretch(old: Sequence[str], new: Sequence[str], begin: Pair, end: Pair, cuts: int) -> Iterator[Block]:
    (i, j), (n, m) = begin, end
    head, tail = _ends(old[i:n], new[j:m])
    if head:
        yield i, j, head
    i, j, n, m = i + head, j + head, n - tail, m - tail
    if i < n and j < m:
        yield from _middle(old, new, (i, j), (n, m), cuts)
    if tail:
        yield n, m, tail


def _middle(old: Sequence[str], new: Sequence[str], begin: Pair, end: Pair, cuts: int) -> Iterator[Block]:
    """A stretch that begins and ends with different words."""
    (i, j), (n, m) = begin, end
    exact = _subsequence(old[i:n], new[j:m])
    if exact is not None:
        yield from ((i + x, j + y, size) for x, y, size in exact)
        return
    landmarks = [(i + x, j + y) for x, y in _landmarks(old[i:n], new[j:m])] if cuts else []
    if landmarks:
        yield from _stretch(old, new, begin, landmarks[0], cuts - 1)
        for here, following in pairwise([*landmarks, end]):
            yield (*here, 1)
            yield from _stretch(old, new, (here[0] + 1, here[1] + 1), following, cuts - 1)


def _subsequence(old: Sequence[str], new: Sequence[str]) -> list[Block] | None:
    """A longest common subsequence, or None if the texts are too long for an exact search.

    ``rows``: after each word of ``old``, a bit for each of ``new``: 0 where the longest grows by that word.
    """
    n, m = len(old), len(new)
    if n * m > MOST_CELLS:
        return None
    places: dict[str, int] = {}
    for y, word in enumerate(new):
        places[word] = places.get(word, 0) | 1 << y
    row = (1 << m) - 1  #: what is carried beyond changes nothing below
    rows = []
    for word in old:
        if word in places:
            shared = row & places[word]
            row = row + shared | row - shared
        rows.append(row)
    found: list[Block] = []
    while n and m:
        if old[n - 1] == new[m - 1]:
            size = 1
            while size < n and size < m and old[n - 1 - size] == new[m - 1 - size]:
                size += 1
            n, m = n - size, m - size
            found.append((n, m, size))
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
