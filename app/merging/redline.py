"""Two texts as runs of words that stayed, were struck, or were added (pure)."""

from dataclasses import dataclass

from app.foundation.text import words
from app.merging.edits import edits


@dataclass(frozen=True, slots=True)
class Run:
    """Some words; ``kind`` is "equal", "struck" or "added"."""

    kind: str
    text: str


def redline(old: str, new: str) -> list[Run]:
    """The runs that lead from ``old`` to ``new``.

    Equal and struck runs joined are ``old``; equal and added runs joined are ``new``.
    """
    base = words(old)
    runs, place = [], 0
    for edit in edits(base, new):
        runs += [
            Run("equal", "".join(base[place : edit.start])),
            Run("struck", "".join(base[edit.start : edit.end])),
            Run("added", edit.text),
        ]
        place = edit.end
    runs.append(Run("equal", "".join(base[place:])))
    return [run for run in runs if run.text]
