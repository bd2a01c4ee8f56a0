"""How much of the weight anybody can hold, and how far a flood of accounts could move a clause (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.foundation.arrays import Counts, Floats
from app.foundation.libraries import np
from app.reference.countries import DEVELOPMENT_BLOCS, members
from app.representation.bounds import weigh
from app.representation.cells import CLOSE, Cell, Cells, bloc_of
from app.representation.coverage import summed, units
from app.representation.rules import MeasurementRules
from app.representation.schemes import RAW

TIMES = 10  #: the accounts of a flood, for each stakeholder who takes part
LISTED = 10  #: countries


@dataclass(frozen=True)
class Flood:
    """Self-declared individuals who come in addition, and what everybody weighs then.

    ``country``: where they say they are from, None for nowhere. ``weights``: shape (cells,) of those before
    the flood. ``share``: what the flood holds of all weight.
    """

    country: str | None
    is_present: bool
    size: int
    weights: Floats
    share: float


def influence(cells: Cells, rules: MeasurementRules, scheme: str) -> dict[str, Any]:
    """Under one scheme: categories and the weightiest countries with their shares, the bounds, and floods.

    ``unit_bound``: the largest share of all weight that a country can hold with as many units as take part.
    ``self_declared_bound``: the same of all self-declared stakeholders together; of those of one country,
    where the rules do without verification. None where nothing is bounded.
    """
    weights = weigh(cells, rules, scheme).weights
    whole = float(weights @ cells.counts) or 1.0
    held = summed(cells, cells.counts.astype(float), weights)[:-1] / whole
    order = np.lexsort((np.arange(len(held)), -np.round(held, CLOSE)))[:LISTED]
    known = cells.alone(cells.known(rules))
    present = int(units(cells, known.counts)) or 1
    is_bounded = scheme != RAW
    part = rules.self_declared_part if rules.verification else 0.0
    claimed: float | None = min(1.0, rules.bound_self_declared / present) if is_bounded else None
    if rules.verification and known.counts.sum():
        claimed = part / (1 + part)
    return {
        "categories": {
            name: float(weights[inside] @ cells.counts[inside]) / whole
            for name in sorted(set(cells.blocs["category"]))
            for inside in [cells.in_bloc("category", name)]
        },
        "countries": [[cells.countries[place], float(held[place])] for place in order.tolist()],
        "unit_bound": min(1.0, rules.bound_verified * (1 + part) / present) if is_bounded else None,
        "self_declared_bound": claimed,
        "floods": [
            {"from": one.country, "present": one.is_present, "size": one.size, "share": one.share}
            for one in floods(cells, rules, scheme, weightiest(cells, rules, scheme))
        ],
    }


@dataclass(frozen=True)
class Reach:
    """Floods from wherever they could come. ``weights``: shape (cells, floods), of those before each;
    ``mass``: shape (floods,), what each flood weighs itself.
    """

    weights: Floats
    mass: Floats

    @classmethod
    def of(cls, cells: Cells, rules: MeasurementRules, scheme: str) -> "Reach":
        """From any country present, for a flood takes part of that country's voice, from nowhere, or from an
        absent country of each bloc; none where nobody takes part.
        """
        found = list(floods(cells, rules, scheme, [None, *cells.countries, *absent(cells)]))
        weights = np.array([one.weights for one in found], dtype=np.float64).reshape(len(found), len(cells))
        share = np.array([one.share for one in found], dtype=np.float64)
        return cls(weights.T, share / np.maximum(1 - share, 1e-12) * (weights @ cells.counts))

    def on(self, accept: Counts, against: Counts) -> list[dict[str, float | None]]:
        """For each clause the lowest and highest share that can accept it, if a flood all objected or
        supported. accept, against: shape (clauses, cells). None where nobody takes part.
        """
        if not len(self.mass):
            return [{"low": None, "high": None}] * len(accept)
        agreed = accept @ self.weights
        whole = agreed + against @ self.weights + self.mass
        low, high = (agreed / whole).min(axis=1), ((agreed + self.mass) / whole).max(axis=1)
        pairs = zip(np.minimum(low, 1.0).tolist(), high.tolist(), strict=True)
        return [{"low": one, "high": other} for one, other in pairs]


def floods(
    cells: Cells, rules: MeasurementRules, scheme: str, origins: Sequence[str | None]
) -> Iterator[Flood]:
    """A flood from each of the origins, weighed as if it were there; none where nobody takes part."""
    if not cells.counts.sum():
        return
    size = TIMES * int(cells.counts.sum())
    there = list(cells.cells)
    for country in origins:
        more = Cell("individual", country, False)
        place = there.index(more) if more in there else len(there)
        before = int(cells.counts[place]) if place < len(there) else 0
        kinds = there if place < len(there) else [*there, more]
        counts = np.append(cells.counts, 0) if place == len(there) else cells.counts.copy()
        counts[place] += size
        flooded = replace(cells, cells=kinds, counts=counts)
        weights = weigh(flooded, rules, scheme).weights
        share = float(weights[place]) * size / float(weights @ counts)
        is_present = country in cells.countries or (country is None and before > 0)
        yield Flood(country, is_present, size, weights[: len(there)], share)


def weightiest(cells: Cells, rules: MeasurementRules, scheme: str) -> list[str | None]:
    """Nowhere; of each development bloc the weightiest country present, and one that is absent."""
    weights = weigh(cells, rules, scheme).weights
    held = dict(
        zip(cells.countries, summed(cells, cells.counts.astype(float), weights).tolist(), strict=False)
    )
    found: list[str | None] = [None]
    for bloc in DEVELOPMENT_BLOCS:
        inside = [code for code in cells.countries if bloc_of(cells.facts, code, "development") == bloc]
        found += sorted(inside, key=lambda code: (-round(held[code], CLOSE), code))[:1]
    return found + absent(cells)


def absent(cells: Cells) -> list[str | None]:
    """Of each development bloc the most populous country that takes no part; the others would weigh alike."""
    away = [one for one in members(cells.facts) if one.iso2 not in cells.countries]
    away.sort(key=lambda one: (-one.population, one.iso2))
    most = {bloc_of(cells.facts, one.iso2, "development"): one.iso2 for one in reversed(away)}
    return [most[bloc] for bloc in DEVELOPMENT_BLOCS if bloc in most]
