"""Packed positions kept in a file, so that only what was said since is read from the database (no
database)."""

import os
import tempfile
from dataclasses import astuple, dataclass
from pathlib import Path

from app.foundation.arrays import Ints
from app.foundation.libraries import np
from app.positions.packing import HOLDER_SHIFT, PORTION, PositionMark, unpacked


@dataclass(frozen=True)
class Snapshot:
    """``keys``: current positions as packed numbers, ascending; ``mark``: the last one it knows."""

    mark: PositionMark
    keys: Ints

    @classmethod
    def empty(cls) -> "Snapshot":
        return cls(PositionMark(), np.zeros(0, dtype=np.int64))

    def portions(self) -> list[Ints]:
        return [self.keys[first : first + PORTION] for first in range(0, len(self.keys), PORTION)]

    def with_later(self, later: Ints, mark: PositionMark, clause_ids: Ints, provisions: Ints) -> "Snapshot":
        """The positions after some more were stated; a later one replaces the holder's on the same provision.

        later: packed numbers of current positions above the mark. clause_ids: ascending, every clause of the
        norm; provisions: the provision of each.
        """
        later = np.sort(later)
        holders, clauses, _ = unpacked(later)
        about = provisions[np.searchsorted(clause_ids, clauses)]
        begins, ends = (np.searchsorted(self.keys, (holders + side) << HOLDER_SHIFT) for side in (0, 1))
        replaced = []
        for begin, end, provision in zip(begins.tolist(), ends.tolist(), about.tolist(), strict=True):
            own = np.searchsorted(clause_ids, unpacked(self.keys[begin:end])[1])
            replaced.append(begin + np.flatnonzero(provisions[own] == provision))
        left = np.delete(self.keys, np.concatenate(replaced)) if replaced else self.keys
        return Snapshot(mark, np.insert(left, np.searchsorted(left, later), later))


HEAD = 3  #: numbers of the mark, before the keys


@dataclass(frozen=True)
class Shelf:
    """A folder of snapshots, one for each norm. A file that cannot be read is as if it were not there."""

    folder: Path

    def take(self, norm_id: int) -> Snapshot:
        try:
            content = np.load(self._path(norm_id))
        except (OSError, ValueError, EOFError):
            return Snapshot.empty()
        if content.dtype != np.int64 or content.ndim != 1 or content.size < HEAD:
            return Snapshot.empty()
        return Snapshot(PositionMark(*content[:HEAD].tolist()), content[HEAD:])

    def put(self, norm_id: int, snapshot: Snapshot) -> None:
        """Whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(number, "wb") as file:
            np.save(file, np.concatenate([astuple(snapshot.mark), snapshot.keys]).astype(np.int64))
        os.replace(name, self._path(norm_id))

    def _path(self, norm_id: int) -> Path:
        return self.folder / f"{norm_id}.npy"
