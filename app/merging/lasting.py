"""Which of the steps on a clause still show in it (pure)."""

from collections.abc import Sequence

from app.merging.models import Step, Treatment

WORDS = (Treatment.MERGE, Treatment.EDIT)


def lasting(steps: Sequence[Step]) -> list[Step]:
    """The steps in order, without those that a later one put aside.

    To keep a clause puts aside all but where it was moved to; to merge, what became of the words in this
    language before; and whatever is done to a clause but to move it, that it was left out.
    """
    found: list[Step] = []
    for step in steps:
        found = [one for one in found if not _puts_aside(step, one)]
        if step.treatment is not Treatment.KEEP:
            found.append(step)
    return found


def motive_of(steps: Sequence[Step]) -> str:
    """The last motive that still holds; empty if none does."""
    return next((step.motive for step in reversed(lasting(steps)) if step.motive), "")


def _puts_aside(later: Step, earlier: Step) -> bool:
    if later.treatment is Treatment.KEEP:
        return earlier.treatment is not Treatment.MOVE
    if earlier.treatment is Treatment.DELETE:
        return later.treatment is not Treatment.MOVE
    is_of_its_words = earlier.treatment in WORDS and earlier.language == later.language
    return later.treatment is Treatment.MERGE and is_of_its_words
