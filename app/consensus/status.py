"""The status of a clause, and whether it hangs on the weighting (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Any

from app.consensus.agreement import Figure, Z
from app.representation.coverage import Gate
from app.representation.rules import MAIN, MeasurementRules

CONSENSUS, ROUGH, CONTESTED = "consensus", "rough-consensus", "contested"
NOT_SUPPORTED, INSUFFICIENT = "not-supported", "insufficient-coverage"


@dataclass(frozen=True)
class VerdictFacts:
    """What else a verdict looks at: who was heard, the blocs' shares, and the objections that stand.

    ``heard``: those who may open a gate. Objections: of verified stakeholders of the counted categories; all
    others are shown and must be answered, and stand against nothing.
    """

    heard: int
    gates: Sequence[Gate]
    bloc_shares: Sequence[float]
    verified_objections: int
    unanswered_objections: int
    known: int = 0  #: verified ones among those heard, for a declared population
    few_known: str | None = None  #: why the verified alone give no interval, if they are too few for one


def verdict(agreement: Figure, standing: VerdictFacts, rules: MeasurementRules) -> tuple[str, list[str]]:
    """The status under one scheme, and codes of what decided it."""
    lacking = uncovered(agreement, standing, rules)
    if lacking:
        return INSUFFICIENT, lacking
    share = agreement.share or 0.0
    low = share if agreement.low is None else agreement.low
    high = share if agreement.high is None else agreement.high
    # Rules without gates declare no bloc to listen for, so no bloc can stand against the whole.
    lowest, highest = min(standing.bloc_shares, default=1.0), max(standing.bloc_shares, default=0.0)
    if low >= rules.consensus_low and lowest >= rules.consensus_bloc and not standing.verified_objections:
        return CONSENSUS, []
    if low >= rules.rough_low and lowest >= rules.rough_bloc and not standing.unanswered_objections:
        return ROUGH, ["verified-objection"] if standing.verified_objections else []
    if high <= rules.rejected_high and highest <= rules.rejected_bloc:
        return NOT_SUPPORTED, []
    reasons = []
    if low < rules.rough_low:
        reasons.append("low-share")
    if lowest < rules.rough_bloc:
        reasons.append("bloc-below")
    if standing.unanswered_objections:
        reasons.append("unanswered-objection")
    return CONTESTED, reasons


def uncovered(agreement: Figure, standing: VerdictFacts, rules: MeasurementRules) -> list[str]:
    """Why no verdict can be given; empty where one can."""
    needed = rules.least_stakeholders
    if rules.population is not None and rules.population < needed:
        needed = 5
    reasons = []
    if agreement.share is None:
        reasons.append("nobody")
    if standing.heard < needed:
        reasons.append("few-stakeholders")
    if not all(gate.passed for gate in standing.gates):
        reasons.append("gate")
    for few in ("few-countries", "few-stakeholders"):
        if few in (agreement.no_interval, standing.few_known) and few not in reasons:
            reasons.append(few)
    width = 0.0 if agreement.low is None or agreement.high is None else agreement.high - agreement.low
    if width / 2 > rules.widest_half:
        reasons.append("wide-interval")
    return reasons


def robustness(by_scheme: Mapping[str, str], rules: MeasurementRules, alone: Mapping[str, str]) -> str:
    """Whether every scheme that can tell and counts for it says the same as the main, and says so of the
    verified alone as well.

    alone: scheme → the status if only the verified were heard; not looked at where the rules do without
    verification.
    """
    if by_scheme[MAIN] == INSUFFICIENT:
        return INSUFFICIENT
    if rules.verification and alone[MAIN] != by_scheme[MAIN]:
        return "depends-on-self-declared"
    if len(telling(by_scheme, rules)) > 1:
        return "depends-on-scheme"
    if rules.verification and len(telling(alone, rules)) > 1:
        return "depends-on-self-declared"
    return "robust"


def telling(by_scheme: Mapping[str, str], rules: MeasurementRules) -> set[str]:
    """What the schemes say that can tell and count for robustness."""
    counted = {status for scheme, status in by_scheme.items() if scheme not in rules.informative}
    return counted - {INSUFFICIENT}


def expected_false_labels(clauses: Sequence[Mapping[str, Any]], rules: MeasurementRules) -> float:
    """How many of the clauses called agreed or not supported would not be, were everybody heard.

    For each such clause the chance that the true share lies beyond the threshold of its label, from a normal
    distribution about its share that has the width of its interval; summed. Chance alone: who did not come is
    not in it.
    """
    thresholds = {CONSENSUS: rules.consensus_low, ROUGH: rules.rough_low, NOT_SUPPORTED: rules.rejected_high}
    total = 0.0
    for clause in clauses:
        figure, threshold = clause["agreement"][MAIN], thresholds.get(clause["status"])
        if threshold is None or figure["low"] is None:
            continue
        error = max((figure["high"] - figure["low"]) / (2 * Z), 1e-12)
        total += erfc(abs(figure["share"] - threshold) / error / sqrt(2)) / 2
    return total
