"""Texts that are nearly the same: form letters, copied comments (pure).

Two texts are near copies if their sets of character 5-grams overlap by a Jaccard index of at least 0.8. Which
pairs to compare is found with MinHash (Broder 1997) in bands (Indyk & Motwani 1998): a pair just at the bound
is missed once in ten thousand. Every pair is then confirmed with its exact index. Characters instead of words
because Chinese, Thai and Khmer write no spaces.
"""

from collections.abc import Iterator, Sequence
from math import ceil, log

import numpy as np
from numpy.typing import NDArray

from app.foundation.text import plain

Words = NDArray[np.uint64]

GRAM = 5
SHORTEST = 20  #: characters; a shorter text is only compared as a whole
ROWS = 4  #: minima in a band
MISSED = 1e-4  #: how often a pair just at the bound may share no band
SLACK = 0.2  #: pairs whose minima agree by so much less than the bound are not compared further
AT_A_TIME = 200_000  #: characters hashed at a time


def near_copies(texts: Sequence[str], least: float = 0.8) -> list[list[int]]:
    """Groups of at least two near copies, as ascending numbers of texts; the groups in order of their first.

    A copy of a copy belongs to the group; an empty text is nobody's copy. least: in (0, 1], slow below 0.6.
    """
    same: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        same.setdefault(plain(text), []).append(number)
    same.pop("", None)
    numbers = list(same.values())
    long = [place for place, text in enumerate(same) if len(text) >= SHORTEST]
    distinct = list(same)
    groups: dict[int, list[int]] = {}
    for place, root in zip(long, _roots([distinct[place] for place in long], least), strict=True):
        groups.setdefault(long[root], []).extend(numbers[place])
    short = (numbers[place] for place, text in enumerate(distinct) if len(text) < SHORTEST)
    return sorted(sorted(group) for group in (*groups.values(), *short) if len(group) > 1)


def jaccard(one: str, other: str) -> float:
    """Overlap of the sets of 5-grams, in [0, 1]; both texts plain and of at least 5 characters."""
    first, second = np.unique(_grams([one])), np.unique(_grams([other]))
    shared = len(np.intersect1d(first, second, assume_unique=True))
    return shared / (len(first) + len(second) - shared)


def _roots(texts: Sequence[str], least: float) -> list[int]:
    """For each of different texts, all long enough for a 5-gram, the number of the first in its group."""
    signatures = _signatures(texts, ceil(log(MISSED) / log(1 - min(least, 1 - 1e-9) ** ROWS)))
    parents = list(range(len(texts)))

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    for bucket in _buckets(signatures):
        roots = np.array([root(number) for number in bucket])
        for place, one in enumerate(bucket):
            if (roots == roots[0]).all():
                break
            others = np.flatnonzero(roots[place + 1 :] != roots[place]) + place + 1
            alike = (signatures[bucket[others]] == signatures[one]).mean(axis=1)
            for other in bucket[others[alike >= least - SLACK]].tolist():
                first, second = sorted((root(int(one)), root(other)))
                if first != second and jaccard(texts[one], texts[other]) >= least:
                    parents[second] = first
                    roots[np.isin(roots, (first, second))] = first
    return [root(number) for number in range(len(texts))]


def _buckets(signatures: NDArray[np.uint32]) -> Iterator[NDArray[np.int64]]:
    """Numbers, ascending, of texts with the same minima in some band, band after band."""
    for first in range(0, signatures.shape[1], ROWS):
        band = np.ascontiguousarray(signatures[:, first : first + ROWS]).view(f"V{4 * ROWS}").ravel()
        _, bucket_of, sizes = np.unique(band, return_inverse=True, return_counts=True)
        ordered = np.argsort(bucket_of, kind="stable")
        for bucket in np.split(ordered, np.cumsum(sizes)[:-1]):
            if len(bucket) > 1:
                yield bucket


def _signatures(texts: Sequence[str], bands: int) -> NDArray[np.uint32]:
    """The least of each text's hashed 5-grams, for many hash functions; shape (texts, ROWS · bands)."""
    factors = _mixed(np.arange(1, ROWS * bands + 1, dtype=np.uint64)) | np.uint64(1)
    found = np.empty((len(texts), len(factors)), dtype=np.uint32)
    first = 0
    while first < len(texts):
        last, size = first, 0
        while last < len(texts) and (size == 0 or size + len(texts[last]) <= AT_A_TIME):
            size += len(texts[last])
            last += 1
        grams = _grams(texts[first:last])
        starts = np.cumsum([0, *(len(text) for text in texts[first : last - 1])])
        for number, factor in enumerate(factors):
            found[first:last, number] = np.minimum.reduceat(grams * factor, starts) >> np.uint64(32)
        first = last
    return found


def _grams(texts: Sequence[str]) -> Words:
    """A 64-bit hash for each character of each text: of the five from there, or of the text's last five."""
    letters = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(
        np.uint64
    )
    lengths = np.array([len(text) for text in texts])
    last = np.repeat(np.cumsum(lengths) - GRAM, lengths)
    hashes = letters[: 1 - GRAM].copy()
    for place in range(1, GRAM):
        hashes = _mixed(hashes) + letters[place : len(letters) - GRAM + 1 + place]
    return np.asarray(_mixed(hashes)[np.minimum(np.arange(len(letters)), last)])


def _mixed(words: Words) -> Words:
    """Numbers well stirred, one to one.

    Source: the finaliser of SplitMix64, Steele, Lea & Flood (2014), OOPSLA.
    """
    stirred = words + np.uint64(0x9E3779B97F4A7C15)
    stirred = (stirred ^ (stirred >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    stirred = (stirred ^ (stirred >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(stirred ^ (stirred >> np.uint64(31)))
