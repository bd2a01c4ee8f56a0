"""k-means on a few thousand weighted points, deterministic and blind to the order of rows (pure)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_GROUPS = 5
STARTS = 10
ROUNDS = 60
CELLS_A_SIDE = 48  #: beyond that many distinct points they are first gathered on a grid
MOST_POINTS = 600


def best_clustering(points: Floats, starts: int = STARTS) -> tuple[Ints, float]:
    """Labels, shape (people,), of the k from 2 to 5 with the best silhouette, and that silhouette.

    points: shape (people, 2). starts: how often k-means begins anew for each k. Groups are numbered by size.
    """
    grid, weights, member = gathered(points)
    apart = distances(grid)
    best: tuple[float, Ints] | None = None
    for k in range(2, min(MOST_GROUPS, len(grid)) + 1):
        labels = k_means(grid, weights, k, starts)
        score = weighted_silhouette(apart, weights, labels)
        if best is None or score > best[0] + 1e-9:
            best = (score, labels)
    if best is None:
        return np.zeros(len(points), dtype=np.int64), 0.0
    return by_size(best[1][member], points), round(best[0], 9)


def by_size(labels: Ints, points: Floats) -> Ints:
    """Groups renumbered: the largest first; of equal size, the one further left first."""
    groups = np.unique(labels)
    keys = [(-int((labels == g).sum()), *np.round(points[labels == g].mean(axis=0), 9)) for g in groups]
    order = sorted(range(len(groups)), key=lambda place: keys[place])
    renamed = {groups[place]: new for new, place in enumerate(order)}
    return np.array([renamed[label] for label in labels], dtype=np.int64)


def gathered(points: Floats) -> tuple[Floats, Floats, Ints]:
    """Distinct points in a fixed order, how many people share each, and each person's point."""
    if len(np.unique(points[:, 0])) <= MOST_POINTS:
        distinct, member, counts = np.unique(points, axis=0, return_inverse=True, return_counts=True)
        if len(distinct) <= MOST_POINTS:
            return distinct, counts.astype(float), member.reshape(-1)
    low, high = points.min(axis=0), points.max(axis=0)
    scaled = (points - low) / np.maximum(high - low, 1e-12) * (CELLS_A_SIDE - 1e-9)
    square = scaled.astype(np.int64) @ np.array([CELLS_A_SIDE, 1])
    filled, member = np.unique(square, return_inverse=True)
    counts = np.bincount(member, minlength=len(filled))
    means = [np.bincount(member, weights=axis) / counts for axis in points.T]
    centre = np.asarray(np.round(np.stack(means, axis=1), 9), dtype=np.float64)
    return centre, counts.astype(float), np.asarray(member, dtype=np.int64)


def k_means(points: Floats, weights: Floats, k: int, starts: int = STARTS) -> Ints:
    """The best of some seeded starts, all at once; points come in a fixed order. Shape (points,)."""
    x, y = points[:, 0], points[:, 1]
    seeds = [_spread(points, weights, k, np.random.default_rng(start)) for start in range(starts)]
    cx, cy = (np.stack([seed[:, axis] for seed in seeds]) for axis in (0, 1))  # (starts, k)
    offsets = (np.arange(starts) * k)[:, None]
    heavy = np.broadcast_to(weights, (starts, len(x)))
    labels = np.full((starts, len(x)), -1)
    for _ in range(ROUNDS):
        new, _ = _nearest(x, y, cx, cy)
        if (new == labels).all():
            break
        labels = new
        place = (labels + offsets).ravel()
        mass = np.bincount(place, weights=heavy.ravel(), minlength=starts * k).reshape(starts, k)
        for centre, axis in ((cx, x), (cy, y)):
            sums = np.bincount(place, weights=(heavy * axis).ravel(), minlength=starts * k).reshape(starts, k)
            np.divide(sums, mass, out=centre, where=mass > 0)
    labels, squares = _nearest(x, y, cx, cy)
    costs = squares @ weights
    cheapest = int(np.flatnonzero(costs <= costs.min() + 1e-9)[0])
    return np.asarray(labels[cheapest], dtype=np.int64)


def _nearest(x: Floats, y: Floats, cx: Floats, cy: Floats) -> tuple[NDArray[Any], Floats]:
    """Which centre is nearest to each point, and its squared distance; shapes (starts, points)."""
    squares = (x - cx[:, :1]) ** 2 + (y - cy[:, :1]) ** 2
    labels = np.zeros(squares.shape, dtype=np.int64)
    for number in range(1, cx.shape[1]):
        other = (x - cx[:, number : number + 1]) ** 2 + (y - cy[:, number : number + 1]) ** 2
        closer = other < squares
        labels[closer] = number
        np.minimum(squares, other, out=squares)
    return labels, squares


def _spread(points: Floats, weights: Floats, k: int, generator: np.random.Generator) -> Floats:
    """Starting centres far apart (k-means++).

    Source: Arthur & Vassilvitskii (2007), SODA.
    """
    chosen = [points[_drawn(weights, generator)]]
    nearest = np.full(len(points), np.inf)
    while len(chosen) < k:
        nearest = np.minimum(nearest, ((points - chosen[-1]) ** 2).sum(axis=1))
        pull = nearest * weights
        place = _drawn(pull, generator) if pull.sum() > 0 else len(chosen) % len(points)
        chosen.append(points[place])
    return np.array(chosen)


def _drawn(weights: Floats, generator: np.random.Generator) -> int:
    edges = np.cumsum(weights)
    return min(int(np.searchsorted(edges, generator.random() * edges[-1], side="right")), len(weights) - 1)


def distances(points: Floats) -> Floats:
    """Between all points, shape (points, points)."""
    found = np.zeros((len(points), len(points)))
    for axis in points.T:
        found += (axis[:, None] - axis) ** 2
    return np.sqrt(found, out=found)


def weighted_silhouette(apart: Floats, weights: Floats, labels: Ints) -> float:
    """Mean silhouette of weighted points in [−1, 1]; 0.0 for a single group.

    apart: shape (points, points), their distances. weights: how many people share each point.
    Source: Rousseeuw (1987), J. Comput. Appl. Math. 20.
    """
    groups, own = np.unique(labels, return_inverse=True)
    if len(groups) < 2:
        return 0.0
    belongs = np.zeros((len(labels), len(groups)))
    belongs[np.arange(len(labels)), own] = weights
    mass = belongs.sum(axis=0)
    to_group = apart @ belongs
    rows = np.arange(len(labels))
    inside = to_group[rows, own] / np.maximum(mass[own] - 1, 1e-12)
    means = to_group / mass[None, :]
    means[rows, own] = np.inf
    outside = means.min(axis=1)
    widths = np.where(mass[own] > 1, (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-12), 0.0)
    return float(np.clip(widths, -1, 1) @ weights / weights.sum())


def centres(points: Floats, labels: Ints) -> Floats:
    """The mean point of each group, shape (k, 2)."""
    mass = np.bincount(labels)
    columns = [np.bincount(labels, weights=points[:, axis]) / mass for axis in range(points.shape[1])]
    return np.stack(columns, axis=1)


def nearest(points: Floats, centre: Floats) -> Ints:
    """Which centre, shape (k, 2), is nearest to each point, shape (people, 2)."""
    labels, _ = _nearest(points[:, 0], points[:, 1], centre[None, :, 0], centre[None, :, 1])
    return np.asarray(labels[0], dtype=np.int64)


def adjusted_rand(one: Ints, other: Ints) -> float:
    """How far two divisions of the same people agree: 1 the same, 0 as by chance.

    Source: Hubert & Arabie (1985), Journal of Classification 2.
    """
    table = np.zeros((int(one.max()) + 1, int(other.max()) + 1))
    np.add.at(table, (one, other), 1)
    pairs, rows, columns = (
        float((counts * (counts - 1) / 2).sum()) for counts in (table, table.sum(axis=1), table.sum(axis=0))
    )
    expected = rows * columns / max(len(one) * (len(one) - 1) / 2, 1)
    most = (rows + columns) / 2
    return 1.0 if most == expected else (pairs - expected) / (most - expected)
