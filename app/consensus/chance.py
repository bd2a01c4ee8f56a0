"""Whether groups are more than chance finds in the same positions shuffled (pure).

Any figure may be compared with its own distribution under shuffling, so those of the test are made fast: of
a few hundred people, from a few rounds and steps; what is seen and what is shuffled are measured alike.
Shuffles are drawn one after another; the first that does as well ends the test, as all would.
Source: Besag & Clifford (1991), Sequential Monte Carlo p-values, Biometrika 78.
"""

from dataclasses import dataclass

from app.consensus.clustering import (
    adjusted_rand,
    best_of,
    centres,
    far_apart,
    k_means,
    nearest,
    on_grid,
)
from app.consensus.components import MOST_FOR_GRAM, column_means, upright
from app.consensus.executors import HERE, Executor
from app.consensus.matrix import PositionMatrix
from app.foundation.arrays import Floats, Ints
from app.foundation.libraries import np

SEED = 20261123
SHUFFLES = 19  #: the groups must beat every one: p ≤ 1/20
STARTS = 4  #: of k-means, for what was seen as for what chance gives
MOST_TESTED = 300  #: people, a random sample of more: the fewest tried that left each verdict as it was
STEPS = 6  #: of k-means
ROUNDS = 12  #: of Lanczos' method


@dataclass(frozen=True)
class ChanceSample:
    """Positions of some people, one half of whom (``half`` of them) come first; clause after clause. A clause
    on which all answer alike tells nobody apart and is left out.

    ``clause_of``, ``person_of``, ``stances``: shape (positions,). ``scores``: of each stance. ``stretch``:
    shape (people, 1), √(clauses / stated).
    """

    clauses: int
    half: int
    clause_of: Ints
    person_of: Ints
    stances: Ints
    scores: Ints
    stretch: Floats

    @classmethod
    def of(cls, matrix: PositionMatrix, scores: Ints) -> "ChanceSample":
        """Of a random sample, where there are more than ``MOST_TESTED``."""
        if len(matrix) > MOST_TESTED:
            chosen = np.random.default_rng(SEED).choice(len(matrix), MOST_TESTED, replace=False)
            matrix = matrix.take(np.sort(chosen))
        people = len(matrix)
        turn = np.random.default_rng(SEED).permutation(people)
        place = np.empty_like(turn)
        place[np.concatenate([np.sort(turn[::2]), np.sort(turn[1::2])])] = np.arange(people)
        given = np.bincount(matrix.codes, minlength=4 * matrix.clauses).reshape(-1, 4)
        tells = (given > 0).sum(axis=1) > 1
        number = np.cumsum(tells) - 1
        order = np.argsort(matrix.columns, kind="stable")
        order = order[tells[matrix.columns[order]]]
        stretch = np.empty((people, 1))
        stretch[place, 0] = np.sqrt(matrix.clauses / np.maximum(matrix.stated, 1))
        return cls(
            int(tells.sum()),
            (people + 1) // 2,
            number[matrix.columns[order]],
            place[matrix.rows[order]],
            matrix.stances[order],
            scores,
            stretch,
        )

    def shuffled(self, number: int) -> Ints:
        """The stances, mixed within each clause the ``number``-th time; shape (positions,)."""
        drawn = np.random.default_rng((SEED, number)).integers(0, 1 << 40, len(self.stances))
        return np.sort(self.clause_of << 42 | drawn << 2 | self.stances) & 3

    def silhouette(self, stances: Ints) -> float:
        """Of the best clustering."""
        points = self._points(stances, 0, len(self.stretch))
        return best_of(points, np.ones(len(points)), STARTS, STEPS)[1]

    def agreement(self, stances: Ints, k: int) -> float:
        """The adjusted Rand index of two divisions of everybody into ``k`` groups, each found on one half."""
        divisions = []
        for first, last in ((0, self.half), (self.half, len(self.stretch))):
            points = self._points(stances, first, last)
            own = points[first:last]
            alike = np.ones(len(own))
            (found,) = k_means(own, alike, far_apart(own, alike, k, STARTS), [k], STEPS)
            divisions.append(nearest(points, centres(own, np.unique(found, return_inverse=True)[1])))
        return round(adjusted_rand(*divisions), 9)

    def _points(self, stances: Ints, first: int, last: int) -> Floats:
        """Everybody's, shape (people, 2), on the components of some."""
        codes = 4 * self.clause_of + stances
        own = codes[(self.person_of >= first) & (self.person_of < last)]
        means = column_means(np.bincount(own, minlength=4 * self.clauses).reshape(-1, 4), self.scores)
        laid_out = np.zeros((self.clauses, len(self.stretch)))
        laid_out[self.clause_of, self.person_of] = (self.scores - means[:, None]).ravel()[codes]
        return on_grid(laid_out.T @ axes(laid_out[:, first:last]) * self.stretch)


def axes(centred: Floats) -> Floats:
    """About the two leading eigenvectors of ``centred · centred'``, shape (clauses, 2): so near as ``ROUNDS``
    of Lanczos' method come. Source: Golub & Van Loan (2013), Matrix Computations, §10.1–10.3.
    """
    if len(centred) <= MOST_FOR_GRAM:
        return upright(np.linalg.eigh(centred @ centred.T)[1][:, :-3:-1])
    rounds = min(ROUNDS, len(centred))
    vector = np.random.default_rng(SEED).normal(size=len(centred))
    known, turned = np.zeros((2, rounds, len(centred)))
    for place in range(rounds):
        length = np.sqrt(vector @ vector)
        if length < 1e-12:  # nothing more is reached from here
            break
        known[place] = vector / length
        vector = turned[place] = centred @ (known[place] @ centred)
        vector = vector - known[: place + 1].T @ (known[: place + 1] @ vector)
    return upright(known.T @ np.linalg.eigh(known @ turned.T)[1][:, :-3:-1])


def beats_chance(matrix: PositionMatrix, scores: Ints, k: int, executor: Executor = HERE) -> bool:
    """Whether silhouette and agreement of the halves are better than those of every shuffle of the positions
    within each clause; no better than 0 is chance whatever the shuffles give.
    """
    if len(matrix) < 2 * k:
        return False
    sample = ChanceSample.of(matrix, scores)
    if sample.clauses < 2:  # a shuffle of one clause is as good as another
        return False
    agreement = sample.agreement(sample.stances, k)
    if agreement <= 0:
        return False
    seen = sample.silhouette(sample.stances), agreement
    return all(executor.each(is_less, executor.hold(range(SHUFFLES)), sample, k, *seen))


def is_less(number: int, sample: ChanceSample, k: int, silhouette: float, agreement: float) -> bool:
    """Whether the ``number``-th shuffle has a lower silhouette, and a lower agreement of its halves."""
    stances = sample.shuffled(number)
    return silhouette > sample.silhouette(stances) and agreement > sample.agreement(stances, k)
