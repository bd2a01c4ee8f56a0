"""Stages of a norm and the steps between them (pure)."""

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    PREPARATION = "preparation"
    CONSULTATION = "consultation"
    COMPILATION = "compilation"
    LAST_CALL = "last-call"
    CONSENSUS_CALL = "consensus-call"
    ADOPTED = "adopted"
    NOT_ADOPTED = "not-adopted"
    PUBLISHED = "published"
    UNDER_REVIEW = "under-review"
    SUSPENDED = "suspended"


#: Where one step leads. Suspension is apart: from anywhere, and back to where it came from.
STEPS: Mapping[Stage, frozenset[Stage]] = {
    Stage.PREPARATION: frozenset({Stage.CONSULTATION}),
    Stage.CONSULTATION: frozenset({Stage.COMPILATION}),
    Stage.COMPILATION: frozenset({Stage.CONSULTATION, Stage.LAST_CALL}),
    Stage.LAST_CALL: frozenset({Stage.CONSENSUS_CALL, Stage.COMPILATION}),
    Stage.CONSENSUS_CALL: frozenset({Stage.ADOPTED, Stage.NOT_ADOPTED, Stage.COMPILATION}),
    Stage.ADOPTED: frozenset({Stage.PUBLISHED, Stage.COMPILATION}),
    Stage.NOT_ADOPTED: frozenset(),
    Stage.PUBLISHED: frozenset({Stage.UNDER_REVIEW}),
    Stage.UNDER_REVIEW: frozenset(),
    Stage.SUSPENDED: frozenset(),
}

OPEN_ROUNDS = frozenset({Stage.CONSULTATION, Stage.LAST_CALL})
TAKES_POSITIONS = OPEN_ROUNDS | {Stage.CONSENSUS_CALL}
FINISHED = frozenset({Stage.NOT_ADOPTED, Stage.PUBLISHED, Stage.UNDER_REVIEW})  #: nothing is counted any more
TAKES_EXPLANATIONS = frozenset({Stage.CONSENSUS_CALL, Stage.ADOPTED})

_HAS_OUTCOME = FINISHED | {Stage.ADOPTED}

#: From the consensus call on no word changes any more but by a corrigendum that is listed.
_WORDS_STAND = _HAS_OUTCOME | {Stage.CONSENSUS_CALL}


def has_outcome(stage: Stage, suspended_from: Stage | None) -> bool:
    """Whether it is stated what became of the norm, so that who is counted changes no more."""
    return (suspended_from if stage is Stage.SUSPENDED else stage) in _HAS_OUTCOME


def is_settled(stage: Stage, suspended_from: Stage | None) -> bool:
    """Whether the words of the present draft are those that are put to adoption, or were."""
    return (suspended_from if stage is Stage.SUSPENDED else stage) in _WORDS_STAND


#: Where a norm may rest for good.
FINAL = frozenset({Stage.NOT_ADOPTED, Stage.UNDER_REVIEW})


def reachable(stage: Stage, suspended_from: Stage | None) -> frozenset[Stage]:
    """The stages one step away from ``stage``."""
    if stage is Stage.SUSPENDED:
        return frozenset() if suspended_from is None else frozenset({suspended_from})
    return STEPS[stage] | {Stage.SUSPENDED}
