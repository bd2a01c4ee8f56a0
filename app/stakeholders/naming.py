"""What stakeholders are called in files that leave the house (pure)."""

import re
from collections import Counter
from collections.abc import Iterable

OWN = re.compile(r"s\d+")


def file_names(people: Iterable[tuple[int, str | None, str | None]]) -> dict[int, str]:
    """Id → a name that nobody else among them has. people: (id, origin, name there).

    The name in the source, or ``s`` and the id. A source's name that looks like one of ours, or that two
    sources share, gets its source before it.
    """
    rows = list(people)
    times = Counter(name for _, _, name in rows if name)
    return {
        number: f"s{number}"
        if not name
        else f"{origin}:{name}"
        if times[name] > 1 or OWN.fullmatch(name)
        else name
        for number, origin, name in rows
    }
