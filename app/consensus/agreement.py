"""Agreement on every clause under one scheme, with what chance allows (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.foundation.arrays import Counts, Floats, Ints
from app.foundation.libraries import np, special
from app.representation.cells import Cells
from app.representation.coverage import summed

Z = 1.959963984540054  #: of a two-sided interval of 95 %
ALIKE = 0.3  #: how far people of one country think alike (intraclass correlation), before anything is seen
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


def wilson(share: Floats, n: Floats, z: "Floats | float" = Z) -> tuple[Floats, Floats]:
    """Wilson's score interval for shares seen on ``n`` (effective) cases; of 95 % with the normal quantile.

    share in [0, 1], n > 0, z > 0, of one shape. Source: Brown, Cai & DasGupta (2001), Statistical Science 16.

    >>> low, high = wilson(np.array([0.5]), np.array([10.0]))
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (0.2366, 0.7634)
    """
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return np.maximum(0.0, middle - half), np.minimum(1.0, middle + half)


def agreement(
    cells: Cells, weights: Floats, accept: Counts, against: Counts, *, population: int | None, heard: Counts
) -> Agreement:
    """The shares with their intervals; the country is the unit of independence.

    weights: shape (cells,), one stakeholder's. accept, against: shape (clauses, cells), how many can accept
    or object. ``population`` is a declared finite one, of which ``heard``, shape (clauses,), said anything.
    Source of the variance: Korn & Graubard (1998), Survey Methodology 24, with countries as clusters; see
    ``effective``.
    """
    sides = accept + against
    total = sides @ weights
    some = total > 0
    whole = np.where(some, total, 1.0)
    share = np.where(some, np.minimum(1.0, accept @ weights / whole), np.nan)
    known = np.nan_to_num(share)
    clusters, variance, of_countries = _clusters(cells, weights, accept, against, known, whole)
    kish = whole**2 / np.maximum(sides @ weights**2, 1e-300)
    n_eff, quantile = effective(known, variance, kish, of_countries, clusters)
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
    low, high = wilson(known, np.maximum(n_eff, 1e-9), quantile)
    given = np.array([reason is None for reason in reasons], dtype=bool)
    return Agreement(share, np.where(given, low, np.nan), np.where(given, high, np.nan), n_eff, reasons)


def effective(
    share: Floats, variance: Floats, kish: Floats, of_countries: Floats, clusters: Ints
) -> tuple[Floats, Floats]:
    """How many independent witnesses the voices are worth, and the quantile to use; shapes (clauses,).

    1/n is what the countries' spread shows, ``V / p(1−p)`` and never less than Kish's 1/n, over its m − 1
    degrees of freedom, with one more for what is expected before anything is seen: people of one country
    think alike by ``ALIKE``. So one objection among the unanimous cannot raise the lower end. The part of n
    that was estimated makes it Student's t (Satterthwaite 1946, Biometrics Bulletin 2). Decision 8.
    """
    spread = share * (1 - share)
    seen = np.maximum(np.where(spread > 1e-12, variance / np.maximum(spread, 1e-12), 0.0), 1 / kish)
    expected = 1 / kish + ALIKE * np.maximum(1 / of_countries - 1 / kish, 0.0)
    freedom = np.maximum(clusters - 1.0, 0.0)
    n_eff = np.minimum(kish, (freedom + 1) / (freedom * seen + expected))
    estimated = np.maximum(1 - n_eff / kish, 1e-6)
    return n_eff, special.stdtrit(np.minimum(np.maximum(freedom, 1.0) / estimated**2, 1e9), 0.975)


def _clusters(
    cells: Cells, weights: Floats, accept: Counts, against: Counts, share: Floats, total: Floats
) -> tuple[Ints, Floats, Floats]:
    """How many clusters take a side, the variance of the share between them, and their effective number.

    Countries are clusters; whoever has no country is one alone. Shapes (clauses,).
    """
    inside, alone = np.flatnonzero(cells.country_of >= 0), np.flatnonzero(cells.country_of < 0)
    yes, no = (summed(cells, one[:, inside], weights[inside], inside) for one in (accept, against))
    residual, mass = yes * (1 - share)[:, None] - no * share[:, None], yes + no
    lone, apart = weights[alone] ** 2, accept[:, alone] + against[:, alone]
    squares = (residual**2).sum(axis=1)
    squares += accept[:, alone] @ lone * (1 - share) ** 2 + against[:, alone] @ lone * share**2
    masses = (mass**2).sum(axis=1) + apart @ lone
    clusters = (mass > 0).sum(axis=1) + apart.sum(axis=1)
    spread = np.where(clusters > 1, clusters / np.maximum(clusters - 1, 1), 1.0)
    return clusters, spread * squares / total**2, total**2 / np.maximum(masses, 1e-300)


def bloc_shares(cells: Cells, inside: Any, accept: Counts, against: Counts) -> tuple[Floats, Ints]:
    """The share within a bloc, each country once, and how many countries take a side; shapes (clauses,).

    inside: shape (cells,), whether the cell is of the bloc. NaN where nobody of it takes a side.
    """
    columns = np.flatnonzero(inside)
    yes_of, sides_of = accept[:, columns], accept[:, columns] + against[:, columns]
    yes, sides = summed(cells, yes_of, of=columns), summed(cells, sides_of, of=columns)
    alone = cells.unit_of[columns] < 0
    units = np.asarray((sides > 0).sum(axis=1) + sides_of[:, alone].sum(axis=1), dtype=np.int64)
    agreeing = (yes / np.maximum(sides, 1)).sum(axis=1) + yes_of[:, alone].sum(axis=1)
    return np.where(units > 0, agreeing / np.maximum(units, 1), np.nan), units
