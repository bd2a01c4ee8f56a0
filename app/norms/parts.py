"""A long draft in parts, so that a page of it stays light (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from math import ceil
from typing import NamedTuple

WHOLE = "-"  #: in place of a clause's code: all of a draft on one page
BESIDE = 1_700  #: letters that a page has for a clause beside its text; none for a heading
MOST = 36_000  #: letters of a part, about


class OutlineLine(NamedTuple):
    """What is known of a clause before it is read.

    ``place``: in the draft, from 1; ``letters``: of its longest text.
    """

    place: int
    code: str
    label: str
    is_heading: bool
    letters: int

    @property
    def weight(self) -> int:
        return self.letters + (0 if self.is_heading else BESIDE)


@dataclass(frozen=True)
class DraftPart:
    """Some clauses in a row, one at least."""

    lines: tuple[OutlineLine, ...]

    @property
    def first(self) -> OutlineLine:
        return self.lines[0]

    @property
    def last(self) -> OutlineLine:
        return self.lines[-1]

    @property
    def name(self) -> str:
        """The first label and the last; a dot where no clause has one."""
        labels = [line.label for line in self.lines if line.label] or ["·"]
        return "–".join(dict.fromkeys((labels[0], labels[-1])))

    def has(self, code: str) -> bool:
        return any(line.code == code for line in self.lines)


def divided(lines: Sequence[OutlineLine], most: int = MOST) -> tuple[DraftPart, ...]:
    """Parts of about the same weight, none by more than one clause heavier than ``most``.

    A heading stands with what it heads.

    >>> lines = [OutlineLine(n, f"p{n}", str(n), n == 4, 100) for n in range(1, 7)]
    >>> [part.name for part in divided(lines, most=6_000)]
    ['1–3', '4–6']
    >>> [part.name for part in divided(lines)]
    ['1–6']
    """
    weights = [line.weight for line in lines]
    before, whole = [0, *accumulate(weights)], sum(weights) or 1
    numbers = [lighter * ceil(whole / most) // whole for lighter in before[:-1]]
    for place in reversed(range(len(lines) - 1)):
        if lines[place].is_heading:
            numbers[place] = numbers[place + 1]
    placed = groupby(zip(numbers, lines, strict=True), key=lambda one: one[0])
    return tuple(DraftPart(tuple(line for _, line in some)) for _, some in placed)


def part_at(parts: Sequence[DraftPart], at: str) -> DraftPart | None:
    """The part that an address asks for by a clause's code, or the first; None for all.

    >>> parts = divided([OutlineLine(n, f"p{n}", str(n), False, 100) for n in range(1, 7)], most=6_000)
    >>> [part and part.name for part in (part_at(parts, at) for at in ("p5", "", WHOLE))]
    ['4–6', '1–3', None]
    """
    if at == WHOLE:
        return None
    return next((one for one in parts if one.has(at)), parts[0] if parts else None)
