"""An assessment, from rules, positions, objections and country facts (pure)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.consensus.agreement import Figure, optional
from app.consensus.clustering import STARTS
from app.consensus.electorate import Room, said
from app.consensus.executors import HERE, Executor
from app.consensus.input import OBJECTION_STATES, AssessmentInput
from app.consensus.matrix import STANCES
from app.consensus.newcomers import attack, joined
from app.consensus.opinion_groups import opinion_groups
from app.consensus.pooling import pooled
from app.consensus.sensitivity import bridging, without_one_country
from app.consensus.sensitivity_flips import flip_distance
from app.consensus.spread import tastle_wierman, van_der_eijk
from app.consensus.status import INSUFFICIENT, VerdictFacts, expected_false_labels, robustness, verdict
from app.consensus.variants import figures_under, main_figures, standings
from app.foundation.arrays import Ints
from app.foundation.libraries import np
from app.representation.bounds import Weighing
from app.representation.cells import Cell, Cells
from app.representation.coverage import gates
from app.representation.influence import influence, reach
from app.representation.rules import MAIN, MeasurementRules

METHOD = "4"
CLOSING_STARTS = 50  #: of k-means, for the official assessment
FEW_CELLS = 20_000  #: clauses · cells; up to here the fewest positions that change a status are always sought


def assess(
    rules: MeasurementRules, data: AssessmentInput, *, rules_digest: str, executor: Executor = HERE
) -> dict[str, Any]:
    """The whole assessment, with the keys of ``flask assess --json``. Equal input gives equal bytes.

    The figures of the official one are those of the pooled input, so that a publication can show what they
    are computed from. ``executor`` shares the sums over positions; the result is the same whoever computes
    them.
    """
    counted = pooled(data, executor) if data.closing else data
    figures = measured(rules, counted, rules_digest=rules_digest, executor=executor)
    return figures | {"opinion_groups": grouped(rules, data, executor)}


def published(assessment: Mapping[str, Any]) -> dict[str, Any]:
    """What a package says of an assessment: all but what needs to know who said what elsewhere."""
    return {name: value for name, value in assessment.items() if name != "opinion_groups"}


def measured(
    rules: MeasurementRules, data: AssessmentInput, *, rules_digest: str, executor: Executor = HERE
) -> dict[str, Any]:
    """Everything that follows from counts."""
    cells, by_cell = said(data, executor)
    room = Room.counting(rules, cells, by_cell)
    beside = with_self_declared(rules, data, cells, by_cell)
    newcomers = attack(room.cells, rules)
    within = reach(room.cells, rules, MAIN, room.accept, room.against)
    clauses = [
        one | {"reach": bounds, "with_self_declared": all_of_them}
        for one, bounds, all_of_them in zip(figures(rules, data, room), within, beside, strict=True)
    ]
    if data.number_set_aside:
        everybody = main_figures(rules, data.with_set_aside(), executor)
        clauses = [one | {"with_set_aside": whole} for one, whole in zip(clauses, everybody, strict=True)]
    overall = gates(room.cells, room.cells.counts[None, :], rules)[0]
    return {
        "norm": data.norm,
        "draft": data.draft,
        "rules_digest": rules_digest,
        "input_digest": data.digest,
        "method": METHOD,
        "verification": rules.verification,
        "stakeholders": taking_part(room.cells) | {"self_declared": self_declared(cells, rules)},
        "individuals": data.individuals.told(data.cells, cells.facts) if data.individuals else None,
        "set_aside": data.number_set_aside,
        "schemes": {name: scheme_figures(one) for name, one in room.weighings.items()},
        "influence": {scheme: influence(room.cells, rules, scheme) for scheme in rules.schemes},
        "newcomers": joined(rules, data, newcomers, cells, by_cell) if newcomers else None,
        "clauses": clauses,
        "expected_false_labels": expected_false_labels(clauses, rules),
        "coverage": {
            "gates": [vars(gate) for gate in overall],
            "missing": [gate.bloc for gate in overall if gate.stakeholders == 0],
        },
    }


def with_self_declared(
    rules: MeasurementRules, data: AssessmentInput, cells: Cells, by_cell: Ints
) -> list[dict[str, Any]]:
    """For each clause its counts and main figures, were everybody counted who is self-declared."""
    everybody = replace(rules, verification=False)
    room = Room.counting(everybody, cells, by_cell)
    found = figures_under(MAIN, everybody, room, standings(everybody, data, room))
    counts = [dict(zip(STANCES, row, strict=True)) for row in room.answers.tolist()]
    return [one | {"counts": own} for one, own in zip(found, counts, strict=True)]


def self_declared(cells: Cells, rules: MeasurementRules) -> dict[str, int]:
    """How many of those who have spoken are not verified, and how many of them are not counted."""
    unknown, counted = ~cells.verified, cells.counted(rules)
    person = np.array([cell.category == "individual" for cell in cells.cells], dtype=bool)
    return {
        "individuals": int(cells.counts[unknown & person].sum()),
        "entities": int(cells.counts[unknown & ~person].sum()),
        "not_counted": int(cells.counts[~counted].sum()),
    }


def grouped(rules: MeasurementRules, data: AssessmentInput, executor: Executor = HERE) -> dict[str, Any]:
    """The opinion groups of everybody who is counted."""
    cells = Cells([Cell(*one) for one in data.cells], np.zeros(len(data.cells), np.int64), {})
    counted = np.flatnonzero((data.counted_cell_of >= 0) & cells.counted(rules)[data.cell_of])
    is_everybody = len(counted) == len(data.people)
    return opinion_groups(
        data.positions if is_everybody else data.positions.take(counted),
        data.people if is_everybody else [data.people[row] for row in counted.tolist()],
        [code for code, _ in data.provisions],
        accept_counts=rules.accept_counts,
        starts=CLOSING_STARTS if data.closing else STARTS,
        executor=executor,
    )


def taking_part(cells: Cells) -> dict[str, Any]:
    """How many take part, in all and by category, development bloc and region."""
    counted: dict[str, Any] = {"total": int(cells.counts.sum())}
    for kind in ("category", "development", "region"):
        groups: Counter[str] = Counter()
        for bloc, count in zip(cells.blocs[kind], cells.counts.tolist(), strict=True):
            groups[bloc] += count
        counted[f"by_{kind}"] = {bloc: count for bloc, count in sorted(groups.items()) if count}
    return counted


def scheme_figures(weighing: Weighing) -> dict[str, Any]:
    return {
        "n_eff": weighing.n_eff,
        "max_weight": weighing.max_weight,
        "margin_error": weighing.margin_error,
        "unreached": [list(one) for one in weighing.unreached],
        "largest_country": list(weighing.largest),
    }


def figures(rules: MeasurementRules, data: AssessmentInput, room: Room) -> list[dict[str, Any]]:
    """Every clause: counts, agreement under every scheme, blocs, objections, status and robustness."""
    cells, accept, against, weights = room.cells, room.accept, room.against, room.weighings[MAIN].weights
    standing_on = standings(rules, data, room)
    apart = {kind: one.differences() for kind, one in room.blocs.items()}
    agreed = {name: one.figures() for name, one in room.agreed.items()}
    alone = {name: one.figures() for name, one in room.agreed_alone.items()}
    by_country = without_one_country(cells, weights, accept, against)
    answers = room.answers
    spreads = zip(optional(tastle_wierman(answers)), optional(van_der_eijk(answers)), strict=True)
    fragile = data.closing or accept.size <= FEW_CELLS
    found = []
    for number, (alike, ordered) in enumerate(spreads):
        standing = standing_on[number]
        own_blocs = {kind: one.of(number) for kind, one in room.blocs.items()}
        flips = None
        if fragile:
            flips = flip_distance(cells, weights, rules, accept[number], against[number], standing)
        own_said, own_alone = ({name: one[number] for name, one in each.items()} for each in (agreed, alone))
        found.append(
            clause(rules, data, number, own_said, standing, own_alone)
            | {
                "counts": dict(zip(STANCES, answers[number].tolist(), strict=True))
                | {"unconfirmed": data.unconfirmed[number]},
                "blocs": own_blocs,
                "between_blocs": {kind: one[number] for kind, one in apart.items()},
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
