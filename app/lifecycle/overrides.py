"""Going ahead although something is missing: for a reason, by the chair, for everybody to read."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.authority.actor import Actor
from app.foundation.errors import N_, Phrase, RuleBroken
from app.foundation.text import TextField
from app.lifecycle.missing import Lack
from app.lifecycle.models import Override
from app.norms.models import Norm
from app.norms.stages import Stage

OVERRIDE_REASON = TextField("override_reason", 5_000)


class StepRefused(RuleBroken):
    """Something is missing before the step; ``details`` say what, line by line."""

    code = "step-refused"
    message = N_("This step cannot be taken yet. Missing requirements:")

    def __init__(self, lines: Sequence[Phrase]) -> None:
        self._lines = list(lines)
        super().__init__()

    @property
    def details(self) -> Sequence[Phrase]:
        return self._lines


class Firm(StepRefused):
    """Some of what is missing gives way to no reason."""

    code = "step-refused-whatever-the-reason"
    message = N_("The following requirements cannot be overridden:")


def check(lacking: Sequence[Lack], reason: str) -> None:
    """That there is a reason, and that a reason can take the place of all that is missing."""
    if not reason:
        raise StepRefused([lack.phrase for lack in lacking])
    firm = [lack.phrase for lack in lacking if lack.is_firm]
    if firm:
        raise Firm(firm)


def keep(
    session: Session,
    actor: Actor,
    norm: Norm,
    left: Stage,
    lacking: Sequence[Lack],
    reason: str,
    language: str,
    now: dt.datetime,
) -> dict[str, Any]:
    """Keep that a step was taken nevertheless, for all pages that tell of it. What the record says of it."""
    missing = [lack.content() for lack in lacking]
    override = Override(
        norm_id=norm.id,
        draft_id=norm.current_draft_id,
        left=left,
        to=norm.stage,
        reason=reason,
        language=language,
        missing=missing,
        taken_by=actor.pseudonym,
        taken_at=now,
    )
    session.add(override)
    session.flush()
    return {"override": reason, "language": language, "missing": missing}


def facts(one: Override) -> dict[str, Any]:
    """What pages, the API and publications tell of it, as JSON."""
    return {
        "draft": one.draft.number if one.draft else None,
        "from_stage": one.left.value,
        "to_stage": one.to.value,
        "reason": one.reason,
        "language": one.language,
        "missing": one.missing,
        "taken_by": one.taken_by,
        "taken_at": one.taken_at.astimezone(dt.UTC).isoformat(timespec="seconds"),
    }


def overrides(session: Session, norm_id: int) -> list[dict[str, Any]]:
    """The steps of a norm that were taken although something was missing, oldest first; one statement."""
    query = sa.select(Override).where(Override.norm_id == norm_id).order_by(Override.id)
    return [facts(one) for one in session.scalars(query.options(joinedload(Override.draft)))]


def on_the_way_to(session: Session, norm_id: int, number: int) -> list[dict[str, Any]]:
    """Those that led to a draft and, while it stands, on from it: from the end of the round before."""
    return [
        one
        for one in overrides(session, norm_id)
        if one["draft"] == number or (one["draft"] == number - 1 and one["to_stage"] == Stage.COMPILATION)
    ]
