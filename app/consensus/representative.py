"""What sets a group apart, and what all groups share, by Polis' published formulas (pure).

Source: Small et al. (2021), Polis, RECERCA 26.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.foundation.arrays import Floats, Ints
from app.foundation.libraries import np
from app.representation.cells import CLOSE

SIGNIFICANT = 1.2816  #: a one-sided test at 90 %


@dataclass(frozen=True)
class GroupContrast:
    """How one group answers against all others, for one answer; each of shape (clauses,).

    ``share``: (answers + 1) / (seen + 2). ``test``: z of that share against ½. ``ratio``: of the share to
    that of the others. ``ratio_test``: z of the difference between the group and the others.
    """

    share: Floats
    test: Floats
    ratio: Floats
    ratio_test: Floats


def contrast(count: Ints, seen: Ints, group: int) -> GroupContrast:
    """count, seen: shape (k, clauses), how many gave the answer, and any answer."""
    others = np.arange(len(seen)) != group
    inside, n_in = count[group], seen[group]
    outside, n_out = count[others].sum(axis=0), seen[others].sum(axis=0)
    share_in, share_out = (inside + 1) / (n_in + 2), (outside + 1) / (n_out + 2)
    own = 2 * np.sqrt(n_in + 1) * ((inside + 1) / (n_in + 1) - 0.5)
    pooled = (inside + outside + 2) / (n_in + n_out + 2)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled) * (1 / (n_in + 1) + 1 / (n_out + 1)), 1e-12))
    apart = ((inside + 1) / (n_in + 1) - (outside + 1) / (n_out + 1)) / spread
    return GroupContrast(share_in, own, share_in / share_out, apart)


def group_informed(agree: Ints, seen: Ints) -> Floats:
    """Group-informed consensus ``Π_g (A_g + 1) / (S_g + 2)``, shape (clauses,); agree, seen: (k, clauses)."""
    return np.asarray(np.prod((agree + 1) / (seen + 2), axis=0), dtype=np.float64)


def representative(
    agree: Ints, disagree: Ints, seen: Ints, group: int, provisions: Sequence[str], most: int = 5
) -> list[dict[str, Any]]:
    """The clauses on which a group differs most from everybody else, by Polis' two z-tests.

    For each clause agreeing or disagreeing, where both tests exceed 90 %. In the order of Polis' measure: the
    share, its ratio to that of the others, and both tests, multiplied; few voices come late.
    """
    found = []
    for side, count in (("accept", agree), ("object", disagree)):
        one = contrast(count, seen, group)
        measure = one.ratio * one.ratio_test * one.share * one.test
        for number in np.flatnonzero((one.test > SIGNIFICANT) & (one.ratio_test > SIGNIFICANT)).tolist():
            found.append((float(measure[number]), provisions[number], side, float(one.share[number])))
    found.sort(key=lambda one: (-round(one[0], CLOSE), one[1], one[2]))
    return [{"provision": code, "side": side, "share": share} for _, code, side, share in found[:most]]
