"""A proposed change to one text, put to the text that came after it (pure).

A change is carried if merging it with what the new text changes leaves nothing to settle, and neither puts or
strikes anything directly beside the other. It reads then against the new text as it read against the old.
"""

from dataclasses import dataclass

from app.compilation.merge.edits import Edit, edits
from app.compilation.merge.nway import choose, collisions, merge, merge_edits, settle
from app.compilation.merge.passage import Passage
from app.compilation.merge.provenance import text_of
from app.discussion.models import Rebasing

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
    return _of_deletion(base, change, new) if new is None else Revision(base, new).rebase(change)


class Revision:
    """A text and the one that came after it: what was changed is found once for all changes put to it."""

    def __init__(self, base: str, new: str) -> None:
        self.base, self.new = base, new
        self._text = Passage(base)
        self._theirs = edits(self._text, new)

    def rebase(self, change: str | None) -> Rebased:
        """As ``rebase``."""
        if change is None:
            return _of_deletion(self.base, change, self.new)
        if not self._theirs:  # the text stayed, and so does what was written
            return Rebased(Rebasing.MET) if change == self.base else Rebased(Rebasing.CARRIED, change)
        text, theirs, made = self._text, self._theirs, edits(self._text, change)
        own = [edit for edit in made if edit not in theirs]
        if not own:
            return Rebased(Rebasing.MET)
        segments = merge_edits(text, {DRAFT: theirs, CHANGE: made})
        if collisions(segments) or any(_touch(text, *sorted((one, two))) for one in own for two in theirs):
            return Rebased(Rebasing.RETURNED)
        return Rebased(Rebasing.CARRIED, text_of(settle(segments, {})))


def _of_deletion(base: str, change: str | None, new: str | None) -> Rebased:
    if change is new:
        return Rebased(Rebasing.MET)
    return Rebased(Rebasing.CARRIED if new == base else Rebasing.RETURNED)


def _touch(base: Passage, first: Edit, second: Edit) -> bool:
    """Whether no word stays between two edits."""
    return not base.text(first.end, second.start).strip()


def prevailing(base: str, change: str, new: str) -> str:
    """The new text with the change in it; where they collide the change's sentence stands."""
    segments = merge(base, {DRAFT: new, CHANGE: change})
    return text_of(
        settle(segments, {place: choose(one, CHANGE) for place, one in enumerate(collisions(segments))})
    )
