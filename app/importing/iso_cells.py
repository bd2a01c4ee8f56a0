"""Conventions of secretariats in commenting forms: author and disposition of a comment (pure)."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.discussion.models import Decision
from app.reference.countries import shipped
from app.stakeholders.models import Category

#: Letters that would be a country's by ISO 3166-1 but mean a liaison in commenting sheets: CalConnect, not
#: the Cocos Islands.
LIAISONS = frozenset({"CC"})

FILE = Path(__file__).with_name("decisions.csv")  #: how decisions begin, in six languages


@dataclass(frozen=True, slots=True)
class Member:
    """Whose comments a row has. ``sign``: how the sheet names it, always in the same letters."""

    sign: str
    name: str
    category: Category
    country: str | None


def member_of(cell: str) -> Member:
    """A country's national body by its code or name, else a liaison organisation. "NA" is Namibia.

    >>> [member_of(cell).name for cell in ("na", "CC", "Kenya")]
    ['Namibia', 'CC', 'Kenya']
    """
    sign = " ".join(cell.split())
    code = sign.upper()
    if code in LIAISONS or (code not in shipped() and sign.casefold() not in _by_name()):
        return Member(sign if len(sign) > 2 else code, sign, Category.CIVIL_SOCIETY, None)
    if code not in shipped():
        return Member(sign, sign, Category.GOVERNMENT, _by_name()[sign.casefold()])
    return Member(code, shipped()[code].names["en"], Category.GOVERNMENT, code)


@cache
def _by_name() -> Mapping[str, str]:
    return {
        name.casefold(): country.iso2 for country in shipped().values() for name in country.names.values()
    }


def decision_in(observation: str) -> Decision | None:
    """What the secretariat decided, by the longest beginning that is known; None: nothing that is known.

    >>> decision_in("Accepted in part.").value, decision_in("To be discussed")
    ('accepted-with-modification', None)
    """
    words = observation.strip().casefold()
    return next((found for start, found in _beginnings() if _begins(words, start)), None)


def _begins(words: str, start: str) -> bool:
    """Whether the words begin so and the last word of it ends there: "agree" does not begin "agreement"."""
    following = words[len(start) : len(start) + 1]
    return words.startswith(start) and not (following.isalnum() and start[-1:].isascii())


@cache
def _beginnings() -> Sequence[tuple[str, Decision]]:
    """The longer before the shorter."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    starts = [(start, Decision(row["decision"])) for row in rows for start in row["beginnings"].split("|")]
    return sorted(starts, key=lambda pair: -len(pair[0]))
