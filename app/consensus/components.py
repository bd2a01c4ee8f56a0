"""The two principal components of a sparse matrix of positions, never made dense (pure).

Column-mean imputation is centring what was observed: an empty place stays empty. Everything is a sum over
rows: results of blocks are added, whole numbers exactly, fractions in the order of the blocks.
"""

from collections.abc import Sequence
from typing import Any

from app.consensus.executors import Executor
from app.consensus.matrix import PositionMatrix
from app.foundation.arrays import Counts, Floats, Ints
from app.foundation.libraries import linalg, np, sparse

MOST_FOR_GRAM = 64  #: clauses; beyond, one vector a round is cheaper than the Gram matrix
MOST_ROUNDS = 120
CLOSE_ENOUGH = 1e-13
SEED = 20261123


class Rows:
    """A block of rows that remembers its centred form from round to round."""

    def __init__(self, matrix: PositionMatrix, first: int) -> None:
        """first: the number of its first row in the whole."""
        self.matrix, self.first = matrix, first
        self._means: Floats | None = None
        self._centred: tuple[Any, Any] = (None, None)

    def sparse(self, data: Counts) -> Any:
        shape = (len(self.matrix), self.matrix.clauses)
        columns = (self.matrix.codes // 4).astype(np.int32)
        return sparse.csr_array((data, columns, self.matrix.starts.astype(np.int32)), shape=shape)

    def centred(self, scores: Ints, means: Floats) -> tuple[Any, Any]:
        """The scores minus their clause's mean, where something was said; and turned on its side."""
        if self._means is None or not np.array_equal(self._means, means):
            table = (scores[None, :] - means[:, None]).reshape(-1)
            found = self.sparse(table[self.matrix.codes])
            self._centred, self._means = (found, found.T), means
        return self._centred


def rows_of(matrix: PositionMatrix) -> list[Rows]:
    return [Rows(matrix.part(first, last), first) for first, last in matrix.blocks()]


def counted(rows: Rows) -> Ints:
    """How many gave each answer: shape (clauses, 4)."""
    matrix = rows.matrix
    return np.bincount(matrix.codes, minlength=4 * matrix.clauses).reshape(-1, 4)


def gram(rows: Rows, scores: Ints) -> Ints:
    """V'V, V'M and M'M of the block, shape (3, clauses, clauses): V the scores, M where there is one."""
    values = rows.sparse(scores[rows.matrix.codes % 4])
    mask = rows.sparse(np.ones(rows.matrix.size, dtype=np.int64))
    products = (values.T @ values, values.T @ mask, mask.T @ mask)
    return np.stack([np.asarray(one.toarray(), dtype=np.int64) for one in products])


def turned(rows: Rows, scores: Ints, means: Floats, vector: Floats) -> Floats:
    """X'Xv of the block's centred matrix; shape (clauses,)."""
    centred, on_its_side = rows.centred(scores, means)
    return np.asarray(on_its_side @ (centred @ vector))


def projected(rows: Rows, scores: Ints, means: Floats, axes: Floats) -> Floats:
    """Each row on the two axes, stretched by √(clauses / stated); shape (rows, 2)."""
    matrix = rows.matrix
    stretch = np.sqrt(matrix.clauses / np.maximum(matrix.stated, 1))
    centred, _ = rows.centred(scores, means)
    return np.round(np.asarray(centred @ axes) * stretch[:, None], 9)


def column_means(counts: Ints, scores: Ints) -> Floats:
    """Mean score of each clause over those who said anything, 0 where nobody did. counts: (clauses, 4)."""
    return np.asarray(counts @ scores / np.maximum(counts.sum(axis=1), 1), dtype=np.float64)


def principal_axes(executor: Executor, held: Sequence[Any], scores: Ints, means: Floats) -> Floats:
    """The two leading eigenvectors of X'X, shape (clauses, 2), the largest loading of each positive."""
    if len(means) <= MOST_FOR_GRAM:
        values, crossed, both = sum(executor.each(gram, held, scores))
        product = values - crossed * means[None, :] - crossed.T * means[:, None]
        product = product + both * np.outer(means, means)
        last = len(means) - 1
        _, vectors = linalg.eigh(product, subset_by_index=[last - 1, last])
        axes = np.asarray(vectors[:, ::-1])
    else:
        axes = _lanczos(executor, held, scores, means)
    largest = np.abs(axes).argmax(axis=0)
    return np.asarray(axes * np.sign(axes[largest, [0, 1]]))


def _lanczos(executor: Executor, held: Sequence[Any], scores: Ints, means: Floats) -> Floats:
    """Two leading eigenvectors by Lanczos' method with full reorthogonalisation.

    Source: Golub & Van Loan (2013), Matrix Computations, §10.1–10.3.
    """
    size, generator = len(means), np.random.default_rng(SEED)
    basis = [_unit(generator.normal(size=size))]
    diagonal: list[float] = []
    beside: list[float] = []
    fresh = 0  #: rounds since the last new beginning
    while True:
        turn = sum(executor.each(turned, held, scores, means, basis[-1]))
        diagonal.append(float(basis[-1] @ turn))
        known = np.array(basis)
        turn = _beside(known, turn)
        length, rounds = float(np.linalg.norm(turn)), len(diagonal)
        is_closed = length <= 1e-14 * max(1e-300, *map(abs, diagonal))
        fresh = 0 if is_closed else fresh + 1
        is_last = rounds == min(MOST_ROUNDS, size)
        if is_last or (fresh >= 2 and rounds % 5 == 0):
            found, vectors = linalg.eigh_tridiagonal(np.array(diagonal), np.array(beside))
            error = length * np.abs(vectors[-1, -2:])
            if is_last or (error <= CLOSE_ENOUGH * max(found[-1], 1e-300)).all():
                return np.asarray(known.T @ vectors[:, -2:][:, ::-1], dtype=np.float64)
        if is_closed:  # nothing more is reached from here; what lies beside may hold as much
            beside.append(0.0)
            basis.append(_unit(_beside(known, generator.normal(size=size))))
        else:
            beside.append(length)
            basis.append(turn / length)


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector))


def _beside(known: Floats, vector: Floats) -> Floats:
    """What of the vector is orthogonal to the known ones; twice, because once leaves rounding behind."""
    for _ in range(2):
        vector = vector - known.T @ (known @ vector)
    return vector
