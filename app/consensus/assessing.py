"""An assessment, from rules, positions, objections and country facts (pure)."""

from collections.abc import Mapping
from typing import Any

from app.consensus.clustering import STARTS
from app.consensus.executors import HERE, Executor
from app.consensus.input import AssessmentInput
from app.consensus.kept import Kept
from app.consensus.opinion_groups import opinion_groups
from app.consensus.pooling import pooled
from app.consensus.status import expected_false_labels
from app.foundation.libraries import np
from app.representation.cells import Cell, Cells
from app.representation.rules import MeasurementRules

METHOD = "4"
CLOSING_STARTS = 50  #: of k-means, for the official assessment


def assess(
    rules: MeasurementRules,
    data: AssessmentInput,
    *,
    rules_digest: str,
    executor: Executor = HERE,
    kept: Kept | None = None,
) -> dict[str, Any]:
    """The whole assessment, with the keys of ``flask assess --json``. Equal input gives equal bytes.

    The figures of the official one are those of the pooled input, so that a publication can show what they
    are computed from. ``executor`` shares the sums over positions; the result is the same whoever computes
    them, and whatever an earlier one ``kept``: for the official one nothing of that is used.
    """
    counted = pooled(data, executor) if data.closing else data
    used = None if data.closing else kept
    figures = measured(rules, counted, rules_digest=rules_digest, executor=executor, kept=used)
    return figures | {"opinion_groups": grouped(rules, data, executor)}


def published(assessment: Mapping[str, Any]) -> dict[str, Any]:
    """What a package says of an assessment: all but what needs to know who said what elsewhere."""
    return {name: value for name, value in assessment.items() if name != "opinion_groups"}


def measured(
    rules: MeasurementRules,
    data: AssessmentInput,
    *,
    rules_digest: str,
    executor: Executor = HERE,
    kept: Kept | None = None,
) -> dict[str, Any]:
    """Everything that follows from counts; the same to the last bit, whatever an earlier one ``kept``."""
    kept = kept or Kept()
    kept.refresh(rules, data, executor)
    turnout, clauses = kept.turnout, list(kept.clauses)
    newcomers = turnout.arrival.newcomers.told() | {"clauses": kept.newcomers} if turnout.arrival else None
    return turnout.told | {
        "norm": data.norm,
        "draft": data.draft,
        "rules_digest": rules_digest,
        "input_digest": data.digest,
        "method": METHOD,
        "individuals": data.individuals.told(data.cells, turnout.cells.facts) if data.individuals else None,
        "set_aside": data.number_set_aside,
        "newcomers": newcomers,
        "clauses": clauses,
        "expected_false_labels": expected_false_labels(clauses, rules),
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
