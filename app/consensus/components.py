"""The two principal components of a sparse matrix of positions, never made dense (pure).

Column-mean imputation is centring what was observed: an empty place stays empty. Everything is a sum over
rows: results of blocks are added, whole numbers exactly, fractions in the order of the blocks.
"""

from collections.abc import Sequence
from typing import Any

from app.consensus.clustering import on_grid
from app.consensus.executors import Executor
from app.consensus.matrix import PositionMatrix
from app.foundation.arrays import Counts, Floats, Ints
from app.foundation.libraries import np, sparse

AT_A_TIME = 2_048  #: rows made dense at once
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

    def forget(self) -> None:
        """Keep the centred form no longer."""
        self._centred, self._means = (None, None), None

    def sparse(self, data: Counts) -> Any:
        shape = (len(self.matrix), self.matrix.clauses)
        columns = (self.matrix.codes // 4).astype(np.int32)
        return sparse.csr_array((data, columns, self.matrix.starts.astype(np.int32)), shape=shape)

    def _laid_out(self, data: Floats) -> Any:
        """Where a quarter of the places or more is filled, empty ones are laid out too: that is faster."""
        matrix = self.matrix
        if len(matrix) * matrix.clauses > 4 * matrix.size:
            return self.sparse(data)
        found = np.zeros((len(matrix), matrix.clauses))
        found[matrix.rows, matrix.columns] = data
        return found

    def centred(self, scores: Ints, means: Floats) -> tuple[Any, Any]:
        """The scores minus their clause's mean, where something was said; and turned on its side."""
        if self._means is None or not np.array_equal(self._means, means):
            table = (scores[None, :] - means[:, None]).reshape(-1)
            found = self._laid_out(table[self.matrix.codes])
            self._centred, self._means = (found, found.T), means
        return self._centred


def rows_of(matrix: PositionMatrix) -> list[Rows]:
    return [Rows(matrix.part(first, last), first) for first, last in matrix.blocks()]


def counted(rows: Rows) -> Ints:
    """How many gave each answer: shape (clauses, 4)."""
    matrix = rows.matrix
    return np.bincount(matrix.codes, minlength=4 * matrix.clauses).reshape(-1, 4)


def gram(rows: Rows, scores: Ints) -> Floats:
    """V'V, V'M and M'M of the block, shape (3, clauses, clauses): V the scores, M where there is one.

    Whole numbers that are added up exactly: below 2²⁴ in single precision a few thousand rows at a time, then
    in double.
    """
    matrix, found = rows.matrix, np.zeros((3, rows.matrix.clauses, rows.matrix.clauses))
    table = np.stack([np.tile(scores, matrix.clauses), np.ones(4 * matrix.clauses)]).astype(np.float32)
    for first in range(0, len(matrix), AT_A_TIME):
        part = matrix.part(first, min(first + AT_A_TIME, len(matrix)))
        values, mask = np.zeros((2, len(part), matrix.clauses), dtype=np.float32)
        for dense, own in ((values, table[0]), (mask, table[1])):
            dense[part.rows, part.columns] = own[part.codes]
        for number, (one, other) in enumerate(((values, values), (values, mask), (mask, mask))):
            found[number] += one.T @ other
    return found


def turned(rows: Rows, scores: Ints, means: Floats, vector: Floats) -> Floats:
    """X'Xv of the block's centred matrix; shape (clauses,)."""
    centred, on_its_side = rows.centred(scores, means)
    return np.asarray(on_its_side @ (centred @ vector))


def projected(rows: Rows, scores: Ints, means: Floats, axes: Floats) -> Floats:
    """Each row on the two axes, stretched by √(clauses / stated); shape (rows, 2)."""
    matrix = rows.matrix
    stretch = np.sqrt(matrix.clauses / np.maximum(matrix.stated, 1))
    centred, _ = rows.centred(scores, means)
    rows.forget()
    return on_grid(np.asarray(centred @ axes) * stretch[:, None])


def column_means(counts: Ints, scores: Ints) -> Floats:
    """Mean score of each clause over those who said anything, 0 where nobody did. counts: (clauses, 4)."""
    return np.asarray(counts @ scores / np.maximum(counts.sum(axis=1), 1), dtype=np.float64)


def principal_axes(executor: Executor, held: Sequence[Any], scores: Ints, means: Floats) -> Floats:
    """The two leading eigenvectors of X'X, shape (clauses, 2), the largest loading of each positive."""
    if len(means) <= MOST_FOR_GRAM:
        values, crossed, both = sum(executor.each(gram, held, scores))
        product = values - crossed * means[None, :] - crossed.T * means[:, None]
        product = product + both * np.outer(means, means)
        axes = np.linalg.eigh(product)[1][:, :-3:-1]
    else:
        axes = _lanczos(executor, held, scores, means)
    return upright(axes)


def upright(axes: Floats) -> Floats:
    """The same with the largest loading of each positive; shape (clauses, 2)."""
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
            found, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(beside, -1))
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
