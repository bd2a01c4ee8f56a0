"""Number of positions that would change a status (pure)."""

from collections.abc import Iterator
from dataclasses import replace

from app.consensus.agreement import agreement, bloc_shares
from app.consensus.status import VerdictFacts, verdict
from app.foundation.arrays import Bools, Counts, Floats, Ints
from app.foundation.libraries import np
from app.representation.cells import CLOSE, Cells
from app.representation.coverage import summed
from app.representation.rules import MeasurementRules

MOST = 5  #: positions; beyond that a status is not called fragile
EVERY = 400  #: cells; in more only the steepest are tried


def flip_distance(
    cells: Cells,
    weights: Floats,
    rules: MeasurementRules,
    accept: Counts,
    against: Counts,
    standing: VerdictFacts,
) -> int | None:
    """The fewest stakeholders who, by changing sides, change the status; None for more than ``MOST``.

    weights, accept, against: shape (cells,). Objections and who was heard stay as they are. A single change
    is tried in every cell (up to ``EVERY`` cells). More are sought along the steepest ways: whoever weighs
    most in the whole, or in one bloc, changes first, one way or the other; so they may be fewer than is said.
    """
    people, known = np.array([standing.known]), cells.known(rules)
    whole = agreement(
        cells, weights, accept[None], against[None], population=rules.population, heard=people
    ).figures()[0]
    now, _ = verdict(whole, standing, rules)
    ways = list(steepest(cells, weights, accept, against, known, standing))
    steps = [way[:step].sum(axis=0) for step in range(1, MOST + 1) for way in ways]
    moved = np.stack([*single(cells), *steps])
    possible = ((accept + moved >= 0) & (against - moved >= 0)).all(axis=1) & moved.any(axis=1)
    moved = moved[possible]
    if not len(moved):
        return None
    yes, no = accept + moved, against - moved
    heard = np.broadcast_to(people, len(moved))
    figures = agreement(cells, weights, yes, no, population=rules.population, heard=heard).figures()
    shares = np.stack(
        [
            bloc_shares(cells, known & cells.in_bloc(gate.kind, gate.bloc), yes, no)[0]
            for gate in standing.gates
            if gate.passed
        ]
        or [np.full(len(moved), np.nan)],
        axis=1,
    )
    for place, row in enumerate(shares.tolist()):
        own = [share for share in row if share == share]
        if verdict(figures[place], replace(standing, bloc_shares=own), rules)[0] != now:
            return int(np.abs(moved[place]).sum())
    return None


def single(cells: Cells) -> Iterator[Ints]:
    """One stakeholder of one cell changing sides, each way; shape (cells,)."""
    if len(cells) <= EVERY:
        for direction in (-1, 1):
            yield from direction * np.eye(len(cells), dtype=np.int64)


def steepest(
    cells: Cells, weights: Floats, accept: Counts, against: Counts, known: Bools, standing: VerdictFacts
) -> Iterator[Ints]:
    """Ways to go: each of shape (MOST, cells), one changed stakeholder a row, +1 towards accepting."""
    sides = accept + against
    targets = [(weights, np.ones(len(cells), dtype=bool))]
    for gate in standing.gates:
        if gate.passed:
            inside = known & cells.in_bloc(gate.kind, gate.bloc)
            of_unit = np.append(summed(cells, sides * inside), 0.0)[cells.unit_of]
            targets.append((np.where(of_unit > 0, 1 / np.maximum(of_unit, 1), 1.0), inside))
    for pull, inside in targets:
        for side, direction in ((accept, -1), (against, 1)):
            order = np.lexsort((np.arange(len(cells)), -np.round(pull, CLOSE)))
            order = order[inside[order] & (side[order] > 0)]
            chosen = np.repeat(order, np.minimum(side[order], MOST).astype(np.int64))[:MOST]
            way = np.zeros((MOST, len(cells)), dtype=np.int64)
            way[np.arange(len(chosen)), chosen] = direction
            yield way
