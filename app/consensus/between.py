"""Differences between blocs on a clause, and their significance (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypedDict

from app.foundation.arrays import Bools, Floats, Ints
from app.foundation.libraries import np, special

FEWEST_COUNTRIES = 3


class BlocDifference(TypedDict):
    """Two blocs on one clause: the first one's share less the second's, in [−1, 1]; the adjusted p-value."""

    blocs: list[str]
    difference: float
    p: float
    differs: bool


@dataclass(frozen=True)
class Differences:
    """``apart`` and ``p``: shape (clauses, pairs), NaN where a pair is not compared. ``told``: one list for
    each clause, its pairs in the order of the blocs.
    """

    apart: Floats
    p: Floats
    told: list[list[BlocDifference]]


def differences(
    shares: Floats,
    countries: Ints,
    names: Sequence[str],
    rate: float = 0.05,
    known: Differences | None = None,
) -> Differences:
    """For every clause, each pair of blocs that can be compared.

    shares: shape (clauses, blocs), in [0, 1], the mean over the bloc's countries of the share that can
    accept; NaN where nobody of the bloc takes a side. countries: shape (clauses, blocs), how many countries
    take a side. names: the blocs, which share no country. rate: the share of false ones to expect among the
    differences found, in (0, 1). known: earlier ones of the same blocs; what is the same is told by the same
    objects.

    A pair is left out if one of its blocs has fewer than three countries. p-values are adjusted for all pairs
    of all clauses at once.

    >>> [[one]] = differences(np.array([[0.9, 0.3]]), np.array([[30, 40]]), ["developed", "ldc"]).told
    >>> round(one["difference"], 3), round(one["p"], 9), one["differs"]
    (0.6, 1e-09, True)
    """
    pairs = np.array(list(combinations(range(len(names)), 2)), dtype=np.int64).reshape(-1, 2)
    left, right = pairs[:, 0], pairs[:, 1]
    enough = (countries >= FEWEST_COUNTRIES) & ~np.isnan(shares)
    compared = enough[:, left] & enough[:, right]
    p = two_sided(shares[:, left], countries[:, left], shares[:, right], countries[:, right])[compared]
    adjusted = np.full(compared.shape, np.nan)
    adjusted[compared] = false_discovery(p)
    apart = np.where(compared, shares[:, left] - shares[:, right], np.nan)
    told = list(known.told) if known is not None and len(known.told) == len(shares) else None
    if told is None or known is None:
        told, moved = [[] for _ in shares], np.arange(len(shares))
    else:
        same = _same(known.apart, apart) & _same(known.p, adjusted)
        moved = np.flatnonzero(~same.all(axis=1))
    for clause in moved.tolist():
        told[clause] = [
            BlocDifference(
                blocs=[names[left[pair]], names[right[pair]]],
                difference=float(apart[clause, pair]),
                p=float(adjusted[clause, pair]),
                differs=bool(adjusted[clause, pair] <= rate),
            )
            for pair in np.flatnonzero(compared[clause])
        ]
    return Differences(apart, adjusted, told)


def _same(one: Floats, other: Floats) -> Bools:
    return np.asarray((one == other) | (np.isnan(one) & np.isnan(other)))


def two_sided(share: Floats, size: Ints, other: Floats, other_size: Ints) -> Floats:
    """The p-value of a difference between two shares, each the mean of ``size`` independent parts.

    Any shapes that fit each other; sizes ≥ 0. Returns [0, 1], and NaN where a share is. A part may be any
    number in [0, 1]; none with mean p varies more than p(1 − p), so for countries that are divided within
    the test is careful. Shares of 0 and 1 are no limit case: two imagined countries, one of each mind, join
    either side. Source: Agresti & Caffo (2000), The American Statistician 54.

    >>> two_sided(np.array(1.0), np.array(10), np.array(1.0), np.array(10)).item()
    1.0
    """
    p, q = (size * share + 1) / (size + 2), (other_size * other + 1) / (other_size + 2)
    z = (p - q) / np.sqrt(p * (1 - p) / (size + 2) + q * (1 - q) / (other_size + 2))
    return np.asarray(2 * special.ndtr(-np.abs(z)), dtype=np.float64)


def false_discovery(p: Floats) -> Floats:
    """p-values adjusted so that rejecting those ≤ q expects a share of at most q false rejections.

    p: shape (tests,), in [0, 1]. Returns the same shape, ≤ 1, in the same order as ``p``. Holds however the
    tests depend on each other. Source: Benjamini & Yekutieli (2001), Annals of Statistics 29.

    >>> false_discovery(np.array([0.01, 0.5])).round(3).tolist()
    [0.03, 0.75]
    """
    ranks = np.arange(1, len(p) + 1)
    order = np.argsort(p, kind="stable")
    scaled = p[order] * (len(p) / ranks) * (1 / ranks).sum()
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, np.minimum.accumulate(scaled[::-1])[::-1])
    return adjusted
