"""Stances of all participants on all clauses, as a sparse matrix (pure)."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from app.foundation.arrays import Counts, Ints
from app.foundation.libraries import np

STANCES = ("support", "accept", "abstain", "object")
BLOCK = 65_536  #: rows worked on at a time; fractions are summed block by block, whoever does the blocks


@dataclass(frozen=True)
class PositionMatrix:
    """A row for each stakeholder, a column for each clause, at most one stance where they meet.

    ``starts``: shape (people + 1,), where each row begins in ``codes``. ``codes``: shape (positions,),
    ``4 · clause + stance``, ascending inside a row, in the smallest unsigned type that holds them.
    """

    starts: Ints
    codes: Counts
    clauses: int

    @classmethod
    def of(cls, rows: Ints, columns: Ints, stances: Ints, *, people: int, clauses: int) -> "PositionMatrix":
        """From three arrays of shape (positions,) in any order.

        :raises ValueError: a number out of range, or two positions of one stakeholder on one clause.
        """
        for name, given, end in (("row", rows, people), ("clause", columns, clauses), ("stance", stances, 4)):
            if len(given) and not 0 <= int(given.min()) <= int(given.max()) < end:
                raise ValueError(f"a {name} is out of range")
        keys = rows * clauses
        keys += columns
        keys *= 4
        keys += stances
        return cls.of_keys(keys, people=people, clauses=clauses)

    @classmethod
    def of_keys(cls, keys: Ints, *, people: int, clauses: int) -> "PositionMatrix":
        """From numbers ``(row · clauses + clause) · 4 + stance``, shape (positions,), in any order.

        :raises ValueError: two positions of one stakeholder on one clause.
        """
        if not (keys[1:] >> 2 > keys[:-1] >> 2).all():
            keys = _ascending(keys, people * clauses)
        width = max(1, 4 * clauses)
        starts = np.searchsorted(keys, np.arange(people + 1) * width).astype(np.int64)
        return cls(starts, (keys % width).astype(np.min_scalar_type(width)), clauses)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def size(self) -> int:
        return len(self.codes)

    @cached_property
    def stated(self) -> Ints:
        """Shape (people,): on how many clauses each takes a position."""
        return np.diff(self.starts)

    @property
    def rows(self) -> Ints:
        """Shape (positions,): whose each position is."""
        return np.repeat(np.arange(len(self)), self.stated)

    @property
    def columns(self) -> Ints:
        return (self.codes // 4).astype(np.int64)

    @property
    def stances(self) -> Ints:
        return (self.codes % 4).astype(np.int64)

    def part(self, first: int, last: int) -> "PositionMatrix":
        """The rows from ``first`` up to ``last``, without copying positions."""
        begin, end = int(self.starts[first]), int(self.starts[last])
        return PositionMatrix(self.starts[first : last + 1] - begin, self.codes[begin:end], self.clauses)

    def take(self, rows: Ints) -> "PositionMatrix":
        """The given rows in the given order."""
        lengths = self.stated[rows]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        places = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], lengths)
        return PositionMatrix(starts, self.codes[places], self.clauses)

    def rows_that_differ(self, other: "PositionMatrix") -> Ints:
        """Where the other, of as many rows and clauses, says something else; ascending.

        Between rows of other lengths all positions are compared at once.
        """
        longer = np.flatnonzero(self.stated != other.stated)
        found = [longer]
        for first, last in zip([0, *(longer + 1).tolist()], [*longer.tolist(), len(self)], strict=True):
            begin, end, there = int(self.starts[first]), int(self.starts[last]), int(other.starts[first])
            own, theirs = self.codes[begin:end], other.codes[there : there + end - begin]
            if not np.array_equal(own, theirs):
                places = begin + np.flatnonzero(own != theirs)
                found.append(np.searchsorted(self.starts, places, side="right") - 1)
        return np.unique(np.concatenate(found))

    def blocks(self) -> Iterator[tuple[int, int]]:
        """(first, last) of each block of rows."""
        for first in range(0, len(self), BLOCK):
            yield first, min(first + BLOCK, len(self))

    @cached_property
    def digest(self) -> str:
        """SHA-256 over clauses, row starts and codes as little-endian 64-bit, 64-bit and 32-bit numbers."""
        found = hashlib.sha256(self.clauses.to_bytes(8, "little"))
        found.update(self.starts.astype("<i8").tobytes())
        for first, last in self.blocks():
            found.update(self.codes[self.starts[first] : self.starts[last]].astype("<u4").tobytes())
        return "sha256:" + found.hexdigest()


def _ascending(keys: Ints, places: int) -> Ints:
    """Keys as in ``PositionMatrix.of_keys``, in order. places: people · clauses, of which each holds one.

    :raises ValueError: two in one place.
    """
    if places <= 8 * len(keys):  # each is laid into its place: faster than sorting
        laid_out = np.zeros(places, dtype=np.uint8)
        laid_out[keys >> 2] = (keys & 3) + 1
        filled = np.flatnonzero(laid_out)
        found, is_twice = 4 * filled + laid_out[filled] - 1, len(filled) < len(keys)
    else:
        found = np.sort(keys)
        filled = found >> 2
        is_twice = bool((filled[1:] == filled[:-1]).any())
    if is_twice:
        raise ValueError("two positions of one stakeholder on one clause")
    return found
