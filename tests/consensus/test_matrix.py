"""Positions as a sparse matrix, and the counts that everything weighted is made from."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.consensus import components
from app.consensus.agreement import agreement
from app.consensus.electorate import Room
from app.consensus.executors import HERE
from app.consensus.matrix import PositionMatrix
from app.consensus.tallies import participants, tallies
from app.representation.rules import MeasurementRules
from tests.consensus.crowds import imagined

stated = st.dictionaries(
    st.tuples(st.integers(0, 11), st.integers(0, 6)), st.integers(0, 3), max_size=60
)  # (row, clause) → stance


def matrix_of(said: dict[tuple[int, int], int]) -> PositionMatrix:
    rows, columns = np.array(list(said), dtype=np.int64).reshape(-1, 2).T
    stances = np.array(list(said.values()), dtype=np.int64)
    return PositionMatrix.of(rows, columns, stances, people=12, clauses=7)


def content(matrix: PositionMatrix) -> dict[tuple[int, int], int]:
    columns = (matrix.rows.tolist(), matrix.columns.tolist(), matrix.stances.tolist())
    return {(row, clause): stance for row, clause, stance in zip(*columns, strict=True)}


@given(stated, st.randoms())
def test_what_goes_in_comes_out_whatever_the_order(said: dict[tuple[int, int], int], turn: object) -> None:
    mixed = list(said.items())
    turn.shuffle(mixed)  # type: ignore[attr-defined]
    matrix, again = matrix_of(said), matrix_of(dict(mixed))
    assert content(matrix) == said
    assert matrix.digest == again.digest
    assert matrix.stated.sum() == matrix.size == len(said)


@given(stated, st.integers(0, 12), st.integers(0, 12), st.permutations(range(12)))
def test_parts_and_chosen_rows_are_those_of_the_whole(
    said: dict[tuple[int, int], int], one: int, other: int, order: list[int]
) -> None:
    first, last = sorted((one, other))
    part = {(row - first, clause): stance for (row, clause), stance in said.items() if first <= row < last}
    assert content(matrix_of(said).part(first, last)) == part
    chosen = np.array(order[:5])
    taken = {(order.index(row), clause): stance for (row, clause), stance in said.items() if row in order[:5]}
    assert content(matrix_of(said).take(chosen)) == taken


def test_another_position_gives_another_digest() -> None:
    said = {(0, 0): 1, (3, 2): 0}
    others = ({(0, 0): 2, (3, 2): 0}, {(0, 0): 1, (3, 3): 0}, {(0, 0): 1, (4, 2): 0}, {(0, 0): 1})
    assert len({matrix_of(one).digest for one in (said, *others)}) == 5


@pytest.mark.parametrize(
    ("rows", "columns", "stances"),
    [([12], [0], [0]), ([0], [7], [0]), ([0], [0], [4]), ([-1], [0], [0]), ([0, 0], [1, 1], [0, 3])],
)
def test_what_cannot_be_is_refused(rows: list[int], columns: list[int], stances: list[int]) -> None:
    with pytest.raises(ValueError, match=r"range|two positions"):
        PositionMatrix.of(*map(np.array, (rows, columns, stances)), people=12, clauses=7)


@given(stated, st.lists(st.integers(-1, 3), min_size=12, max_size=12))
def test_tallies_are_a_plain_count(said: dict[tuple[int, int], int], cells: list[int]) -> None:
    cell_of = np.array(cells)
    found = tallies(matrix_of(said), cell_of, 4)
    expected = np.zeros((4, 7, 4), dtype=np.int64)
    for (row, clause), stance in said.items():
        if cells[row] >= 0:
            expected[cells[row], clause, stance] += 1
    assert (found == expected).all()
    speaking = {row for row, _ in said}
    heard = [sum(cells[row] == cell for row in speaking) for cell in range(4)]
    assert participants(matrix_of(said), cell_of, 4).tolist() == heard


@pytest.mark.parametrize("seed", range(4))
def test_rows_and_tallies_give_the_same_shares(seed: int) -> None:
    """Weighted person by person, and cell by cell: equal to 1e-12 under every scheme."""
    data, rules = imagined(900, 25, seed=seed), MeasurementRules(verification=False)
    room = Room.of(rules, data)
    matrix = data.positions
    for weighing in room.weighings.values():
        own = weighing.weights[data.cell_of][matrix.rows]
        accepted = np.bincount(matrix.columns, own * (matrix.stances <= 1), minlength=25)
        objected = np.bincount(matrix.columns, own * (matrix.stances == 3), minlength=25)
        heard = room.stated.sum(axis=1)
        found = agreement(
            room.cells, weighing.weights, room.accept, room.against, population=None, heard=heard
        )
        assert found.share == pytest.approx(accepted / (accepted + objected), abs=1e-12)


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_many_clauses_with_little_variety_still_have_axes(rank: int) -> None:
    """Everybody alike, or one or two patterns that differ equally much: nothing stops, nothing is missed."""
    said = [(row, clause, 0) for row in range(40) for clause in range(401)]
    for pattern in range(rank):
        block = range(pattern * 100, pattern * 100 + 100)
        said = [
            (row, clause, 3 if clause in block and (row >> pattern) % 2 else stance)
            for row, clause, stance in said
        ]
    rows, columns, stances = np.array(said).T
    matrix, scores = (
        PositionMatrix.of(rows, columns, stances, people=40, clauses=401),
        np.array([2, 2, 0, -2]),
    )
    held = components.rows_of(matrix)
    means = components.column_means(sum(map(components.counted, held)), scores)
    axes = components.principal_axes(HERE, held, scores, means)
    dense = np.full((40, 401), 0.0)
    dense[rows, columns] = scores[stances]
    dense -= dense.mean(axis=0)
    reached = np.linalg.norm(dense @ axes, axis=0)
    assert axes.shape == (401, 2)
    assert reached == pytest.approx(np.linalg.svd(dense, compute_uv=False)[:2], abs=1e-6)


@pytest.mark.parametrize("most_for_gram", [3, 400])
def test_both_ways_to_the_axes_are_those_of_a_dense_decomposition(
    most_for_gram: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(components, "MOST_FOR_GRAM", most_for_gram)
    matrix, scores = imagined(300, 40).positions, np.array([2, 2, 0, -2])
    dense = np.full((300, 40), np.nan)
    dense[matrix.rows, matrix.columns] = scores[matrix.stances]
    means = np.nanmean(dense, axis=0)
    _, _, axes = np.linalg.svd(np.nan_to_num(dense - means))
    held = components.rows_of(matrix)
    counts = sum(map(components.counted, held))
    assert components.column_means(counts, scores) == pytest.approx(means)
    found = components.principal_axes(HERE, held, scores, means)
    assert np.abs(found.T) == pytest.approx(np.abs(axes[:2]), abs=1e-9)
    assert (found[np.abs(found).argmax(axis=0), [0, 1]] > 0).all()
