"""Agreement on every clause under one scheme, with what chance allows (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.representation.cells import Cells, Floats, Ints
from app.representation.coverage import summed

Z = 1.959963984540054  #: of a two-sided interval of 95 %
FEWEST_STAKEHOLDERS = 5
FEWEST_COUNTRIES = 10


@dataclass(frozen=True)
class Figure:
    """The weighted share that can accept a clause. ``share`` is None where nobody takes a side.

    ``low`` and ``high`` are None where an interval would pretend too much; ``no_interval`` says why:
    "nobody", "few-stakeholders", "few-countries", or "census" (then there is nothing to be uncertain of).
    """

    share: float | None
    low: float | None
    high: float | None
    n_eff: float
    no_interval: str | None = None


@dataclass(frozen=True)
class Agreement:
    """``Figure`` of every clause at once: shape (clauses,), NaN where there is none."""

    share: Floats
    low: Floats
    high: Floats
    n_eff: Floats
    no_interval: Sequence[str | None]

    def figures(self) -> list[Figure]:
        columns = (optional(self.share), optional(self.low), optional(self.high), self.n_eff.tolist())
        return [Figure(*row) for row in zip(*columns, self.no_interval, strict=True)]


def optional(values: Floats) -> list[Any]:
    """As plain numbers, None for NaN."""
    return [None if value != value else value for value in values.tolist()]


def wilson(share: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Wilson's score interval of 95 % for shares seen on ``n`` (effective) cases.

    share in [0, 1], n > 0, of one shape. Source: Brown, Cai & DasGupta (2001), Statistical Science 16.

    >>> low, high = wilson(np.array([0.5]), np.array([10.0]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.2366, 0.7634)
    """
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * np.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return np.maximum(0.0, middle - half), np.minimum(1.0, middle + half)


def agreement(
    cells: Cells, weights: Floats, accept: Ints, against: Ints, *, population: int | None, heard: Ints
) -> Agreement:
    """The shares with their intervals; the country is the unit of independence.

    weights: shape (cells,), one stakeholder's. accept, against: shape (clauses, cells), how many can accept
    or object. ``population`` is a declared finite one, of which ``heard``, shape (clauses,), said anything.
    Source of the variance: Korn & Graubard (1998), Survey Methodology 24, with countries as clusters.
    """
    sides = accept + against
    total = sides @ weights
    some = total > 0
    whole = np.where(some, total, 1.0)
    share = np.where(some, np.minimum(1.0, accept @ weights / whole), np.nan)
    known = np.nan_to_num(share)
    clusters, variance, of_countries = _clusters(cells, weights, accept, against, known, whole)
    kish = whole**2 / np.maximum(sides @ weights**2, 1e-300)
    # Where all agree there is no variance to see: then no more witnesses than countries.
    seen = np.where(variance > 1e-18, known * (1 - known) / np.maximum(variance, 1e-18), of_countries)
    n_eff = np.minimum(kish, seen)
    people = sides.sum(axis=1)
    if population is not None and population > 1:
        n_eff = n_eff / np.maximum(1e-9, 1 - heard / population)
    is_census = np.zeros(len(people), dtype=bool) if population is None else heard >= population
    reasons: list[str | None] = [None] * len(people)
    for reason, holds in (
        ("few-countries", clusters < FEWEST_COUNTRIES),
        ("few-stakeholders", people < FEWEST_STAKEHOLDERS),
        ("census", is_census),
        ("nobody", ~some),
    ):
        for number in np.flatnonzero(holds).tolist():
            reasons[number] = reason
    n_eff = np.where(is_census, people, n_eff) * some
    low, high = wilson(known, np.maximum(n_eff, 1e-9))
    given = np.array([reason is None for reason in reasons], dtype=bool)
    return Agreement(share, np.where(given, low, np.nan), np.where(given, high, np.nan), n_eff, reasons)


def _clusters(
    cells: Cells, weights: Floats, accept: Ints, against: Ints, share: Floats, total: Floats
) -> tuple[Ints, Floats, Floats]:
    """How many clusters take a side, the variance of the share between them, and their effective number.

    Countries are clusters; whoever has no country is one of her own. Shapes (clauses,).
    """
    accepted, objected, sides = weights * accept, weights * against, accept + against
    alone = cells.country_of < 0
    yes, no = (summed(cells, np.where(alone, 0.0, one)) for one in (accepted, objected))
    residual, mass = yes * (1 - share)[:, None] - no * share[:, None], yes + no
    squares = (residual**2).sum(axis=1)
    squares += (accepted * weights)[:, alone].sum(axis=1) * (1 - share) ** 2
    squares += (objected * weights)[:, alone].sum(axis=1) * share**2
    masses = (mass**2).sum(axis=1) + (sides * weights**2)[:, alone].sum(axis=1)
    clusters = (mass > 0).sum(axis=1) + sides[:, alone].sum(axis=1)
    spread = np.where(clusters > 1, clusters / np.maximum(clusters - 1, 1), 1.0)
    return clusters, spread * squares / total**2, total**2 / np.maximum(masses, 1e-300)


def bloc_shares(cells: Cells, inside: Any, accept: Ints, against: Ints) -> tuple[Floats, Ints]:
    """The share within a bloc, each country once, and how many countries take a side; shapes (clauses,).

    inside: shape (cells,), whether the cell is of the bloc. NaN where nobody of it takes a side.
    """
    yes_of, sides_of = np.where(inside, accept, 0), np.where(inside, accept + against, 0)
    yes, sides = summed(cells, yes_of), summed(cells, sides_of)
    alone = cells.unit_of < 0
    units = (sides > 0).sum(axis=1) + sides_of[:, alone].sum(axis=1)
    agreeing = (yes / np.maximum(sides, 1)).sum(axis=1) + yes_of[:, alone].sum(axis=1)
    return np.where(units > 0, agreeing / np.maximum(units, 1), np.nan), units
