"""What is said of each clause (pure)."""

from collections.abc import Mapping
from typing import Any

from app.consensus.agreement import Figure, optional
from app.consensus.electorate import Room
from app.consensus.input import OBJECTION_STATES, AssessmentInput
from app.consensus.matrix import STANCES
from app.consensus.sensitivity import bridging, without_one_country
from app.consensus.sensitivity_flips import flip_distance
from app.consensus.spread import tastle_wierman, van_der_eijk
from app.consensus.status import INSUFFICIENT, VerdictFacts, robustness, verdict
from app.consensus.variants import figures_under, standings
from app.representation.rules import MAIN, MeasurementRules


def figures(data: AssessmentInput, room: Room, *, seeks_flips: bool = True) -> list[dict[str, Any]]:
    """Every clause: counts, agreement under every scheme, blocs, objections, status and robustness.

    ``seeks_flips``: whether the fewest positions that change a status are sought.
    """
    rules, cells, accept, against, weights = (
        room.rules,
        room.cells,
        room.accept,
        room.against,
        room.weighings[MAIN].weights,
    )
    standing_on = standings(data, room)
    agreed = {name: one.figures() for name, one in room.agreed.items()}
    alone = {name: one.figures() for name, one in room.agreed_alone.items()}
    by_country = without_one_country(cells, weights, accept, against)
    answers = room.answers
    spreads = zip(optional(tastle_wierman(answers)), optional(van_der_eijk(answers)), strict=True)
    found = []
    for number, (alike, ordered) in enumerate(spreads):
        standing = standing_on[number]
        own_blocs = {kind: one.of(number) for kind, one in room.blocs.items()}
        flips = None
        if seeks_flips:
            flips = flip_distance(cells, weights, rules, accept[number], against[number], standing)
        own_said, own_alone = ({name: one[number] for name, one in each.items()} for each in (agreed, alone))
        found.append(
            clause(rules, data, number, own_said, standing, own_alone)
            | {
                "counts": dict(zip(STANCES, answers[number].tolist(), strict=True))
                | {"unconfirmed": data.unconfirmed[number]},
                "blocs": own_blocs,
                "bridging": bridging(own_blocs),
                "spread": {"tastle_wierman": alike, "van_der_eijk": ordered},
                "without_one_country": by_country[number],
                "flip_distance": flips,
            }
        )
    return found


def clause(
    rules: MeasurementRules,
    data: AssessmentInput,
    number: int,
    said: Mapping[str, Figure],
    standing: VerdictFacts,
    alone: Mapping[str, Figure],
) -> dict[str, Any]:
    """The verdict on one clause under every scheme, and what it rests on. ``alone``: of the verified."""
    verdicts = {name: verdict(one, standing, rules) for name, one in said.items()}
    statuses = {name: status for name, (status, _) in verdicts.items()}
    without = {name: verdict(one, standing, rules)[0] for name, one in alone.items()}
    objections = data.objections[number]
    code, label = data.provisions[number]
    return {
        "provision": code,
        "label": label,
        "agreement": {name: vars(one) for name, one in said.items()},
        "objections": {state: sum(objections.get(state, {}).values()) for state in OBJECTION_STATES},
        "objectors": {state: dict(sorted(one.items())) for state, one in sorted(objections.items())},
        "gates_failed": [vars(gate) for gate in standing.gates if not gate.passed],
        "status": statuses[MAIN],
        "reasons": verdicts[MAIN][1],
        "without_self_declared": vars(alone[MAIN]) | {"status": without[MAIN]},
        "standing_objections": {
            "verified": data.verified_objections[number],
            "unanswered": data.unanswered_objections[number],
        },
        "robustness": robustness(statuses, rules, without),
        "status_by_scheme": statuses,
        "cannot_tell": [name for name, status in statuses.items() if status == INSUFFICIENT],
    }


def with_self_declared(data: AssessmentInput, room: Room) -> list[dict[str, Any]]:
    """For each clause its counts and main figures. room: where everybody counts who is self-declared."""
    found = figures_under(MAIN, room, standings(data, room))
    counts = [dict(zip(STANCES, row, strict=True)) for row in room.answers.tolist()]
    return [one | {"counts": own} for one, own in zip(found, counts, strict=True)]
