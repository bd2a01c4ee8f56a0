"""How far a voice may be raised, and what the bounds make of a scheme (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.representation.cells import Cells, Floats
from app.representation.coverage import units
from app.representation.rules import MeasurementRules
from app.representation.schemes import SCHEMES, targets


@dataclass(frozen=True)
class Weighing:
    """A scheme's weights after bounds, and what became of its aims.

    ``weights``: shape (cells,), mean 1 over stakeholders. ``unreached``: (bloc, target, reached, reason).
    ``largest``: the country that speaks with most of the weight, and its share.
    """

    weights: Floats
    n_eff: float
    max_weight: float
    margin_error: float
    unreached: Sequence[tuple[str, float, float, str]]
    largest: tuple[str, float]


def effective_size(weights: Floats, counts: Floats) -> float:
    """Kish's effective sample size ``(Σwn)² / Σw²n``; 0.0 if nobody has weight.

    weights, counts: shape (cells,), ≥ 0. Source: Kish (1965), Survey Sampling, §11.7.

    >>> effective_size(np.array([1.0]), np.array([3.0]))
    3.0
    """
    squares = float((weights**2) @ counts)
    return float((weights @ counts) ** 2 / squares) if squares > 0 else 0.0


def caps(cells: Cells, rules: MeasurementRules) -> Floats:
    """Shape (cells,): the largest weight each cell may have.

    The bounds are multiples of the mean voice: all weight divided by the countries present and whoever has
    none. Were it divided by stakeholders, a crowd from one country would lower the mean, the bounds would
    hold everybody else down, and the crowd would take what they lose.
    """
    bounds = [rules.bound_verified if cell.verified else rules.bound_self_declared for cell in cells.cells]
    mean = float(cells.counts.sum()) / max(1, units(cells, cells.counts))
    return np.array(bounds, dtype=np.float64) * mean


def bounded(weights: Floats, counts: Floats, limit: Floats) -> Floats:
    """``min(limit, λ · weights)`` with the one λ that keeps the mean at 1.

    Whoever is below the bound keeps her ratio to all others below it. Bounds ≥ 1 can always be kept.
    """
    free = counts.sum()
    result = weights.copy()
    held = np.zeros(len(weights), dtype=bool)
    while True:
        room = free - float(limit[held] @ counts[held])
        open_total = float(weights[~held] @ counts[~held])
        scale = room / open_total if open_total > 0 else 0.0
        result = np.where(held, limit, weights * scale)
        over = ~held & (result > limit * (1 + 1e-12)) & (counts > 0)
        if not over.any():
            return result
        held |= over


def weigh(cells: Cells, rules: MeasurementRules, scheme: str) -> Weighing:
    """A scheme's weights within the bounds of the rules, with what they could not reach."""
    counts = cells.counts.astype(float)
    wanted = SCHEMES[scheme](cells, rules)
    if counts.sum() == 0:
        return Weighing(wanted, 0.0, 0.0, 0.0, (), ("", 0.0))
    reached = bounded(wanted, counts, caps(cells, rules))
    unreached = missed(cells, rules, scheme, wanted, reached)
    error = max((abs(aim - got) for _, aim, got, _ in unreached), default=0.0)
    present = counts > 0
    return Weighing(
        reached,
        effective_size(reached, counts),
        float(reached[present].max()),
        float(error),
        unreached,
        largest_voice(cells, reached),
    )


def missed(
    cells: Cells, rules: MeasurementRules, scheme: str, wanted: Floats, reached: Floats
) -> list[tuple[str, float, float, str]]:
    """(bloc, target, reached, reason): what a scheme aimed at and did not get.

    Reasons: "absent" (nobody of the bloc takes part, so the others share its voice), "margins" (no weights
    meet all margins at once), "bound" (the bounds hold the bloc down, or the rest up).
    """
    found = []
    aims = targets(cells, rules, scheme)
    for kind in aims or ("development",):
        present = {bloc for bloc, n in zip(cells.blocs[kind], cells.counts, strict=True) if n}
        aimed = aims.get(kind, {})
        found += [(bloc, aim, 0.0, "absent") for bloc, aim in aimed.items() if aim and bloc not in present]
        whole = sum(aim for bloc, aim in aimed.items() if bloc in present)
        for bloc in sorted(present):
            inside = cells.in_bloc(kind, bloc)
            held, got = (
                float(w[inside] @ cells.counts[inside] / cells.counts.sum()) for w in (wanted, reached)
            )
            aim = aimed.get(bloc, 0.0) / whole if scheme == "raked" and whole else held
            if abs(got - held) > 1e-9:
                found.append((bloc, aim, got, "bound"))
            elif abs(got - aim) > 1e-6:
                found.append((bloc, aim, got, "margins"))
    return found


def largest_voice(cells: Cells, weights: Floats) -> tuple[str, float]:
    """The country with the largest share of all weight, and that share; ("", 0.0) without a country."""
    inside = cells.country_of >= 0
    held = np.bincount(cells.country_of[inside], weights=(weights * cells.counts)[inside])
    if not held.size:
        return "", 0.0
    place = int(held.argmax())
    return cells.countries[place], float(held[place] / cells.counts.sum())
