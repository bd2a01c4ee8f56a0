"""The few figures of an assessment that a history is drawn from (pure)."""

from collections.abc import Mapping
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
