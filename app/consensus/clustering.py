"""k-means on a few thousand weighted points, deterministic and blind to the order of rows (pure)."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_GROUPS = 5
STARTS = 10
ROUNDS = 60
CELLS_A_SIDE = 64  #: beyond that many distinct points they are first gathered on a grid
MOST_POINTS = 1_500


def best_clustering(points: Floats, starts: int = STARTS) -> Ints:
    """Labels, shape (people,): the k from 2 to 5 with the best silhouette, groups numbered by size.

    points: shape (people, 2). starts: how often k-means begins anew for each k.
    """
    grid, weights, member = gathered(points)
    best: tuple[float, int, Ints] | None = None
    for k in range(2, min(MOST_GROUPS, len(grid)) + 1):
        labels = k_means(grid, weights, k, starts)
        score = weighted_silhouette(grid, weights, labels)
        if best is None or score > best[0] + 1e-9:
            best = (score, k, labels)
    if best is None:
        return np.zeros(len(points), dtype=np.int64)
    return by_size(best[2][member], points)


def by_size(labels: Ints, points: Floats) -> Ints:
    """Groups renumbered: the largest first; of equal size, the one further left first."""
    groups = np.unique(labels)
    keys = [(-int((labels == g).sum()), *np.round(points[labels == g].mean(axis=0), 9)) for g in groups]
    order = sorted(range(len(groups)), key=lambda place: keys[place])
    renamed = {groups[place]: new for new, place in enumerate(order)}
    return np.array([renamed[label] for label in labels], dtype=np.int64)


def gathered(points: Floats) -> tuple[Floats, Floats, Ints]:
    """Distinct points in a fixed order, how many people share each, and each person's point."""
    distinct, member, counts = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    member = member.reshape(-1)
    if len(distinct) <= MOST_POINTS:
        return distinct, counts.astype(float), member
    low, high = points.min(axis=0), points.max(axis=0)
    squares = np.floor((points - low) / np.maximum(high - low, 1e-12) * (CELLS_A_SIDE - 1e-9)).astype(
        np.int64
    )
    _, member, counts = np.unique(squares, axis=0, return_inverse=True, return_counts=True)
    member = member.reshape(-1)
    centres = np.stack(
        [np.bincount(member, weights=points[:, axis]) / counts for axis in range(points.shape[1])], axis=1
    )
    return np.round(centres, 9), counts.astype(float), member


def k_means(points: Floats, weights: Floats, k: int, starts: int = STARTS) -> Ints:
    """The best of some seeded starts; points come in a fixed order."""
    best: tuple[float, Ints] | None = None
    for start in range(starts):
        labels, cost = _lloyd(points, weights, _spread(points, weights, k, np.random.default_rng(start)))
        if best is None or cost < best[0] - 1e-9:
            best = (cost, labels)
    assert best is not None  # noqa: S101 - there is at least one start
    return best[1]


def _spread(points: Floats, weights: Floats, k: int, generator: np.random.Generator) -> Floats:
    """Starting centres far apart (k-means++)."""
    chosen = [points[generator.choice(len(points), p=weights / weights.sum())]]
    while len(chosen) < k:
        nearest = np.min([((points - centre) ** 2).sum(axis=1) for centre in chosen], axis=0) * weights
        total = nearest.sum()
        if total <= 0:
            chosen.append(points[len(chosen) % len(points)])
        else:
            chosen.append(points[generator.choice(len(points), p=nearest / total)])
    return np.array(chosen)


def _lloyd(points: Floats, weights: Floats, centres: Floats) -> tuple[Ints, float]:
    labels = np.full(len(points), -1)
    for _ in range(ROUNDS):
        distances = ((points[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
        new = distances.argmin(axis=1)
        if (new == labels).all():
            break
        labels = new
        mass = np.bincount(labels, weights=weights, minlength=len(centres))
        for axis in range(points.shape[1]):
            sums = np.bincount(labels, weights=weights * points[:, axis], minlength=len(centres))
            centres[:, axis] = np.where(mass > 0, sums / np.maximum(mass, 1e-12), centres[:, axis])
    distances = ((points - centres[labels]) ** 2).sum(axis=1)
    return labels.astype(np.int64), float(distances @ weights)


def weighted_silhouette(points: Floats, weights: Floats, labels: Ints) -> float:
    """Mean silhouette of weighted points in [−1, 1]; 0.0 for a single group.

    Source: Rousseeuw (1987), J. Comput. Appl. Math. 20.
    """
    groups = np.unique(labels)
    if len(groups) < 2:
        return 0.0
    squares = (points**2).sum(axis=1)
    distances = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * points @ points.T, 0.0))
    np.fill_diagonal(distances, 0.0)
    mass = np.array([weights[labels == group].sum() for group in groups])
    to_group = np.stack([distances[:, labels == g] @ weights[labels == g] for g in groups], axis=1)
    own = np.searchsorted(groups, labels)
    rows = np.arange(len(points))
    inside = to_group[rows, own] / np.maximum(mass[own] - 1, 1e-12)
    means = to_group / mass[None, :]
    means[rows, own] = np.inf
    outside = means.min(axis=1)
    widths = np.where(mass[own] > 1, (outside - inside) / np.maximum(np.maximum(inside, outside), 1e-12), 0.0)
    return float(np.clip(widths, -1, 1) @ weights / weights.sum())


def silhouette(points: Floats, labels: Ints) -> float:
    """The silhouette of everybody's point, gathered where there are very many."""
    grid, weights, member = gathered(points)
    first = np.zeros(len(grid), dtype=np.int64)
    first[member[::-1]] = labels[::-1]
    return round(weighted_silhouette(grid, weights, first), 9)


def centres(points: Floats, labels: Ints) -> Floats:
    """The mean point of each group, shape (k, 2)."""
    mass = np.bincount(labels)
    columns = [np.bincount(labels, weights=points[:, axis]) / mass for axis in range(points.shape[1])]
    return np.stack(columns, axis=1)


def nearest(points: Floats, centre: Floats) -> Ints:
    """Which centre is nearest to each point."""
    distances = ((points[:, None, :] - centre[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(distances.argmin(axis=1), dtype=np.int64)


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
