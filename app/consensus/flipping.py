"""How few positions would change a status (pure)."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.consensus.agreement import agreement, bloc_shares
from app.consensus.components import Floats
from app.consensus.status import Standing, verdict
from app.representation.cells import Cells, Counts
from app.representation.rules import MeasurementRules

MOST = 5  #: positions; beyond that a status is not called fragile


def flip_distance(
    cells: Cells,
    weights: Floats,
    rules: MeasurementRules,
    accept: Counts,
    against: Counts,
    standing: Standing,
) -> int | None:
    """The fewest stakeholders who, by changing sides, change the status; None for more than ``MOST``.

    weights, accept, against: shape (cells,). Objections and who was heard stay as they are. Sought along the
    steepest ways: whoever weighs most in the whole, or in one bloc, changes first, one way or the other.
    """
    people = np.array([standing.heard])
    whole = agreement(
        cells, weights, accept[None], against[None], population=rules.population, heard=people
    ).figures()[0]
    now, _ = verdict(whole, standing, rules)
    ways = list(steepest(cells, weights, accept, against, standing))
    moved = np.stack([way[:step].sum(axis=0) for step in range(1, MOST + 1) for way in ways])
    yes, no = accept + moved, against - moved
    possible = (yes >= 0).all(axis=1) & (no >= 0).all(axis=1) & (np.abs(moved).sum(axis=1) > 0)
    heard = np.broadcast_to(people, len(moved))
    figures = agreement(cells, weights, yes, no, population=rules.population, heard=heard).figures()
    shares = np.stack(
        [
            bloc_shares(cells, cells.in_bloc(gate.kind, gate.bloc), yes, no)[0]
            for gate in standing.gates
            if gate.passed
        ]
        or [np.full(len(moved), np.nan)],
        axis=1,
    )
    for place in np.flatnonzero(possible).tolist():
        own = [share for share in shares[place].tolist() if share == share]
        if verdict(figures[place], replace(standing, bloc_shares=own), rules)[0] != now:
            return int(np.abs(moved[place]).sum())
    return None


def steepest(
    cells: Cells, weights: Floats, accept: Counts, against: Counts, standing: Standing
) -> Iterator[NDArray[np.int64]]:
    """Ways to go: each of shape (MOST, cells), one changed stakeholder a row, +1 towards accepting."""
    sides = accept + against
    of_unit = np.asarray(cells.in_unit @ (cells.in_unit.T @ sides))
    inside_bloc = np.where(of_unit > 0, 1 / np.maximum(of_unit, 1), 1.0)
    targets = [(weights, np.ones(len(cells), dtype=bool))]
    targets += [(inside_bloc, cells.in_bloc(one.kind, one.bloc)) for one in standing.gates if one.passed]
    for pull, inside in targets:
        for side, direction in ((accept, -1), (against, 1)):
            order = np.lexsort((np.arange(len(cells)), -pull))
            order = order[inside[order] & (side[order] > 0)]
            chosen = np.repeat(order, np.minimum(side[order], MOST).astype(np.int64))[:MOST]
            way = np.zeros((MOST, len(cells)), dtype=np.int64)
            way[np.arange(len(chosen)), chosen] = direction
            yield way
