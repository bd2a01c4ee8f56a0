"""The same clauses under other rules, or counted without some of those who spoke (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from app.consensus.agreement import agreement
from app.consensus.blocs import by_kind, passing
from app.consensus.electorate import Room
from app.consensus.executors import HERE, Executor
from app.consensus.input import AssessmentInput
from app.consensus.sensitivity import without_self_declared
from app.consensus.status import VerdictFacts, robustness, verdict
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
    alone = alone_statuses(rules, room, standing)
    by_scheme = [
        {name: each[number]["status"] for name, each in said.items()} for number in range(len(alone))
    ]
    clauses = [
        one | {"robustness": robustness(own, rules, without)}
        for one, own, without in zip(said[MAIN], by_scheme, alone, strict=True)
    ]
    return clauses, {scheme: weighing.unreached for scheme, weighing in room.weighings.items()}


def standings(rules: MeasurementRules, data: AssessmentInput, room: Room) -> list[VerdictFacts]:
    """For each clause what its verdict looks at besides the figure."""
    passed = gates(room.cells, room.stated, rules)
    blocs = by_kind(room.cells, rules, room.stated, room.accept, room.against)
    few = too_few(rules, room)
    return [
        VerdictFacts(
            int(room.heard[number]),
            passed[number],
            passing(blocs, passed[number], number),
            data.verified_objections[number],
            data.unanswered_objections[number],
            int(room.known[number]),
            few[number],
        )
        for number in range(len(data.provisions))
    ]


def alone_statuses(
    rules: MeasurementRules, room: Room, standing: Sequence[VerdictFacts]
) -> Sequence[str | None]:
    """For each clause the status if only the verified were heard; None where that does not matter."""
    if not rules.verification:
        return [None] * len(standing)
    found = without_self_declared(room.cells, rules, room.accept, room.against, room.known).figures()
    return [verdict(one, own, rules)[0] for one, own in zip(found, standing, strict=True)]


def too_few(rules: MeasurementRules, room: Room) -> Sequence[str | None]:
    """For each clause why the verified alone give no interval; None where they do or need not."""
    if not rules.verification:
        return [None] * len(room.accept)
    return without_self_declared(room.cells, rules, room.accept, room.against, room.known).no_interval


def figures_under(
    scheme: str, rules: MeasurementRules, room: Room, standing: Sequence[VerdictFacts]
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
