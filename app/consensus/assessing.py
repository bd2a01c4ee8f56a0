"""An assessment: a pure function of rules, tallies, objections and country facts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from app.consensus.agreement import agreement, bloc_share
from app.consensus.opinion_groups import Each, opinion_groups
from app.consensus.sensitivity import bridging, without_one_country, without_self_declared
from app.consensus.status import Standing, robustness, verdict
from app.foundation.canonical import digest
from app.reference.countries import from_rows
from app.representation.bounds import Weighing, weigh
from app.representation.cells import Cell, Cells, Ints, blocs_of
from app.representation.coverage import gates
from app.representation.rules import KINDS, MAIN, MeasurementRules

METHOD = "1"
STANCES = ("support", "accept", "abstain", "object")
OBJECTION_STATES = ("open", "answered", "accommodated", "withdrawn", "maintained")


@dataclass(frozen=True)
class AssessmentInput:
    """Everything an assessment is computed from, as plain JSON values.

    ``provisions``: (code, label). ``cells``: (category, country or None, verified). ``stakeholders``: how
    many take part in each cell. ``tallies``: sparse, (clause, cell, stance, count), stance in the order of
    ``STANCES``. ``unconfirmed`` and ``objections``: one for each clause; ``verified_objections`` and
    ``unanswered_objections`` count those that stand. ``positions``: (stakeholder, clause, stance) for opinion
    groups, ``people`` names the stakeholders in the same order.
    """

    norm: str
    draft: int
    provisions: Sequence[tuple[str, str]]
    cells: Sequence[tuple[str, str | None, bool]]
    stakeholders: Sequence[int]
    tallies: Sequence[tuple[int, int, int, int]]
    unconfirmed: Sequence[int]
    objections: Sequence[Mapping[str, int]]
    verified_objections: Sequence[int]
    unanswered_objections: Sequence[int]
    country_facts: Sequence[Mapping[str, Any]]
    positions: Sequence[tuple[int, int, int]] = ()
    people: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """As JSON; ``from_json`` gives it back."""
        return {
            "norm": self.norm,
            "draft": self.draft,
            "provisions": [list(one) for one in self.provisions],
            "cells": [list(one) for one in self.cells],
            "stakeholders": list(self.stakeholders),
            "tallies": [list(one) for one in self.tallies],
            "unconfirmed": list(self.unconfirmed),
            "objections": [dict(one) for one in self.objections],
            "verified_objections": list(self.verified_objections),
            "unanswered_objections": list(self.unanswered_objections),
            "country_facts": [dict(one) for one in self.country_facts],
            "positions": [list(one) for one in self.positions],
            "people": list(self.people),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "AssessmentInput":
        return cls(**content)

    @cached_property
    def digest(self) -> str:
        return digest(self.to_json())

    @cached_property
    def array(self) -> Ints:
        """Counts, shape (clauses, cells, 4)."""
        found = np.zeros((len(self.provisions), len(self.cells), len(STANCES)), dtype=np.int64)
        for clause, cell, stance, count in self.tallies:
            found[clause, cell, stance] += count
        return found


def assess(
    rules: MeasurementRules, data: AssessmentInput, *, rules_digest: str, each: Each = map
) -> dict[str, Any]:
    """The whole assessment, with the keys of ``flask assess --json``. Equal input gives equal bytes.

    ``each`` shares what takes long, such as a pool of processes does; see ``opinion_groups``.
    """
    cells = Cells(
        [Cell(*one) for one in data.cells],
        np.array(data.stakeholders, dtype=np.int64),
        from_rows(data.country_facts),
    )
    weighings = {scheme: weigh(cells, rules, scheme) for scheme in rules.schemes}
    overall = gates(cells, cells.counts, rules)
    return {
        "norm": data.norm,
        "draft": data.draft,
        "rules_digest": rules_digest,
        "input_digest": data.digest,
        "method": METHOD,
        "stakeholders": participants(cells),
        "schemes": {name: scheme_figures(one) for name, one in weighings.items()},
        "clauses": [clause(rules, data, cells, weighings, number) for number in range(len(data.provisions))],
        "opinion_groups": opinion_groups(
            data.positions, data.people, [code for code, _ in data.provisions], each
        ),
        "coverage": {
            "gates": [vars(gate) for gate in overall],
            "missing": [gate.bloc for gate in overall if gate.stakeholders == 0],
        },
    }


def participants(cells: Cells) -> dict[str, Any]:
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


def clause(
    rules: MeasurementRules,
    data: AssessmentInput,
    cells: Cells,
    weighings: Mapping[str, Weighing],
    number: int,
) -> dict[str, Any]:
    """One clause: counts, agreement under every scheme, blocs, objections, status and robustness."""
    counts = data.array[number]
    accept, against, stated = counts[:, 0] + counts[:, 1], counts[:, 3], counts.sum(axis=1)
    heard = int(stated.sum())
    passed = gates(cells, stated, rules)
    blocs = {
        kind: {
            bloc: bloc_figures(cells, kind, bloc, stated, accept, against)
            for bloc in blocs_of(kind, rules.categories)
        }
        for kind in KINDS
    }
    standing = Standing(
        heard,
        passed,
        [
            blocs[gate.kind][gate.bloc]["share"]
            for gate in passed
            if gate.passed and blocs[gate.kind][gate.bloc]["share"] is not None
        ],
        data.verified_objections[number],
        data.unanswered_objections[number],
    )
    figures = {
        name: agreement(cells, one.weights, accept, against, population=rules.population, heard=heard)
        for name, one in weighings.items()
    }
    verdicts = {name: verdict(one, standing, rules) for name, one in figures.items()}
    statuses = {name: status for name, (status, _) in verdicts.items()}
    code, label = data.provisions[number]
    return {
        "provision": code,
        "label": label,
        "counts": dict(zip(STANCES, counts.sum(axis=0).tolist(), strict=True))
        | {"unconfirmed": data.unconfirmed[number]},
        "agreement": {name: vars(one) for name, one in figures.items()},
        "blocs": blocs,
        "bridging": bridging(blocs),
        "without_self_declared": without_self_declared(cells, rules, accept, against),
        "without_one_country": without_one_country(cells, weighings[MAIN].weights, accept, against),
        "objections": {state: data.objections[number].get(state, 0) for state in OBJECTION_STATES},
        "gates_failed": [f"{gate.kind}:{gate.bloc}" for gate in passed if not gate.passed],
        "status": statuses[MAIN],
        "reasons": verdicts[MAIN][1],
        "robustness": robustness(statuses),
        "status_by_scheme": statuses,
    }


def bloc_figures(
    cells: Cells, kind: str, bloc: str, stated: Ints, accept: Ints, against: Ints
) -> dict[str, Any]:
    inside = cells.in_bloc(kind, bloc)
    return {"n": int(stated[inside].sum()), "share": bloc_share(cells, inside, accept, against)}
