"""Opinion groups: who answers alike. Exploratory, and never the basis of a status (pure).

Nothing depends on the order of rows, on how they are divided into parts, or on who works on the parts.
Source: Small et al. (2021), Polis, RECERCA 26.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.consensus import components
from app.consensus.chance import beats_chance
from app.consensus.clustering import (
    FEWEST_IN_GROUP,
    STARTS,
    adjusted_rand,
    best_clustering,
    by_size,
    centres,
    far_apart,
    k_means,
    nearest,
)
from app.consensus.executors import HERE, Executor
from app.consensus.matrix import PositionMatrix
from app.consensus.representative import group_informed, representative
from app.foundation.arrays import Floats, Ints
from app.foundation.canonical import digest
from app.foundation.libraries import np, npt

FEWEST_PEOPLE = 100
FEWEST_POSITIONS = 7
SEED = 20261123
MOST_HALVED = 2_000  #: people; a random sample of more tells the same

NONE: dict[str, Any] = {
    "k": 0,
    "shown": False,
    "sizes": [],
    "silhouette": None,
    "split_half": None,
    "assignments": {},
    "assignments_digest": digest({}),
    "group_informed_consensus": {},
    "group_informed_mean": {},
    "representative": [],
}


@dataclass(frozen=True)
class Plane:
    """Two components, and what is needed to put anybody on them. Scores are those of ``scores_of``."""

    scores: Ints
    means: Floats
    axes: Floats

    def place(self, executor: Executor, held: Sequence[Any]) -> Floats:
        """Everybody's point, shape (people, 2)."""
        parts = list(executor.each(components.projected, held, self.scores, self.means, self.axes))
        return np.concatenate(parts) / 2

    @classmethod
    def of(cls, executor: Executor, held: Sequence[Any], scores: Ints) -> "Plane":
        means = components.column_means(sum(executor.each(components.counted, held)), scores)
        return cls(scores, means, components.principal_axes(executor, held, scores, means))


def scores_of(accept_counts: float = 1.0) -> Ints:
    """Twice the value of each stance, so that all are whole: 1, 1 or ½ for accept, 0, −1."""
    return np.array([2, round(2 * accept_counts), 0, -2], dtype=np.int64)


def opinion_groups(
    matrix: PositionMatrix,
    people: Sequence[str],
    provisions: Sequence[str],
    *,
    accept_counts: float = 1.0,
    starts: int = STARTS,
    executor: Executor = HERE,
) -> dict[str, Any]:
    """Groups of stakeholders; rows of the matrix are ``people``, its columns ``provisions``.

    ``k`` ≥ 2 is the best number of groups; ``shown`` says whether each has five people or more and they beat
    the same positions shuffled within each clause. Fewer than a handful of people or clauses have no groups:
    ``k`` is 0. ``split_half`` is how far two halves of the people, each on its own, divide everybody alike
    (adjusted Rand index).
    """
    names = np.array(people, dtype=object)
    enough = np.flatnonzero(matrix.stated >= max(1, min(FEWEST_POSITIONS, len(provisions))))
    if len(enough) < 4 or len(provisions) < 2:
        return NONE
    order = enough[np.argsort(marks(matrix)[enough], kind="stable")]
    grouped = matrix.take(order)
    scores = scores_of(accept_counts)
    held = executor.hold(components.rows_of(grouped))
    points = Plane.of(executor, held, scores).place(executor, held)
    labels, score = best_clustering(points, starts)
    k = int(labels.max()) + 1
    can_be_shown = len(grouped) >= FEWEST_PEOPLE and np.bincount(labels).min() >= FEWEST_IN_GROUP
    return described(executor, held, labels, names[order].tolist(), provisions) | {
        "shown": bool(can_be_shown and beats_chance(grouped, scores, k, executor)),
        "silhouette": score,
        "split_half": split_half(halved(grouped), scores, k),
    }


def marks(matrix: PositionMatrix) -> "npt.NDArray[np.uint64]":
    """A number for each row that only rows with the same positions share; shape (people,).

    Rows are worked on in the order of these, so that neither their order nor their names tell anything.
    """
    weights = np.random.default_rng(SEED).integers(0, 1 << 64, 4 * matrix.clauses, dtype=np.uint64)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(weights[matrix.codes], dtype=np.uint64)])
    return np.asarray(sums[matrix.starts[1:]] - sums[matrix.starts[:-1]])


def halved(matrix: PositionMatrix) -> PositionMatrix:
    """The rows of whom two halves are divided."""
    if len(matrix) <= MOST_HALVED:
        return matrix
    chosen = np.random.default_rng(SEED).choice(len(matrix), MOST_HALVED, replace=False)
    return matrix.take(np.sort(chosen))


def split_half(matrix: PositionMatrix, scores: Ints, k: int) -> float | None:
    """The adjusted Rand index of two divisions of everybody, each found on one half of the people."""
    if len(matrix) < 2 * max(k, 2) or k < 2:
        return None
    turn = np.random.default_rng(SEED).permutation(len(matrix))
    everybody = components.rows_of(matrix)
    divisions = []
    for half in (turn[::2], turn[1::2]):
        held = components.rows_of(matrix.take(np.sort(half)))
        plane = Plane.of(HERE, held, scores)
        points = plane.place(HERE, held)
        alike = np.ones(len(points))
        (found,) = k_means(points, alike, far_apart(points, alike, k, STARTS), [k])
        divisions.append(nearest(plane.place(HERE, everybody), centres(points, by_size(found, points))))
    return round(adjusted_rand(*divisions), 9)


def answers(rows: components.Rows, labels: Ints, k: int) -> Ints:
    """How many of each group gave each answer; shape (k, clauses, 4)."""
    matrix = rows.matrix
    own = np.repeat(labels[rows.first : rows.first + len(matrix)], matrix.stated)
    width = 4 * matrix.clauses
    return np.bincount(own * width + matrix.codes, minlength=k * width).reshape(k, matrix.clauses, 4)


def described(
    executor: Executor,
    held: Sequence[Any],
    labels: Ints,
    names: Sequence[str],
    provisions: Sequence[str],
) -> dict[str, Any]:
    """Sizes, who is where, group-informed consensus and the clauses that set each group apart."""
    k = int(labels.max()) + 1
    counts = sum(executor.each(answers, held, labels, k))
    agree, disagree, seen = counts[..., 0] + counts[..., 1], counts[..., 3], counts.sum(axis=2)
    informed = group_informed(agree, seen)
    assignments = dict(sorted(zip(names, labels.tolist(), strict=True)))
    return {
        "k": k,
        "sizes": np.bincount(labels, minlength=k).tolist(),
        "assignments": assignments,
        "assignments_digest": digest(assignments),
        "group_informed_consensus": dict(zip(provisions, informed.tolist(), strict=True)),
        "group_informed_mean": dict(zip(provisions, (informed ** (1 / k)).tolist(), strict=True)),
        "representative": [
            {"group": group, "clauses": representative(agree, disagree, seen, group, provisions)}
            for group in range(k)
        ],
    }
