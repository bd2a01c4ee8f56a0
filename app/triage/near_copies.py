"""Texts that are nearly the same: form letters, copied comments (pure).

Two texts are near copies if their sets of character 5-grams overlap by a Jaccard index of at least 0.8. Which
pairs to compare is found with MinHash (Broder 1997) in bands (Indyk & Motwani 1998): a pair just at the bound
is missed once in ten thousand. Each of these pairs is then confirmed, once, with its exact index. Characters
instead of words because Chinese, Thai and Khmer write no spaces.
"""

from collections.abc import Iterator, Sequence
from math import ceil, log
from typing import TypeAlias

from app.foundation.arrays import Ints
from app.foundation.libraries import np, npt
from app.foundation.text import plain

Words: TypeAlias = "npt.NDArray[np.uint64]"

GRAM = 5
SHORTEST = 20  #: characters; a shorter text is only compared as a whole
ROWS = 4  #: minima in a band
MISSED = 1e-4  #: how often a pair just at the bound may share no band
SLACK = 0.2  #: pairs whose minima agree by so much less than the bound are not compared further
AT_A_TIME = 200_000  #: characters hashed at a time
AT_ONCE = 2_000  #: texts compared with one at a time
OFTEN = 32  #: one text in so many has a gram, or more do


def near_copies(texts: Sequence[str], least: float = 0.8) -> list[list[int]]:
    """Groups of at least two near copies, as ascending numbers of texts; the groups in order of their first.

    A copy of a copy belongs to the group; an empty text is no copy. least: in (0, 1], slow below 0.6.
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
    return float(_Overlap([np.unique(_grams([text])) for text in (one, other)]).of(0, np.array([1]))[0])


def _roots(texts: Sequence[str], least: float) -> list[int]:
    """For each of different texts, all long enough for a 5-gram, the number of the first in its group."""
    signatures = _signatures(texts, ceil(log(MISSED) / log(1 - min(least, 1 - 1e-9) ** ROWS)))
    met_in = _bands(signatures)
    grams: dict[int, Words] = {}
    parents = list(range(len(texts)))

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def grams_of(number: int) -> Words:
        if number not in grams:
            grams[number] = np.unique(_grams([texts[number]]))
        return grams[number]

    for band in range(met_in.shape[1]):
        for bucket in _buckets(met_in[:, band]):
            roots = np.array([root(number) for number in bucket])
            overlap: _Overlap | None = None
            for place, one in enumerate(bucket):
                if (roots == roots[0]).all():
                    break
                others = np.flatnonzero(roots[place + 1 :] != roots[place]) + place + 1
                others = others[~(met_in[bucket[others], :band] == met_in[one, :band]).any(axis=1)]
                agree = (signatures[bucket[others]] == signatures[one]).mean(axis=1)
                others = others[agree >= least - SLACK]
                if not len(others):
                    continue
                overlap = overlap or _Overlap([grams_of(int(number)) for number in bucket])
                for other in bucket[others[overlap.of(place, others) >= least]].tolist():
                    first, second = sorted((root(int(one)), root(other)))
                    if first != second:
                        parents[second] = first
                        roots[np.isin(roots, (first, second))] = first
    return [root(number) for number in range(len(texts))]


class _Overlap:
    """The exact Jaccard index of one of some texts with many others of them.

    Grams that many have, as in a form letter, are bits of a row; those that few have are looked up.
    """

    def __init__(self, grams: Sequence[Words]) -> None:
        """grams: the different 5-grams of each text."""
        count, self._sizes = len(grams), np.array([len(each) for each in grams])
        found, gram_of, times = np.unique(np.concatenate(grams), return_inverse=True, return_counts=True)
        owners = np.repeat(np.arange(count), self._sizes)
        often = times * OFTEN > count
        column = (np.cumsum(often) - 1)[gram_of]
        here, width = often[gram_of], -(-int(often.sum()) // 64)
        bits = np.zeros(count * width, dtype=np.uint64)
        ones = np.uint64(1) << (column[here] % 64).astype(np.uint64)
        np.bitwise_or.at(bits, owners[here] * width + column[here] // 64, ones)
        self._bits = bits.reshape(count, width)
        here = (~often & (times > 1))[gram_of]
        self._rare = gram_of[here].astype(np.int32)
        self._ends = np.cumsum(np.bincount(owners[here], minlength=count))
        self._has = np.zeros(len(found), dtype=bool)

    def of(self, one: int, others: Ints) -> "npt.NDArray[np.float64]":
        """The index, in [0, 1], with each of the others."""
        slices = -(-len(others) // AT_ONCE)
        shared = np.concatenate([self._shared(one, some) for some in np.array_split(others, slices)])
        return np.asarray(shared / (self._sizes[one] + self._sizes[others] - shared))

    def _shared(self, one: int, others: Ints) -> Ints:
        """How many grams each of the others has of the one's."""
        in_rows = np.bitwise_count(self._bits[others] & self._bits[one]).sum(axis=1, dtype=np.int64)
        begins = np.concatenate([[0], self._ends[:-1]])
        mine = self._rare[begins[one] : self._ends[one]]
        sizes = self._ends[others] - begins[others]
        last = np.cumsum(sizes)
        places = np.repeat(self._ends[others] - last, sizes) + np.arange(sizes.sum())
        self._has[mine] = True
        seen = np.concatenate([[0], np.cumsum(self._has[self._rare[places]])])
        self._has[mine] = False
        return np.asarray(in_rows + seen[last] - seen[last - sizes])


def _bands(signatures: "npt.NDArray[np.uint32]") -> "npt.NDArray[np.int32]":
    """For each text and band the number of its minima there; texts with the same minima have the same."""
    found = np.empty((len(signatures), signatures.shape[1] // ROWS), dtype=np.int32)
    for band in range(found.shape[1]):
        minima = np.ascontiguousarray(signatures[:, band * ROWS : (band + 1) * ROWS])
        found[:, band] = np.unique(minima.view(f"V{4 * ROWS}").ravel(), return_inverse=True)[1]
    return found


def _buckets(bucket_of: "npt.NDArray[np.int32]") -> Iterator[Ints]:
    """Numbers, ascending, of the texts in each bucket that has more than one."""
    sizes = np.bincount(bucket_of)
    for bucket in np.split(np.argsort(bucket_of, kind="stable"), np.cumsum(sizes)[:-1]):
        if len(bucket) > 1:
            yield bucket


def _signatures(texts: Sequence[str], bands: int) -> "npt.NDArray[np.uint32]":
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
