"""Answers that are known of a pool alone, given to its places in whole numbers (pure)."""

from collections.abc import Sequence

from app.foundation.arrays import Ints
from app.foundation.libraries import np

Given = tuple[Sequence[int], Sequence[int]]  #: the places of a pool, and how many of it gave each answer


def apportioned(pools: Sequence[Given], present: Ints) -> Ints:
    """Each place's part of its pool's answers, as even as whole numbers are; shape (places, kinds of answer).

    pools: one at least; no two share a place, and no more answer than are present. present: shape (places,),
    individuals.

    Of the first E of the P present, in the order of places, ``round(E · n / P)`` of the n have answered; of
    the first e of these ``round(e · k / n)`` with the first kind, that k gave; of those left, in the same
    way, with the second, and so on. With each individual each grows by one at most, so that all fit.

    >>> apportioned([([0, 1, 2], [4, 2])], np.array([1, 3, 4])).tolist()
    [[1, 0], [1, 1], [2, 1]]
    """
    sizes = np.array([len(places) for places, _ in pools], dtype=np.int64)
    first = np.cumsum(sizes) - sizes
    places = np.concatenate([places for places, _ in pools]).astype(np.int64)
    given = np.repeat(np.array([given for _, given in pools], dtype=np.int64), sizes, axis=0)
    left = _since(np.cumsum(present[places]), first, sizes)
    of, among = np.repeat(np.add.reduceat(present[places], first), sizes), given.sum(axis=1)
    left = _part(left, among, of)
    reached = np.zeros_like(given)
    for kind in range(given.shape[1]):
        reached[:, kind] = _part(left, given[:, kind], among)
        left, among = left - reached[:, kind], among - given[:, kind]
    steps = np.diff(reached, axis=0, prepend=0)
    steps[first] = reached[first]
    found = np.zeros((len(present), given.shape[1]), dtype=np.int64)
    found[places] = steps
    return found


def _part(count: Ints, part: Ints, whole: Ints) -> Ints:
    """``count · part / whole``, rounded, halves up; 0 of nothing."""
    return np.asarray((2 * count * part + whole) // np.maximum(2 * whole, 1))


def _since(running: Ints, first: Ints, sizes: Ints) -> Ints:
    """Running totals begun again in each run. first, sizes: where each begins, and how long it is."""
    before = np.where(first > 0, running[first - 1], 0)
    return np.asarray(running - np.repeat(before, sizes))
