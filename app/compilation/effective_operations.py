"""Operations on a clause that are still in effect (pure)."""

from collections.abc import Mapping, Sequence

from app.compilation.models import CompilationItem, MergeOperation, Treatment

WORDS = (Treatment.MERGE, Treatment.EDIT)


def lasting(steps: Sequence[MergeOperation]) -> list[MergeOperation]:
    """The steps in order, without those that a later one put aside.

    To keep a clause puts aside all but where it was moved to; to merge, what became of the words in this
    language before; and whatever is done to a clause but to move it, that it was left out.
    """
    found: list[MergeOperation] = []
    for step in steps:
        found = [one for one in found if not _puts_aside(step, one)]
        if step.treatment is not Treatment.KEEP:
            found.append(step)
    return found


def motive_of(steps: Sequence[MergeOperation]) -> str:
    """The last motive that still holds; empty if none does."""
    return next((step.motive for step in reversed(lasting(steps)) if step.motive), "")


def is_reworded(entry: CompilationItem, before: Mapping[str, str]) -> bool:
    """Whether the words are others than ``before``, language → text in the draft before, in any language."""
    return any(one.text != before.get(one.language) for one in entry.wordings)


def holding(
    entry: CompilationItem, steps: Sequence[MergeOperation], before: Mapping[str, str]
) -> list[MergeOperation]:
    """The steps on an entry by which a comment can be taken up: they show, and made a difference.

    What was done to the words does so while they are others than ``before``, or went into another clause;
    of what was left out only that it was.
    """
    last = lasting(steps)
    if entry.treatment is Treatment.DELETE:
        return [step for step in last if step.treatment is Treatment.DELETE]
    if entry.treatment is Treatment.JOIN or is_reworded(entry, before):
        return last
    return [step for step in last if step.treatment not in WORDS]


def _puts_aside(later: MergeOperation, earlier: MergeOperation) -> bool:
    if later.treatment is Treatment.KEEP:
        return earlier.treatment is not Treatment.MOVE
    if earlier.treatment is Treatment.DELETE:
        return later.treatment is not Treatment.MOVE
    is_of_its_words = earlier.treatment in WORDS and earlier.language == later.language
    return later.treatment is Treatment.MERGE and is_of_its_words
