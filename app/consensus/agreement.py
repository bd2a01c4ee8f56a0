"""Agreement on one clause under one scheme, with what chance allows (pure)."""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from app.representation.cells import Cells, Floats, Ints

Z = 1.959963984540054  #: of a two-sided interval of 95 %
FEWEST_STAKEHOLDERS = 5
FEWEST_COUNTRIES = 10


@dataclass(frozen=True)
class Agreement:
    """The weighted share that can accept a clause. ``share`` is None where nobody takes a side.

    ``low`` and ``high`` are None where an interval would pretend too much; ``no_interval`` says why:
    "nobody", "few-stakeholders", "few-countries", or "census" (then there is nothing to be uncertain of).
    """

    share: float | None
    low: float | None
    high: float | None
    n_eff: float
    no_interval: str | None = None


def wilson(share: float, n: float) -> tuple[float, float]:
    """Wilson's score interval of 95 % for a share seen on ``n`` (effective) cases.

    share in [0, 1], n > 0. Source: Brown, Cai & DasGupta (2001), Statistical Science 16.

    >>> tuple(round(bound, 4) for bound in wilson(0.5, 10))
    (0.2366, 0.7634)
    """
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def agreement(
    cells: Cells, weights: Floats, accept: Ints, against: Ints, *, population: int | None, heard: int
) -> Agreement:
    """The share with its interval; the country is the unit of independence.

    weights, accept, against: shape (cells,): one stakeholder's weight, and how many of the cell can accept
    or object. ``population`` is a declared finite one, of which ``heard`` have said anything.
    Source of the variance: Korn & Graubard (1998), Survey Methodology 24, with countries as clusters.
    """
    sides = accept + against
    total = float(weights @ sides)
    if total <= 0:
        return Agreement(None, None, None, 0.0, "nobody")
    share = min(1.0, float(weights @ accept) / total)
    if population is not None and heard >= population:
        return Agreement(share, None, None, float(sides.sum()), "census")
    clusters, variance, of_countries = _clusters(cells, weights, accept, against, share, total)
    n_eff = float(total**2 / ((weights**2) @ sides))
    # Where all agree there is no variance to see: then no more witnesses than countries.
    n_eff = min(n_eff, share * (1 - share) / variance if variance > 1e-18 else of_countries)
    if population is not None and population > 1:
        n_eff /= max(1e-9, 1 - heard / population)
    if int(sides.sum()) < FEWEST_STAKEHOLDERS:
        return Agreement(share, None, None, n_eff, "few-stakeholders")
    if clusters < FEWEST_COUNTRIES:
        return Agreement(share, None, None, n_eff, "few-countries")
    low, high = wilson(share, n_eff)
    return Agreement(share, low, high, n_eff)


def _clusters(
    cells: Cells, weights: Floats, accept: Ints, against: Ints, share: float, total: float
) -> tuple[int, float, float]:
    """How many clusters take a side, the variance of the share between them, and their effective number.

    Countries are clusters; whoever has no country is one of her own.
    """
    residual = weights * (accept * (1 - share) - against * share)
    mass = weights * (accept + against)
    inside = cells.country_of >= 0
    places, size = cells.country_of[inside], len(cells.countries)
    by_country = np.bincount(places, weights=residual[inside], minlength=size)
    mass_of = np.bincount(places, weights=mass[inside], minlength=size)
    alone = ~inside
    squares = float((by_country**2).sum())
    squares += float(
        (weights[alone] ** 2 * (accept[alone] * (1 - share) ** 2 + against[alone] * share**2)).sum()
    )
    masses = float((mass_of**2).sum()) + float((weights[alone] ** 2 * (accept + against)[alone]).sum())
    clusters = int((mass_of > 0).sum() + (accept + against)[alone].sum())
    spread = clusters / (clusters - 1) if clusters > 1 else 1.0
    return clusters, spread * squares / total**2, total**2 / masses if masses else 0.0


def bloc_share(cells: Cells, inside: np.ndarray, accept: Ints, against: Ints) -> float | None:
    """The share within a bloc, each country once; None where nobody of it takes a side."""
    sides = np.where(inside, accept + against, 0)
    if sides.sum() == 0:
        return None
    places, size = cells.country_of, len(cells.countries)
    with_country = inside & (places >= 0)
    yes = np.bincount(places[with_country], weights=accept[with_country], minlength=size)
    all_sides = np.bincount(places[with_country], weights=sides[with_country], minlength=size)
    present = all_sides > 0
    alone = inside & (places < 0)
    numerator = float((yes[present] / all_sides[present]).sum()) + float(accept[alone].sum())
    return numerator / (int(present.sum()) + float(sides[alone].sum()))
