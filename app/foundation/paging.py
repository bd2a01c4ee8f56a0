"""A page of a list that is read in a fixed order, and where the next one begins (pure)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K")


def page(found: Sequence[T], limit: int, key: Callable[[T], K]) -> tuple[Sequence[T], K | None]:
    """The first ``limit`` rows, and the key of the last of them where others follow; None at the end.

    ``found``: up to ``limit`` + 1 rows.

    >>> page([3, 5, 8], 2, lambda number: number)
    ([3, 5], 5)
    >>> page([3, 5], 2, lambda number: number)
    ([3, 5], None)
    """
    return found[:limit], key(found[limit - 1]) if len(found) > limit else None
