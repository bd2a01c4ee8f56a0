"""Weights: one voice divided step by step, so that a delegate can follow with a pencil (pure).

Every function returns a weight for one stakeholder of each cell, shape (cells,), with Σ weight · count equal
to Σ count. A verified stakeholder without a country is a unit of its own, worth one mean country; the
self-declared without a country are one such unit together.
"""

from collections import Counter
from collections.abc import Callable, Mapping

from app.foundation.arrays import Floats
from app.foundation.libraries import np
from app.reference.countries import Facts, members
from app.representation.cells import UNKNOWN, Cells, bloc_of, blocs_of
from app.representation.raking import rake
from app.representation.rules import MeasurementRules

RAW = "per_stakeholder"


def normalised(cells: Cells, weights: Floats) -> Floats:
    total = float(weights @ cells.counts)
    return weights * (cells.counts.sum() / total) if total > 0 else weights


def inside_units(cells: Cells) -> Floats:
    """Each stakeholder's part of its unit: categories present share alike, then stakeholders."""
    categories = {name: number for number, name in enumerate(sorted({one.category for one in cells.cells}))}
    kind = np.array([categories[one.category] for one in cells.cells], dtype=np.int64)
    shared = cells.unit_of >= 0
    people = np.zeros((len(cells.countries) + 1, max(1, len(categories))))
    np.add.at(people, (cells.unit_of[shared], kind[shared]), cells.counts[shared])
    present = (people > 0).sum(axis=1)
    parts = np.ones(len(cells))
    own = people[cells.unit_of[shared], kind[shared]]
    parts[shared] = np.where(own > 0, 1 / np.maximum(present[cells.unit_of[shared]] * own, 1), 1.0)
    return parts


def by_country(cells: Cells, size: Mapping[str, float]) -> Floats:
    """Countries by their ``size``, divided inside; sizes are scaled to a mean of 1 over countries present.

    A size of 0 means unknown and counts as the mean.
    """
    known = [size[code] for code in cells.countries if size[code] > 0]
    mean = float(np.mean(known)) if known else 1.0
    scale = {code: (size[code] / mean if size[code] > 0 else 1.0) for code in cells.countries}
    factors = np.array([scale.get(cell.country or "", 1.0) for cell in cells.cells])
    return normalised(cells, inside_units(cells) * factors)


def per_stakeholder(cells: Cells, _: MeasurementRules) -> Floats:
    return np.ones(len(cells))


def per_country(cells: Cells, _: MeasurementRules) -> Floats:
    return by_country(cells, dict.fromkeys(cells.countries, 1.0))


def square_root(cells: Cells, _: MeasurementRules) -> Floats:
    """Source: Penrose (1946), JRSS 109."""
    return by_country(cells, {code: float(np.sqrt(people)) for code, people in _populations(cells).items()})


def population(cells: Cells, _: MeasurementRules) -> Floats:
    return by_country(cells, _populations(cells))


def _populations(cells: Cells) -> dict[str, float]:
    return {
        code: float(cells.facts[code].population) if code in cells.facts else 0.0 for code in cells.countries
    }


def world_shares(facts: Facts, kind: str) -> dict[str, float]:
    """Each bloc's share of the membership of the United Nations."""
    blocs = [bloc_of(facts, country.iso2, kind) for country in members(facts)]
    return {bloc: blocs.count(bloc) / len(blocs) for bloc in blocs_of(kind)} if blocs else {}


def targets(cells: Cells, rules: MeasurementRules, scheme: str) -> Mapping[str, Mapping[str, float]]:
    """Kind of bloc → bloc → the share of all weight a scheme aims at; empty where it aims at none.

    Margins come in one order however the rules were written down: where not all can be met, the weights
    depend on which was fitted last, and sums on their order in the last digit.
    """
    if scheme == "raked":
        return {kind: dict(sorted(rules.margins[kind].items())) for kind in sorted(rules.margins)}
    kind = {"balanced": "development", "regional": "region"}.get(scheme)
    return {kind: world_shares(cells.facts, kind)} if kind else {}


def by_bloc(kind: str) -> Callable[[Cells, MeasurementRules], Floats]:
    def weigh(cells: Cells, _: MeasurementRules) -> Floats:
        """Blocs by their share of UN membership, absent ones lent to nobody; inside as ``per_country``."""
        return normalised(cells, _by_targets(cells, kind, world_shares(cells.facts, kind)))

    return weigh


def _by_targets(cells: Cells, kind: str, targets: Mapping[str, float]) -> Floats:
    bloc_of_country = {
        cell.country: bloc
        for cell, bloc, count in zip(cells.cells, cells.blocs[kind], cells.counts, strict=True)
        if cell.country and count and bloc != UNKNOWN
    }
    present = Counter(bloc_of_country.values())
    # Summed in the order of the targets, so that every process finds the same last digit.
    total_share = sum(share for bloc, share in targets.items() if bloc in present)
    total_countries = len(bloc_of_country)
    sizes = {}
    for code in cells.countries:
        bloc = bloc_of_country.get(code)
        share = targets.get(bloc or "", 0) / total_share if bloc and total_share else 0
        sizes[code] = share * total_countries / present[bloc] if bloc else 1.0
    factors = np.array([sizes.get(cell.country or "", 1.0) for cell in cells.cells])
    return np.asarray(inside_units(cells) * factors)


def raked(cells: Cells, rules: MeasurementRules) -> Floats:
    """Iterative proportional fitting to the declared margins, from ``balanced``."""
    start = SCHEMES["balanced"](cells, rules)
    groups = {
        kind: {bloc: (cells.in_bloc(kind, bloc), target) for bloc, target in aims.items()}
        for kind, aims in targets(cells, rules, "raked").items()
    }
    return normalised(cells, rake(start, cells.counts, list(groups.values())))


SCHEMES: dict[str, Callable[[Cells, MeasurementRules], Floats]] = {
    RAW: per_stakeholder,
    "per_country": per_country,
    "balanced": by_bloc("development"),
    "regional": by_bloc("region"),
    "square_root": square_root,
    "population": population,
    "raked": raked,
}
