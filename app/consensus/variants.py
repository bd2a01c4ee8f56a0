"""The same clauses, counted without some of those who spoke (pure)."""

from dataclasses import replace
from typing import Any

import numpy as np

from app.consensus.agreement import agreement
from app.consensus.blocs import by_kind, passing
from app.consensus.executors import HERE, Executor
from app.consensus.input import AssessmentInput
from app.consensus.room import Room
from app.consensus.status import Standing, verdict
from app.representation.coverage import gates
from app.representation.rules import MAIN, MeasurementRules


def main_figures(
    rules: MeasurementRules, data: AssessmentInput, executor: Executor = HERE
) -> list[dict[str, Any]]:
    """For each clause what the scheme of the status says: share, low, high and status."""
    room = Room.of(rules, data, executor)
    heard = room.stated.sum(axis=1)
    passed = gates(room.cells, room.stated, rules)
    blocs = by_kind(room.cells, rules, room.stated, room.accept, room.against)
    weights = room.weighings[MAIN].weights
    found = agreement(
        room.cells, weights, room.accept, room.against, population=rules.population, heard=heard
    ).figures()
    return [
        {
            "share": one.share,
            "low": one.low,
            "high": one.high,
            "status": verdict(
                one,
                Standing(
                    int(heard[number]),
                    passed[number],
                    passing(blocs, passed[number], number),
                    data.verified_objections[number],
                    data.unanswered_objections[number],
                ),
                rules,
            )[0],
        }
        for number, one in enumerate(found)
    ]


def setting_aside(data: AssessmentInput, rows: np.ndarray) -> AssessmentInput:
    """The input without some more stakeholders. rows: their numbers."""
    return replace(data, set_aside=sorted({*data.set_aside, *map(int, rows)}))
