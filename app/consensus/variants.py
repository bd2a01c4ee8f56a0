"""The same clauses under other rules, or counted without some of those who spoke (pure)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.consensus.blocs import passing
from app.consensus.electorate import Room
from app.consensus.executors import HERE, Executor
from app.consensus.input import AssessmentInput
from app.consensus.status import VerdictFacts, robustness, verdict
from app.foundation.arrays import Ints
from app.representation.coverage import gates
from app.representation.rules import MAIN, MeasurementRules


def main_figures(
    rules: MeasurementRules, data: AssessmentInput, executor: Executor = HERE
) -> list[dict[str, Any]]:
    """For each clause what the scheme of the status says: share, low, high and status."""
    room = Room.of(rules, data, executor)
    return figures_under(MAIN, room, standings(data, room))


def tried(rules: MeasurementRules, data: AssessmentInput) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What other rules would say of each clause, as in ``judged``; and for each scheme what it aimed at and
    could not reach, as ``Weighing.unreached``.
    """
    room = Room.of(rules, data)
    return judged(data, room), {name: one.unreached for name, one in room.weighings.items()}


def judged(data: AssessmentInput, room: Room) -> list[dict[str, Any]]:
    """For each clause its main figures, its ``robustness``, and the blocs whose gates fail."""
    rules, standing = room.rules, standings(data, room)
    said = {scheme: figures_under(scheme, room, standing) for scheme in rules.schemes}
    alone = alone_statuses(room, standing)
    found = []
    for number, (one, without) in enumerate(zip(said[MAIN], alone, strict=True)):
        by_scheme = {name: each[number]["status"] for name, each in said.items()}
        failed = [gate.bloc for gate in standing[number].gates if not gate.passed]
        found.append(one | {"robustness": robustness(by_scheme, rules, without), "gates_failed": failed})
    return found


def standings(data: AssessmentInput, room: Room) -> list[VerdictFacts]:
    """For each clause what its verdict looks at besides the figure."""
    passed, few = gates(room.cells, room.stated, room.rules), too_few(room)
    return [
        VerdictFacts(
            int(room.heard[number]),
            passed[number],
            passing(room.blocs, passed[number], number),
            data.verified_objections[number],
            data.unanswered_objections[number],
            int(room.known[number]),
            few[number],
        )
        for number in range(len(data.provisions))
    ]


def alone_statuses(room: Room, standing: Sequence[VerdictFacts]) -> list[dict[str, str]]:
    """For each clause scheme → status if only the verified were heard."""
    found = {name: one.figures() for name, one in room.agreed_alone.items()}
    return [
        {name: verdict(each[number], own, room.rules)[0] for name, each in found.items()}
        for number, own in enumerate(standing)
    ]


def too_few(room: Room) -> Sequence[str | None]:
    """For each clause why the verified alone give no interval; None where they do or need not."""
    is_known = room.rules.verification
    return room.agreed_alone[MAIN].no_interval if is_known else [None] * len(room.accept)


def figures_under(scheme: str, room: Room, standing: Sequence[VerdictFacts]) -> list[dict[str, Any]]:
    """For each clause share, low, high, effective number and status under one scheme."""
    return [
        {
            "share": one.share,
            "low": one.low,
            "high": one.high,
            "n_eff": one.n_eff,
            "status": verdict(one, own, room.rules)[0],
        }
        for one, own in zip(room.agreed[scheme].figures(), standing, strict=True)
    ]


def setting_aside(data: AssessmentInput, rows: Ints) -> AssessmentInput:
    """The input without some more stakeholders. rows: their numbers."""
    return replace(data, set_aside=sorted({*data.set_aside, *map(int, rows)}))
