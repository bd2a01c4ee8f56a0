"""How far apart the stances on a clause lie on their scale: of spread, not of support (pure).

object < abstain < accept < support, with equal steps. If everybody abstains, nothing is spread and both
figures are 1; read them beside the share that can accept, never in its place.
"""

from itertools import combinations, product
from math import nan

from app.foundation.arrays import Counts, Floats
from app.foundation.libraries import np

SCALE = 4
STEPS = (4.0, 3.0, 2.0, 1.0)  #: support, accept, abstain, object


def tastle_wierman(counts: Counts) -> Floats:
    """Consensus ``1 + Σ pᵢ log₂(1 − |Xᵢ − μ| / d)``: 1 if all say the same, 0 if halves stand at both ends.

    counts: shape (…, 4) in the order support, accept, abstain, object; ≥ 0, fractions allowed. Returns
    shape (…), in [0, 1]; NaN where nobody said anything.
    Source: Tastle & Wierman (2007), International Journal of Approximate Reasoning 45.

    >>> tastle_wierman(np.array([[7, 0, 0, 0], [3, 0, 0, 3]])).tolist()
    [1.0, 0.0]
    """
    parts = _parts(counts)
    # Sums rather than matrix products, which round differently when there are more clauses.
    distance = np.abs(STEPS - (parts * STEPS).sum(axis=-1, keepdims=True))
    # A stance that nobody takes may lie at full distance; 0 · log 0 is 0 in the limit.
    nearness = np.maximum(1 - distance / (SCALE - 1), np.finfo(np.float64).tiny)
    return np.asarray(np.clip(1 + (parts * np.log2(nearness)).sum(axis=-1), 0.0, 1.0))


def van_der_eijk(counts: Counts) -> Floats:
    """Agreement A: 1 if all say the same, 0 if every stance is as common, −1 if halves stand at both ends.

    The counts are taken apart into layers, each equally common wherever it is present; A is the mean over
    layers, by size, of the agreement of the pattern of presence.

    counts: shape (…, 4) in the order support, accept, abstain, object; ≥ 0, fractions allowed. Returns
    shape (…), in [−1, 1]; NaN where nobody said anything.
    Source: van der Eijk (2001), Quality & Quantity 35.

    >>> van_der_eijk(np.array([[7, 0, 0, 0], [2, 2, 2, 2], [3, 0, 0, 3]])).tolist()
    [1.0, 0.0, -1.0]
    """
    parts = _parts(counts)
    floors = np.sort(parts, axis=-1)
    sizes = np.diff(floors, axis=-1, prepend=0.0) * np.arange(SCALE, 0, -1)
    present = parts[..., None, :] >= floors[..., :, None]
    patterns = present @ (1 << np.arange(SCALE))
    return np.asarray(np.clip((sizes * np.take(AGREEMENT, patterns)).sum(axis=-1), -1.0, 1.0))


def _parts(counts: Counts) -> Floats:
    """Shares of the stances; NaN where nobody said anything."""
    known = counts.astype(np.float64)
    total = known.sum(axis=-1, keepdims=True)
    parts = np.full(known.shape, np.nan)
    np.divide(known, total, out=parts, where=total > 0)
    return parts


def _of_pattern(present: tuple[int, ...]) -> float:
    """A of one layer: unimodality U, times how much of the scale is left empty.

    Each three places of the scale in order speak for one mode (110, 011), against it (101), or not at all.
    """
    triples = list(combinations(present, 3))
    against = triples.count((1, 0, 1))
    in_favour = triples.count((1, 1, 0)) + triples.count((0, 1, 1))
    free = 1 - (sum(present) - 1) / (SCALE - 1)
    if against == 0:
        return free
    single = (SCALE - 2) * in_favour - (SCALE - 1) * against
    return free * single / ((SCALE - 2) * (in_favour + against))


#: A of each of the 16 patterns; bit i says whether place i is present. Nobody is no pattern.
AGREEMENT = (nan, *(_of_pattern(bits[::-1]) for bits in list(product((0, 1), repeat=SCALE))[1:]))
