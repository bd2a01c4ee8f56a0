"""A proposed change to one text, put to the text that came after it (pure).

A change is carried if the words it touches, and the word before and behind them, are as they were. It reads
then against the new text as it read against the old: the same words struck, the same added.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.discussion.models import Rebasing
from app.foundation.text import words
from app.merging.edits import Edit, apply, edits
from app.merging.nway import choose, collisions, merge, settle
from app.merging.provenance import text_of

DRAFT, CHANGE = "draft", "change"


@dataclass(frozen=True, slots=True)
class Rebased:
    """What became of a change. ``wording`` is the whole new text if it was carried; None for a deletion."""

    outcome: Rebasing
    wording: str | None = None


def rebase(base: str, change: str | None, new: str | None) -> Rebased:
    """``change`` and ``new`` are both made of ``base``; None is the clause deleted.

    A change of which all is in the new text already is met. One that the new text touches is returned.
    """
    if change is None or new is None:
        return _of_deletion(base, change, new)
    tokens = words(base)
    theirs = edits(tokens, new)
    own = [edit for edit in edits(tokens, change) if edit not in theirs]
    if not own:
        return Rebased(Rebasing.MET)
    if any(_touch(tokens, *sorted((edit, other))) for edit in own for other in theirs):
        return Rebased(Rebasing.RETURNED)
    return Rebased(Rebasing.CARRIED, apply(tokens, [*theirs, *own], 0, len(tokens)))


def _of_deletion(base: str, change: str | None, new: str | None) -> Rebased:
    if change is new:
        return Rebased(Rebasing.MET)
    return Rebased(Rebasing.CARRIED if new == base else Rebasing.RETURNED)


def _touch(tokens: Sequence[str], first: Edit, second: Edit) -> bool:
    """Whether two edits overlap, or no word stays between them."""
    return not "".join(tokens[first.end : second.start]).strip()


def prevailing(base: str, change: str, new: str) -> str:
    """The new text with the change in it; where they collide the change's words stand."""
    segments = merge(base, {DRAFT: new, CHANGE: change})
    return text_of(
        settle(segments, {place: choose(one, CHANGE) for place, one in enumerate(collisions(segments))})
    )
