"""The same clauses under other rules, or counted without some of those who spoke (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from app.consensus.agreement import agreement
from app.consensus.blocs import by_kind, passing
from app.consensus.executors import HERE, Executor
from app.consensus.input import AssessmentInput
from app.consensus.room import Room
from app.consensus.status import Standing, robustness, verdict
from app.representation.coverage import gates
from app.representation.rules import MAIN, MeasurementRules


def main_figures(
    rules: MeasurementRules, data: AssessmentInput, executor: Executor = HERE
) -> list[dict[str, Any]]:
    """For each clause what the scheme of the status says: share, low, high and status."""
    room = Room.of(rules, data, executor)
    return figures_under(MAIN, rules, room, standings(rules, data, room))


def tried(rules: MeasurementRules, data: AssessmentInput) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What other rules would say: for each clause its main figures and its ``robustness``; and for each
    scheme what it aimed at and could not reach, as ``Weighing.unreached``.
    """
    room = Room.of(rules, data)
    standing = standings(rules, data, room)
    said = {scheme: figures_under(scheme, rules, room, standing) for scheme in rules.schemes}
    clauses = [
        one | {"robustness": robustness({scheme: said[scheme][number]["status"] for scheme in said})}
        for number, one in enumerate(said[MAIN])
    ]
    return clauses, {scheme: weighing.unreached for scheme, weighing in room.weighings.items()}


def standings(rules: MeasurementRules, data: AssessmentInput, room: Room) -> list[Standing]:
    """For each clause what its verdict looks at besides the figure."""
    heard = room.stated.sum(axis=1)
    passed = gates(room.cells, room.stated, rules)
    blocs = by_kind(room.cells, rules, room.stated, room.accept, room.against)
    return [
        Standing(
            int(heard[number]),
            passed[number],
            passing(blocs, passed[number], number),
            data.verified_objections[number],
            data.unanswered_objections[number],
            int(room.known[number]),
        )
        for number in range(len(data.provisions))
    ]


def figures_under(
    scheme: str, rules: MeasurementRules, room: Room, standing: Sequence[Standing]
) -> list[dict[str, Any]]:
    """For each clause share, low, high and status under one scheme."""
    found = agreement(
        room.cells,
        room.weighings[scheme].weights,
        room.accept,
        room.against,
        population=rules.population,
        heard=room.known,
    ).figures()
    return [
        {"share": one.share, "low": one.low, "high": one.high, "status": verdict(one, own, rules)[0]}
        for one, own in zip(found, standing, strict=True)
    ]


def setting_aside(data: AssessmentInput, rows: np.ndarray) -> AssessmentInput:
    """The input without some more stakeholders. rows: their numbers."""
    return replace(data, set_aside=sorted({*data.set_aside, *map(int, rows)}))
