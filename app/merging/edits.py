"""What turns one text into another: edits on words (pure)."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from app.foundation.text import words

#: Beyond this many differing words on both sides it is one edit: bounded time for hostile input.
LARGEST_MIDDLE = 4_000


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """The base's words ``start`` to ``end`` become ``text``; start = end is an insertion."""

    start: int
    end: int
    text: str


def edits(base: Sequence[str], text: str) -> list[Edit]:
    """The edits that turn ``base`` (the words of a text) into ``text``, in order, none touching the next.

    Words that stay between two edits are never blanks alone, so that a changed phrase reads as one.
    """
    new = words(text)
    first = 0
    while first < min(len(base), len(new)) and base[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(base), len(new)) - first and base[-1 - last] == new[-1 - last]:
        last += 1
    old_middle, new_middle = base[first : len(base) - last], new[first : len(new) - last]
    if not old_middle and not new_middle:
        return []
    if len(old_middle) + len(new_middle) > LARGEST_MIDDLE:
        return [Edit(first, len(base) - last, "".join(new_middle))]
    matcher = difflib.SequenceMatcher(None, old_middle, new_middle, autojunk=False)
    found: list[Edit] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            continue
        edit = Edit(first + a, first + b, "".join(new_middle[c:d]))
        between = "".join(base[found[-1].end : edit.start]) if found else None
        if between is not None and not between.strip():
            earlier = found.pop()
            edit = Edit(earlier.start, edit.end, earlier.text + between + edit.text)
        found.append(edit)
    return found


def apply(base: Sequence[str], changes: Sequence[Edit], start: int, end: int) -> str:
    """The base's words ``start`` to ``end`` after the edits that lie within."""
    parts, place = [], start
    for edit in sorted(changes):
        parts += [*base[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, *base[place:end]])
