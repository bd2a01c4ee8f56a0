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
FINISHED = frozenset({Stage.NOT_ADOPTED, Stage.PUBLISHED})  #: nothing is counted any more
SETTLED = frozenset(
    {Stage.ADOPTED, Stage.NOT_ADOPTED, Stage.PUBLISHED, Stage.UNDER_REVIEW}
)  #: the outcome is stated
TAKES_EXPLANATIONS = frozenset({Stage.CONSENSUS_CALL, Stage.ADOPTED})

#: From the consensus call on no word changes any more but by a corrigendum that is listed.
SETTLED = frozenset(
    {Stage.CONSENSUS_CALL, Stage.ADOPTED, Stage.NOT_ADOPTED, Stage.PUBLISHED, Stage.UNDER_REVIEW}
)


def is_settled(stage: Stage, suspended_from: Stage | None) -> bool:
    """Whether the words of the present draft are those that are put to adoption, or were."""
    return (suspended_from if stage is Stage.SUSPENDED else stage) in SETTLED


#: Where a norm may rest for good.
FINAL = frozenset({Stage.NOT_ADOPTED, Stage.UNDER_REVIEW})


def reachable(stage: Stage, suspended_from: Stage | None) -> frozenset[Stage]:
    """The stages one step away from ``stage``."""
    if stage is Stage.SUSPENDED:
        return frozenset() if suspended_from is None else frozenset({suspended_from})
    return STEPS[stage] | {Stage.SUSPENDED}
