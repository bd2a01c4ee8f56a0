"""On what a share hangs: the self-declared, one country, one bloc (pure)."""

from collections.abc import Mapping
from typing import Any

from app.consensus.agreement import Agreement, agreement, optional, wilson
from app.foundation.arrays import Counts, Floats
from app.foundation.libraries import np
from app.representation.cells import CLOSE, Cells
from app.representation.coverage import summed


def without_self_declared(
    verified: Cells,
    weights: Floats,
    accept: Counts,
    against: Counts,
    *,
    population: int | None,
    heard: Counts,
) -> Agreement:
    """The agreement if only verified stakeholders were heard, weighed among themselves.

    verified: the cells with nobody in the others. weights: shape (cells,), theirs. accept, against: shape
    (clauses, cells). heard: shape (clauses,), how many verified said anything.
    """
    inside = verified.counts > 0
    yes, no = np.where(inside, accept, 0), np.where(inside, against, 0)
    return agreement(verified, weights, yes, no, population=population, heard=heard)


def without_one_country(
    cells: Cells, weights: Floats, accept: Counts, against: Counts
) -> list[dict[str, float | str | None]]:
    """For each clause the lowest and the highest share if one country had not spoken, and which.

    weights: shape (cells,); the others weigh as they do. accept, against: shape (clauses, cells). Shares are
    None with fewer than two countries on a side.
    """
    countries = np.where(cells.country_of >= 0, weights, 0.0)
    yes, no = (summed(cells, one, countries)[:, :-1] for one in (accept, against))
    left = ((accept + against) @ weights)[:, None] - yes - no
    spoke = (yes + no > 0) & (left > 1e-9)
    shares = np.clip(((accept @ weights)[:, None] - yes) / np.where(spoke, left, 1.0), 0.0, 1.0)
    enough, near = spoke.sum(axis=1) >= 2, np.round(shares, CLOSE)
    found: list[dict[str, float | str | None]] = []
    for number in range(len(accept)):
        if not enough[number]:
            found.append({"low": None, "low_without": None, "high": None, "high_without": None})
            continue
        low = int(np.where(spoke[number], near[number], np.inf).argmin())
        high = int(np.where(spoke[number], near[number], -np.inf).argmax())
        found.append(
            {
                "low": float(shares[number, low]),
                "low_without": cells.countries[low],
                "high": float(shares[number, high]),
                "high_without": cells.countries[high],
            }
        )
    return found


def bridging(
    blocs: Mapping[str, Mapping[str, Mapping[str, Any]]], kind: str = "development"
) -> dict[str, Any]:
    """The bloc that agrees least, and how evenly blocs take part: fewest voices by most, in [0, 1].

    blocs: kind → bloc → ``n``, ``share`` and ``countries``. ``low`` is the lower end of Wilson's interval for
    the bloc's share with its countries as cases. None where no bloc takes a side, or nobody is heard.
    """
    shares = {name: one["share"] for name, one in blocs[kind].items() if one["share"] is not None}
    lowest = min(shares, key=lambda name: (round(shares[name], CLOSE), name), default=None)
    heard = [one["n"] for one in blocs[kind].values()]
    low = None
    if lowest is not None:
        cases = np.array([float(blocs[kind][lowest]["countries"])])
        (low,) = optional(wilson(np.array([shares[lowest]]), cases)[0])
    return {
        "bloc": lowest,
        "share": None if lowest is None else shares[lowest],
        "low": low,
        "participation": min(heard) / max(heard) if max(heard, default=0) else None,
    }
