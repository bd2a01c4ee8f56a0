"""What stakeholders are called in files that leave the house (pure)."""

import re
from collections import Counter
from collections.abc import Iterable

PLAIN = re.compile(r"[^\W_][^:]*")  #: begins with a letter or digit of any script, and names no source
OWN = re.compile(r"s\d+")


def file_names(people: Iterable[tuple[int, str | None, str | None]]) -> dict[int, str]:
    """Id → a name that nobody else among them has, in a table neither. people: (id, origin, name there).

    The name in the source, or ``s`` and the id. A source's name that looks like one of ours, that two sources
    share, or that a spreadsheet could take for something else, gets our number before it.
    """
    rows = list(people)
    times = Counter(name for _, _, name in rows if name)
    return {number: _name(number, name, times[name or ""]) for number, _, name in rows}


def possible_names(number: int, name: str | None) -> tuple[str, ...]:
    """What ``file_names`` may call a stakeholder, whoever else is among them; no other is ever called so."""
    if not name:
        return (f"s{number}",)
    bare = (name,) if PLAIN.fullmatch(name) and not OWN.fullmatch(name) else ()
    return (f"s{number}:{name}", *bare)


def _name(number: int, name: str | None, times: int) -> str:
    if not name:
        return f"s{number}"
    is_plain = times == 1 and PLAIN.fullmatch(name) and not OWN.fullmatch(name)
    return name if is_plain else f"s{number}:{name}"
