"""The few figures of an assessment that a history is drawn from (pure)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.representation.rules import MAIN


def headline(result: Mapping[str, Any]) -> dict[str, Any]:
    """Who takes part, and for each clause share, low, high, status and how many were heard."""
    passed = [gate for gate in result["coverage"]["gates"] if gate["passed"]]
    return {
        "stakeholders": result["stakeholders"]["total"],
        "gates": [len(passed), len(result["coverage"]["gates"])],
        "clauses": {
            one["provision"]: [
                one["agreement"][MAIN]["share"],
                one["agreement"][MAIN]["low"],
                one["agreement"][MAIN]["high"],
                one["status"],
                sum(one["counts"].values()) - one["counts"]["unconfirmed"],
            ]
            for one in result["clauses"]
        },
    }


@dataclass(frozen=True)
class SeriesPoint:
    """A clause at the time of one assessment; ``coverage``: the part of the norm's gates that were passed."""

    at: dt.datetime
    draft: int
    is_official: bool
    stakeholders: int
    coverage: float
    share: float | None
    low: float | None
    high: float | None
    status: str
    heard: int


def thinned(moments: Sequence[SeriesPoint], most: int) -> list[SeriesPoint]:
    """About so many: the first, the last and others evenly between, and besides whatever is official.

    most: ≥ 2.
    """
    if len(moments) <= most:
        return list(moments)
    step = (len(moments) - 1) / (most - 1)
    kept = {round(step * number) for number in range(most)}
    return [one for number, one in enumerate(moments) if number in kept or one.is_official]
