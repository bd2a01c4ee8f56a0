"""The array everything weighted is computed from: clause × cell × stance (pure)."""

import numpy as np

from app.consensus.components import Ints
from app.consensus.executors import HERE, Executor
from app.consensus.matrix import PositionMatrix

Part = tuple[PositionMatrix, Ints]


def tallies(matrix: PositionMatrix, cell_of: Ints, cells: int, executor: Executor = HERE) -> Ints:
    """How many of each cell gave each answer: shape (clauses, cells, 4).

    cell_of: shape (people,), each row's cell, −1 for who is not counted. Whole numbers, so that any division
    into parts gives the same.
    """
    parts = ((matrix.part(first, last), cell_of[first:last]) for first, last in matrix.blocks())
    found = np.zeros((cells, matrix.clauses, 4), dtype=np.int64)
    for part in executor.each(partial_tallies, executor.hold(parts), cells):
        found += part
    return np.ascontiguousarray(found.transpose(1, 0, 2))


def partial_tallies(part: Part, cells: int) -> Ints:
    """Shape (cells, clauses, 4), of some rows."""
    matrix, cell_of = part
    width = 4 * matrix.clauses
    keys = np.repeat(cell_of * width, matrix.stated) + matrix.codes
    if len(cell_of) and int(cell_of.min()) < 0:
        keys = keys[np.repeat(cell_of >= 0, matrix.stated)]
    return np.bincount(keys, minlength=cells * width).reshape(cells, matrix.clauses, 4)


def participants(matrix: PositionMatrix, cell_of: Ints, cells: int) -> Ints:
    """How many stakeholders of each cell have said anything: shape (cells,)."""
    return np.bincount(cell_of[(matrix.stated > 0) & (cell_of >= 0)], minlength=cells)
