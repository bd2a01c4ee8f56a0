"""Decisions that bind the next draft to what was said, and until when they are taken (pure)."""

from app.discussion.models import Decision
from app.foundation.errors import N_, RuleBroken
from app.norms.models import Norm
from app.norms.stages import is_settled

TAKEN_UP = (Decision.ACCEPTED, Decision.MODIFIED)


class TextStands(RuleBroken):
    code = "text-stands"
    message = N_(
        "The text of this draft has been put to adoption and would not include a comment accepted "
        "now. Defer the comment, or record another disposition."
    )


def check_can_bind(norm: Norm, decision: Decision) -> None:
    """:raises TextStands: it would be accepted when no draft follows in which it could stand."""
    if decision in TAKEN_UP and is_settled(norm.stage, norm.suspended_from):
        raise TextStands(field="decision")
