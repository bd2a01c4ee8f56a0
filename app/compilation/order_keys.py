"""Where entries stand: decimal fractions written as digits, between any two of which there is another (pure).

They sort as text, in every database alike, and never need renumbering; so a step can be undone by putting an
entry back to the very place it had.
"""

from collections.abc import Container

FIRST, LAST = "0", "9"


def nth(number: int) -> str:
    """The place of a draft's clause, from 1."""
    return f"{number:06}5"


def between(low: str, high: str, taken: Container[str] = ()) -> str:
    """A place behind ``low`` and before ``high`` that is not ``taken``.

    >>> between("0000015", "0000025"), between("0000015", "0000025", {"000002"})
    ('000002', '00000175')
    """
    digits = max(len(low), len(high)) + 1
    middle = (int(low.ljust(digits, "0")) + int(high.ljust(digits, "0"))) // 2
    place = str(middle).rjust(digits, "0").rstrip("0")
    return between(low, place, taken) if place in taken else place
