"""On what a share hangs: the self-declared, one country, one bloc (pure)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from app.consensus.agreement import agreement
from app.representation.bounds import weigh
from app.representation.cells import Cells, Floats, Ints
from app.representation.rules import MAIN, MeasurementRules


def verified_alone(cells: Cells) -> Cells:
    """The same cells with nobody in those of the self-declared."""
    verified = np.array([cell.verified for cell in cells.cells], dtype=bool)
    return replace(cells, counts=np.where(verified, cells.counts, 0))


def without_self_declared(
    cells: Cells, rules: MeasurementRules, accept: Ints, against: Ints
) -> dict[str, Any]:
    """The agreement under the main scheme if only verified stakeholders were heard, weighed among themselves.

    accept, against: shape (cells,).
    """
    verified = verified_alone(cells)
    inside = verified.counts > 0
    yes, no = np.where(inside, accept, 0), np.where(inside, against, 0)
    weights = weigh(verified, rules, MAIN).weights
    found = agreement(verified, weights, yes, no, population=rules.population, heard=int((yes + no).sum()))
    return vars(found)


def without_one_country(cells: Cells, weights: Floats, accept: Ints, against: Ints) -> dict[str, Any]:
    """The lowest and the highest share if one country had not spoken, and which; the others weigh as they do.

    weights, accept, against: shape (cells,). Shares are None with fewer than two countries on a side.
    """
    inside = cells.country_of >= 0
    places, size = cells.country_of[inside], len(cells.countries)
    yes = np.bincount(places, weights=(weights * accept)[inside], minlength=size)
    sides = np.bincount(places, weights=(weights * (accept + against))[inside], minlength=size)
    left = float(weights @ (accept + against)) - sides
    spoke = (sides > 0) & (left > 1e-9)
    if int(spoke.sum()) < 2:
        return {"low": None, "low_without": None, "high": None, "high_without": None}
    shares = np.clip((float(weights @ accept) - yes[spoke]) / left[spoke], 0.0, 1.0)
    codes = [code for code, counted in zip(cells.countries, spoke, strict=True) if counted]
    low, high = int(shares.argmin()), int(shares.argmax())
    return {
        "low": float(shares[low]),
        "low_without": codes[low],
        "high": float(shares[high]),
        "high_without": codes[high],
    }


def bridging(
    blocs: Mapping[str, Mapping[str, Mapping[str, Any]]], kind: str = "development"
) -> dict[str, Any]:
    """The bloc that agrees least, and how evenly blocs take part: fewest voices by most, in [0, 1].

    blocs: kind → bloc → ``n`` and ``share``. None where no bloc takes a side, or nobody is heard.
    """
    shares = {name: one["share"] for name, one in blocs[kind].items() if one["share"] is not None}
    lowest = min(shares, key=lambda name: (shares[name], name), default=None)
    heard = [one["n"] for one in blocs[kind].values()]
    return {
        "bloc": lowest,
        "share": None if lowest is None else shares[lowest],
        "participation": min(heard) / max(heard) if max(heard, default=0) else None,
    }
