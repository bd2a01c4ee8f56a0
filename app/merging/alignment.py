"""Which words two texts have in common, in order (pure).

Where little differs the answer is a longest common subsequence (Myers 1986, "An O(ND) Difference Algorithm
and Its Variations"); where much differs the texts are first cut at words that occur once in each, as in
Cohen's patience diff. Both are bounded, so that no pair of texts takes long: what stays unclear is different.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

#: Words added and struck that one stretch is searched for exactly; its cost grows with the square.
MOST_DIFFERENCES = 64

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
    begin = (0, 0)
    for i, j in _stretch(bare_old, bare_new, (0, 0), ends, DEEPEST_CUT):
        here = old_places[i], new_places[j]
        found += _beside(old, new, begin, here)
        found.append(here)
        begin = here[0] + 1, here[1] + 1
    return found + _beside(old, new, begin, (len(old), len(new)))


def _beside(old: Sequence[str], new: Sequence[str], begin: Pair, end: Pair) -> list[Pair]:
    """What two stretches that share no word have in common at their beginning and end: blanks."""
    (i, j), (n, m) = begin, end
    if i == n or j == m:
        return []
    first = [(i, j)] if old[i] == new[j] else []
    is_left = n - i > len(first) and m - j > len(first)
    return first + ([(n - 1, m - 1)] if is_left and old[n - 1] == new[m - 1] else [])


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
    """A longest common subsequence, or None if more than ``MOST_DIFFERENCES`` words differ."""
    n, m = len(old), len(new)
    if abs(n - m) > MOST_DIFFERENCES:
        return None
    furthest = {1: 0}  #: diagonal x - y → the furthest x reached on it
    rounds: list[dict[int, int]] = []
    for differences in range(min(MOST_DIFFERENCES, n + m) + 1):
        rounds.append(dict(furthest))
        for diagonal in range(-differences, differences + 1, 2):
            adds = _adds(furthest, diagonal, differences)
            x = furthest[diagonal + 1] if adds else furthest[diagonal - 1] + 1
            while x < n and x - diagonal < m and old[x] == new[x - diagonal]:
                x += 1
            furthest[diagonal] = x
            if x >= n and x - diagonal >= m:
                return _way_back(rounds, n, m)
    return None


def _adds(furthest: Mapping[int, int], diagonal: int, differences: int) -> bool:
    """Whether a word added (from the diagonal above) gets further than one struck (from the one below)."""
    if abs(diagonal) == differences:
        return diagonal == -differences
    return furthest[diagonal - 1] < furthest[diagonal + 1]


def _way_back(rounds: Sequence[Mapping[int, int]], x: int, y: int) -> list[Pair]:
    """The pairs on the way from the end to the beginning, in order."""
    found: list[Pair] = []
    for differences, furthest in reversed(list(enumerate(rounds))):
        adds = _adds(furthest, x - y, differences)
        start = furthest[x - y + 1] if adds else furthest[x - y - 1] + 1
        while x > start:
            x, y = x - 1, y - 1
            found.append((x, y))
        x, y = (x, y - 1) if adds else (x - 1, y)
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
