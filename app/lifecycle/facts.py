"""Facts that the guards of a step examine (pure)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.lifecycle.models import DeterminationOutcome
from app.norms.stages import Stage


@dataclass(frozen=True, slots=True)
class Facts:
    """How things stand with a norm and its present draft.

    Comments are named by their number in the norm, clauses by their label, provisions by their code.
    """

    stage: Stage
    now: dt.datetime
    opens_at: dt.datetime | None = None  #: of the present round
    closes_at: dt.datetime | None = None  #: of the present round, or of the one that was suspended
    minimum_days: int = 0
    rules_fault: str = ""  #: why the rules cannot be frozen
    clauses: int = 0
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: authentic language → labels of the clauses without a text in it
    unanswered: tuple[int, ...] = ()  #: comments without a disposition
    held: tuple[int, ...] = ()  #: comments that wait for a moderator
    under_review: tuple[int, ...] = ()  #: comments whose disposition is before the chair
    unsettled: tuple[str, ...] = ()  #: labels of compiled clauses with colliding changes
    behind: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    #: authentic language → labels of compiled clauses without a text in it that follows the others
    decided_otherwise: tuple[int, ...] = ()  #: comments taken up against the decision on them
    not_taken_up: tuple[int, ...] = ()  #: accepted comments that no draft takes up, nor the one in the making
    open_objections: tuple[str, ...] = ()  #: provisions with an objection nobody has answered
    without_note: tuple[str, ...] = ()  #: provisions with a maintained objection and no note on it
    labels: Mapping[str, str] = field(
        default_factory=dict
    )  #: those provisions' codes → labels of their clauses
    unassessed: tuple[str, ...] = ()  #: frozen schemes the draft was not assessed under
    outcome: DeterminationOutcome | None = None  #: of the chair's determination on the draft
