"""k-means on a few thousand weighted points, deterministic and blind to the order of rows (pure)."""

from collections.abc import Sequence

from app.foundation.arrays import Floats, Ints
from app.foundation.libraries import np, npt

MOST_GROUPS = 5
FEWEST_IN_GROUP = 5  #: people; a smaller one would tell what single persons think
STARTS = 10
ROUNDS = 60
CELLS_A_SIDE = 48  #: beyond that many distinct points they are first gathered on a grid
MOST_POINTS = 600
BLOCK = 128  #: points whose distances to all are held at a time
SEED = 20261123


def best_clustering(points: Floats, starts: int = STARTS) -> tuple[Ints, float]:
    """Labels, shape (people,), of the k from 2 to 5 with the best silhouette, and that silhouette.

    points: shape (people, 2). starts: how often k-means begins again for each k. Groups are numbered by size.
    A division with a group of fewer than ``FEWEST_IN_GROUP`` is taken only where every one has such a group.
    """
    grid, weights, member = gathered(points)
    seeds = far_apart(grid, weights, min(MOST_GROUPS, len(grid)), starts)
    divisions = [k_means(grid, weights, seeds[:, :k]) for k in range(2, seeds.shape[1] + 1)]
    if not divisions:
        return np.zeros(len(points), dtype=np.int64), 0.0
    scores = silhouettes(grid, weights, divisions)
    large = [np.bincount(labels, weights).min() >= FEWEST_IN_GROUP for labels in divisions]
    if any(large):
        scores = [score if is_large else -np.inf for score, is_large in zip(scores, large, strict=True)]
    best = next(place for place, score in enumerate(scores) if score > max(scores) - 1e-9)
    return by_size(divisions[best][member], points), round(scores[best], 9)


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


def k_means(points: Floats, weights: Floats, seeds: Floats) -> Ints:
    """The best of some starts, all at once; points come in a fixed order. Shape (points,).

    seeds: shape (starts, k, 2), where the centres begin. A start that has come to rest is left alone.
    """
    x, y = np.ascontiguousarray(points.T)
    cx, cy = seeds[:, :, 0].copy(), seeds[:, :, 1].copy()
    starts, k, _ = seeds.shape
    labels = np.full((starts, len(points)), -1, dtype=np.int8)
    moving = np.arange(starts)
    for _ in range(ROUNDS):
        new, _ = _nearest(x, y, cx[moving], cy[moving])
        moves = (new != labels[moving]).any(axis=1)
        moving, new = moving[moves], new[moves]
        if not len(moving):
            break
        labels[moving] = new
        place = (new + np.arange(len(moving))[:, None] * k).ravel()
        mass = np.bincount(place, np.tile(weights, len(moving)), len(moving) * k).reshape(-1, k)
        for centre, axis in ((cx, x), (cy, y)):
            sums = np.bincount(place, np.tile(weights * axis, len(moving)), len(moving) * k).reshape(-1, k)
            centre[moving] = np.where(mass > 0, sums / np.maximum(mass, 1e-12), centre[moving])
    labels, squares = _nearest(x, y, cx, cy)
    costs = squares @ weights
    cheapest = int(np.flatnonzero(costs <= costs.min() + 1e-9)[0])
    return np.asarray(labels[cheapest], dtype=np.int64)


def _nearest(x: Floats, y: Floats, cx: Floats, cy: Floats) -> tuple["npt.NDArray[np.int8]", Floats]:
    """Which centre is nearest to each point, and its squared distance; shapes (starts, points)."""
    squares = (x - cx[:, :1]) ** 2 + (y - cy[:, :1]) ** 2
    labels = np.zeros(squares.shape, dtype=np.int8)
    for number in range(1, cx.shape[1]):
        other = (x - cx[:, number : number + 1]) ** 2 + (y - cy[:, number : number + 1]) ** 2
        np.putmask(labels, other < squares, number)
        np.minimum(squares, other, out=squares)
    return labels, squares


def far_apart(points: Floats, weights: Floats, most: int, starts: int) -> Floats:
    """Centres to begin with, far apart (k-means++): shape (starts, most, 2). The first k serve k groups.

    Source: Arthur & Vassilvitskii (2007), SODA.
    """
    draws = np.random.default_rng(SEED).random((starts, most))
    chosen = np.zeros((starts, most), dtype=np.int64)
    squares = np.full((starts, len(points)), np.inf)
    pull = np.broadcast_to(weights, squares.shape)
    for number in range(most):
        edges = np.cumsum(pull, axis=1)
        drawn = (edges <= draws[:, number, None] * edges[:, -1:]).sum(axis=1)
        chosen[:, number] = np.minimum(drawn, len(points) - 1)
        last = points[chosen[:, number]]
        away = (points[:, 0] - last[:, :1]) ** 2 + (points[:, 1] - last[:, 1:]) ** 2
        squares = np.minimum(squares, away)
        pull = squares * weights
    return points[chosen]


def silhouettes(points: Floats, weights: Floats, divisions: Sequence[Ints]) -> list[float]:
    """Mean silhouette of weighted points under each division, in [−1, 1]; 0.0 for a single group.

    weights: how many people share each point. divisions: labels, shape (points,) each.
    Source: Rousseeuw (1987), J. Comput. Appl. Math. 20.
    """
    belongs = [np.where(labels[:, None] == np.unique(labels), weights[:, None], 0.0) for labels in divisions]
    beside = np.concatenate(belongs, axis=1)
    to_group = np.empty_like(beside)
    for first in range(0, len(points), BLOCK):
        block = points[first : first + BLOCK]
        apart = (block[:, :1] - points[:, 0]) ** 2 + (block[:, 1:] - points[:, 1]) ** 2
        to_group[first : first + BLOCK] = np.sqrt(apart, out=apart) @ beside
    edges = np.cumsum([one.shape[1] for one in belongs])[:-1]
    parts = zip(np.split(to_group, edges, axis=1), belongs, strict=True)
    return [_silhouette(distances, own, weights) for distances, own in parts]


def _silhouette(distances: Floats, belongs: Floats, weights: Floats) -> float:
    """distances: of each point to all people of each group; belongs: its weight in its group's column."""
    if belongs.shape[1] < 2:
        return 0.0
    own, rows = belongs.argmax(axis=1), np.arange(len(belongs))
    mass = belongs.sum(axis=0)
    inside = distances[rows, own] / np.maximum(mass[own] - 1, 1e-12)
    means = distances / mass
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
