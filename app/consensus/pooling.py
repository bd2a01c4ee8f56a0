"""Individuals of small cells pooled, so that no figure that is published tells of fewer than five (pure).

Where fewer than five individuals of a cell have said anything on some clause, the whole cell is pooled: with
the like of its development bloc in its region, then of its region, then of the world. Those without a country
belong to no area and stay among themselves. One division for all
clauses, so that no difference of two clauses or of a total and its parts tells of fewer than five either.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from app.consensus.components import Ints
from app.consensus.individuals import FEWEST, INDIVIDUAL, Crowd, Individuals
from app.consensus.input import AssessmentInput
from app.consensus.tallies import participants, tallies
from app.reference.countries import Facts, from_rows
from app.representation.cells import WORLD, bloc_of

Key = tuple[str | None, bool, bool]  #: area, verified, set aside
Pool = tuple[Key, int, Ints]  #: of whom, how many, and their answers, shape (clauses, 4)

LEVELS: tuple[Callable[[Facts, str], str], ...] = (
    lambda _, country: country,
    lambda facts, country: f"{_region(facts, country)}/{bloc_of(facts, country, 'development')}",
    lambda facts, country: _region(facts, country),
    lambda _facts, _country: WORLD,
)


def _region(facts: Facts, country: str) -> str:
    return bloc_of(facts, country, "region")


def pooled(data: AssessmentInput) -> AssessmentInput:
    """The input as it is published: entities row by row, individuals by cell and clause alone.

    What follows depends on the counts alone, not on whose they are: equal counts give equal bytes.
    """
    person = np.array([category == INDIVIDUAL for category, _, _ in data.cells], dtype=bool)[data.cell_of]
    pools, left_out = _pools(data, np.flatnonzero(person & (data.positions.stated > 0)))
    entities = np.flatnonzero(~person)
    own = [tuple(data.cells[place]) for place in data.cell_of[entities].tolist()]
    pooled_cells = [(INDIVIDUAL, area, verified) for (area, verified, _), _, _ in pools]
    cells = sorted({*own, *pooled_cells}, key=lambda key: (key[0], key[1] or "", key[2]))
    place = {cell: number for number, cell in enumerate(cells)}
    crowds = [
        Crowd(place[cell], aside, count, answers)
        for cell, ((_, _, aside), count, answers) in zip(pooled_cells, pools, strict=True)
    ]
    aside = np.zeros(len(person), dtype=bool)
    aside[list(data.set_aside)] = True
    return replace(
        data,
        cells=cells,
        people=[data.people[row] for row in entities.tolist()],
        cell_of=np.array([place[cell] for cell in own], dtype=np.int64),
        positions=data.positions.take(entities),
        set_aside=np.flatnonzero(aside[entities]).tolist(),
        individuals=Individuals(
            sorted(crowds, key=lambda one: (one.cell, one.set_aside)), left_out, int((aside & person).sum())
        ),
    )


def _pools(data: AssessmentInput, rest: Ints) -> tuple[list[Pool], int]:
    """Individuals in the smallest areas that do not tell of few, and how many positions fit in none."""
    facts, found = from_rows(data.country_facts), list[Pool]()
    aside = set(data.set_aside)
    for area in LEVELS:
        own = [(country and area(facts, country), verified) for _, country, verified in data.cells]
        cells = data.cell_of[rest].tolist()
        keys = [(*own[cell], row in aside) for cell, row in zip(cells, rest.tolist(), strict=True)]
        fit, group_of, pools = _grouped(data, rest, keys)
        found += [pool for pool, enough in zip(pools, fit, strict=True) if enough]
        rest = rest[~fit[group_of]]
    return _without_few(found, [pool for pool, enough in zip(pools, fit, strict=True) if not enough])


def _grouped(
    data: AssessmentInput, rows: Ints, keys: Sequence[Key]
) -> tuple[np.ndarray, Ints, Sequence[Pool]]:
    """Which groups tell of five at least wherever they tell of anybody; each row's group; the groups."""
    names = list(dict.fromkeys(keys))
    number = {key: place for place, key in enumerate(names)}
    group_of = np.array([number[key] for key in keys], dtype=np.int64)
    matrix = data.positions.take(rows)
    answers = tallies(matrix, group_of, len(names))
    counts = participants(matrix, group_of, len(names)).tolist()
    stated = answers.sum(axis=2)
    fit = ((stated == 0) | (stated >= FEWEST)).all(axis=1)
    return fit, group_of, list(zip(names, counts, answers, strict=True))


def _without_few(found: list[Pool], last: Sequence[Pool]) -> tuple[list[Pool], int]:
    """With those of the whole world that are enough on some clause; what is said by fewer is left out."""
    left_out = 0
    for key, count, answers in last:
        few = answers.sum(axis=1) < FEWEST
        left_out += int(answers[few].sum())
        if not few.all():
            found.append((key, count, np.where(few[:, None], 0, answers)))
    return found, left_out
