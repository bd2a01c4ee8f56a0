"""The array everything weighted is computed from: cell × clause × stance (pure)."""

from itertools import pairwise

from app.consensus.executors import HERE, Executor
from app.consensus.matrix import PositionMatrix
from app.foundation.arrays import Ints
from app.foundation.libraries import np

Part = tuple[PositionMatrix, Ints]


def tallies(matrix: PositionMatrix, cell_of: Ints, cells: int, executor: Executor = HERE) -> Ints:
    """How many of each cell gave each answer: shape (cells, clauses, 4).

    cell_of: shape (people,), each row's cell, −1 for who is not counted. Whole numbers, so that any division
    into parts gives the same.
    """
    edges = np.linspace(0, len(matrix), executor.width + 1).astype(np.int64).tolist()
    parts = ((matrix.part(a, b), cell_of[a:b]) for a, b in pairwise(edges))
    first, *others = executor.each(partial_tallies, executor.hold(parts), cells)
    for other in others:
        first += other
    return np.asarray(first)


def partial_tallies(part: Part, cells: int) -> Ints:
    """Shape (cells, clauses, 4), of some rows; a cell's rows together, so that memory is near."""
    matrix, cell_of = part
    found = np.zeros((cells, 4 * matrix.clauses), dtype=np.int64)
    order = np.argsort(cell_of, kind="stable")
    ends = np.searchsorted(cell_of[order], np.arange(cells + 1))
    for cell in np.flatnonzero(np.diff(ends)).tolist():
        rows = order[ends[cell] : ends[cell + 1]]
        found[cell] = np.bincount(matrix.take(rows).codes, minlength=4 * matrix.clauses)
    return found.reshape(cells, matrix.clauses, 4)


def participants(matrix: PositionMatrix, cell_of: Ints, cells: int) -> Ints:
    """How many stakeholders of each cell have said anything: shape (cells,)."""
    return np.bincount(cell_of[(matrix.stated > 0) & (cell_of >= 0)], minlength=cells)
