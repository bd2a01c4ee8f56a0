"""What turns one text into another: edits on words (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.foundation.text import words
from app.merging.alignment import aligned

_SEPARATORS = frozenset(",;，；、،؛")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """The base's words ``start`` to ``end`` become ``text``; start = end is an insertion."""

    start: int
    end: int
    text: str


def edits(base: Sequence[str], text: str) -> list[Edit]:
    """The edits that turn ``base`` (the words of a text) into ``text``, in order, none touching the next.

    Words that stay between two edits are never blanks alone, so that a changed phrase reads as one.

    Where the same insertion or deletion could stand at several places, as in "a b c" → "a c", it takes the
    comma or else the blank before its words ("a[ b] c", "a[, b], c"), not the one behind. So neighbours that
    are struck by different people do not overlap, and what remains has neither doubled nor missing blanks.
    Of words that are repeated it is the last: who strikes one of them strikes the same as everybody.
    """
    new = words(text)
    found: list[Edit] = []
    gaps = list(_gaps(base, new))
    for number, (start, end, first, last) in enumerate(gaps, 1):
        floor = found[-1].end if found else 0
        limit = _last_word(base, gaps[number][0]) if number < len(gaps) else len(base)
        on = _steps_on(base, new, (start, end, first, last), limit)
        start, end, first, last = start + on, end + on, first + on, last + on
        if first == last:
            back = _steps_back(base, start, base[start:end], floor)
            start, end, added = start - back, end - back, ""
        elif start == end:
            back = _steps_back(base, start, new[first:last], floor)
            start, end, added = start - back, end - back, "".join(new[first - back : last - back])
        else:
            added = "".join(new[first:last])
        between = "".join(base[floor:start])
        if found and not between.strip():
            earlier = found.pop()
            start, added = earlier.start, earlier.text + between + added
        found.append(Edit(start, end, added))
    return found


def _gaps(base: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Stretches of both texts between the words they share: start and end in ``base``, then in ``new``."""
    i = j = 0
    for x, y in [*aligned(base, new), (len(base), len(new))]:
        if x > i or y > j:
            yield i, x, j, y
        i, j = x + 1, y + 1


def _last_word(base: Sequence[str], place: int) -> int:
    """Where the last word before a place stands; it stays between two edits."""
    while place > 0 and base[place - 1].isspace():
        place -= 1
    return max(place - 1, 0)


def _steps_on(base: Sequence[str], new: Sequence[str], gap: tuple[int, int, int, int], limit: int) -> int:
    """How many words, up to ``limit``, an insertion or deletion can go on and mean the same."""
    start, end, first, last = gap
    if start < end and first < last:
        return 0
    steps = 0
    while end + steps < limit and base[end + steps] == (
        base[start + steps] if start < end else new[first + steps]
    ):
        steps += 1
    return steps


def _steps_back(base: Sequence[str], start: int, moved: Sequence[str], floor: int) -> int:
    """How many words an insertion or deletion of ``moved`` goes back to begin with its comma or blank."""
    best, rank = 0, _rank(moved[0])
    for steps in range(1, min(len(moved), start - floor + 1)):
        word = moved[-steps]
        if base[start - steps] != word:
            break
        if _rank(word) > rank:
            best, rank = steps, _rank(word)
    return best


def _rank(word: str) -> int:
    return 2 if word in _SEPARATORS else 1 if word.isspace() else 0


def apply(base: Sequence[str], changes: Sequence[Edit], start: int, end: int) -> str:
    """The base's words ``start`` to ``end`` after the edits that lie within."""
    parts, place = [], start
    for edit in sorted(changes):
        parts += [*base[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, *base[place:end]])
