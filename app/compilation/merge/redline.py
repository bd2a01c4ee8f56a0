"""Two texts as runs of words that stayed, were struck, or were added (pure)."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from app.compilation.merge.edits import edits
from app.compilation.merge.passage import Passage


@dataclass(frozen=True, slots=True)
class Run:
    """Some words; ``kind`` is "equal", "struck" or "added"."""

    kind: str
    text: str


def redline(old: str, new: str) -> list[Run]:
    """The runs that lead from ``old`` to ``new``; neighbours differ in kind.

    Equal and struck runs joined are ``old``; equal and added runs joined are ``new``.
    """
    base = Passage(old)
    pieces, place = [], 0
    for edit in edits(base, new):
        pieces += [
            ("equal", base.text(place, edit.start)),
            ("struck", base.text(edit.start, edit.end)),
            ("added", edit.text),
        ]
        place = edit.end
    pieces.append(("equal", base.text(place, len(base.tokens))))
    told = groupby((piece for piece in pieces if piece[1]), key=itemgetter(0))
    return [Run(kind, "".join(text for _, text in run)) for kind, run in told]
