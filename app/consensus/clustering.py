"""k-means on a few thousand weighted points, deterministic and blind to the order of rows (pure)."""

from collections.abc import Sequence

from app.foundation.arrays import Bools, Floats, Ints
from app.foundation.libraries import np, npt

MOST_GROUPS = 5
FEWEST_IN_GROUP = 5  #: people; a smaller one would tell what single persons think
STARTS = 10
ROUNDS = 60
CELLS_A_SIDE = 48  #: beyond that many distinct points they are first gathered on a grid
MOST_POINTS = 600
FEW_POINTS = 256  #: up to here all numbers of groups are tried at once, which costs memory
GRID = 2.0**-24  #: up to 2²⁰ people within 2⁸ of the middle have sums that a double holds exactly
FAR = 1e300  #: farther than any point from any centre
BLOCK = 64  #: points whose distances to all are held at a time
SEED = 20261123


def best_clustering(points: Floats, starts: int = STARTS) -> tuple[Ints, float]:
    """Labels, shape (people,), of the k from 2 to 5 with the best silhouette, and that silhouette.

    points: shape (people, 2). starts: how often k-means begins again for each k. Groups are numbered by size.
    A division with a group of fewer than ``FEWEST_IN_GROUP`` is taken only where every one has such a group.
    """
    grid, weights, member = gathered(points)
    found, score = best_of(grid, weights, starts)
    return by_size(found[member], points), round(score, 9)


def best_of(grid: Floats, weights: Floats, starts: int, rounds: int = ROUNDS) -> tuple[Ints, float]:
    """As ``best_clustering``, of points on the grid with so many people each, in no order of groups."""
    seeds = far_apart(grid, weights, min(MOST_GROUPS, len(grid)), starts)
    if seeds.shape[1] < 2:
        return np.zeros(len(grid), dtype=np.int64), 0.0
    sizes = range(2, seeds.shape[1] + 1)
    together = [sizes] if len(grid) <= FEW_POINTS else [[k] for k in sizes]
    divisions = [one for some in together for one in k_means(grid, weights, seeds, some, rounds)]
    scores = silhouettes(grid, weights, divisions)
    large = [np.bincount(labels, weights).min() >= FEWEST_IN_GROUP for labels in divisions]
    if any(large):
        scores = [score if is_large else -np.inf for score, is_large in zip(scores, large, strict=True)]
    best = next(place for place, score in enumerate(scores) if score > max(scores) - 1e-9)
    return divisions[best], scores[best]


def by_size(labels: Ints, points: Floats) -> Ints:
    """Groups renumbered: the largest first; of equal size, the one further left first."""
    groups = np.unique(labels)
    keys = [(-int((labels == g).sum()), *np.round(points[labels == g].mean(axis=0), 9)) for g in groups]
    order = sorted(range(len(groups)), key=lambda place: keys[place])
    renamed = {groups[place]: new for new, place in enumerate(order)}
    return np.array([renamed[label] for label in labels], dtype=np.int64)


def on_grid(points: Floats) -> Floats:
    """The nearest points whose coordinates are multiples of ``GRID``."""
    return np.asarray(np.rint(points / GRID) * GRID)


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
    return on_grid(np.stack(means, axis=1)), counts.astype(float), np.asarray(member, dtype=np.int64)


def k_means(
    points: Floats, weights: Floats, seeds: Floats, sizes: Sequence[int], rounds: int = ROUNDS
) -> list[Ints]:
    """For each number of groups the best of some starts, all at once; labels of shape (points,).

    points: in a fixed order, on the grid of ``GRID``, so that sums over them are exact, in whatever order.
    seeds: shape (starts, most, 2), where the centres begin; the first k serve k groups. sizes: the numbers of
    groups. A start that has come to rest is left alone; all end after ``rounds``.
    """
    place = np.stack([points[:, 0], points[:, 1], np.ones(len(points))])
    moments = np.ascontiguousarray((place * weights).T)
    starts, most = len(seeds), max(sizes)
    centre = np.tile(seeds[:, :most], (len(sizes), 1, 1))
    is_absent = np.repeat([[number >= k for number in range(most)] for k in sizes], starts, axis=0)
    labels = np.full((len(centre), len(points)), -1, dtype=np.int8)
    moving, work = np.arange(len(centre)), np.empty((len(centre), most, len(points)))
    for _ in range(rounds):
        new, _ = _nearest(place, centre[moving], is_absent[moving], work)
        moves = (new != labels[moving]).any(axis=1)
        moving, new = moving[moves], new[moves]
        if not len(moving):
            break
        labels[moving] = new
        belongs = work[: len(moving)]
        for number in range(most):
            np.equal(new, number, out=belongs[:, number])
        sums = (belongs.reshape(-1, len(points)) @ moments).reshape(len(moving), most, 3)
        mass = sums[..., 2:]
        centre[moving] = np.where(mass > 0, sums[..., :2] / np.maximum(mass, 1), centre[moving])
    labels, squares = _nearest(place, centre, is_absent, work)
    costs = (squares @ weights).reshape(len(sizes), starts)
    cheapest = [int(np.flatnonzero(own <= own.min() + 1e-9)[0]) for own in costs]
    return [labels[number * starts + one].astype(np.int64) for number, one in enumerate(cheapest)]


def _nearest(
    place: Floats, centre: Floats, is_absent: Bools, work: Floats
) -> tuple["npt.NDArray[np.int8]", Floats]:
    """Which centre is nearest to each point, and its squared distance less the point's square; shapes (runs,
    points).

    place: shape (3, points), the two coordinates and 1. centre: shape (runs, most, 2). is_absent: shape
    (runs, most), which of them a run does without. work: shape (runs or more, most, points), written over.
    """
    lines = np.empty((*is_absent.shape, 3))
    np.multiply(centre, -2, out=lines[..., :2])
    lines[..., 2] = np.where(is_absent, FAR, centre[..., 0] ** 2 + centre[..., 1] ** 2)
    apart = work[: len(centre)]
    np.matmul(lines.reshape(-1, 3), place, out=apart.reshape(-1, place.shape[1]))
    labels, nearest_yet = np.zeros((len(centre), place.shape[1]), dtype=np.int8), apart[:, 0]
    for number in range(1, centre.shape[1]):
        np.putmask(labels, apart[:, number] < nearest_yet, number)
        np.minimum(nearest_yet, apart[:, number], out=nearest_yet)
    return labels, nearest_yet


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
    to_group = np.zeros_like(beside)
    for first in range(0, len(points), BLOCK):  # a distance is measured once, and serves both its ends
        last = min(first + BLOCK, len(points))
        block = points[first:last]
        apart = block[:, :1] - points[first:, 0]
        apart *= apart
        across = block[:, 1:] - points[first:, 1]
        across *= across
        apart += across
        np.sqrt(apart, out=apart)
        to_group[first:last] += apart @ beside[first:]
        to_group[last:] += apart[:, last - first :].T @ beside[first:last]
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
    away = [(points[:, 0] - x) ** 2 + (points[:, 1] - y) ** 2 for x, y in centre.tolist()]
    return np.asarray(np.argmin(away, axis=0), dtype=np.int64)


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
