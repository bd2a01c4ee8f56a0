"""Two texts as runs of words that stayed, were struck, or were added (pure)."""

import difflib
import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """Some words; ``kind`` is "equal", "struck" or "added"."""

    kind: str
    text: str


def redline(old: str, new: str) -> list[Run]:
    before, after = re.findall(r"\w+|\W", old), re.findall(r"\w+|\W", new)
    runs = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(Run("equal", "".join(before[a:b])))
            continue
        if a < b:
            runs.append(Run("struck", "".join(before[a:b])))
        if c < d:
            runs.append(Run("added", "".join(after[c:d])))
    return runs
