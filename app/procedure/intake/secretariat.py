"""How secretariats write: whose comment it is, and what was decided on it (pure)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.discussion.models import Decision
from app.reference.countries import shipped
from app.stakeholders.models import Category

#: Letters that would be a country's by ISO 3166-1 but mean a liaison in commenting sheets: CalConnect, not
#: the Cocos Islands.
LIAISONS = frozenset({"CC"})

#: How a decision begins, the longer before the shorter. What begins otherwise is only noted.
_DECISIONS: tuple[tuple[str, Decision], ...] = (
    (r"(accepted|agreed) (in principle|in part|with|partially)", Decision.MODIFIED),
    (r"(partially|partly) (accepted|agreed)", Decision.MODIFIED),
    (r"(not (accepted|agreed)|rejected|declined)", Decision.NOT_ACCEPTED),
    (r"(accepted|agreed|accept)", Decision.ACCEPTED),
    (r"(deferred|postponed)", Decision.DEFERRED),
    (r"out of scope", Decision.OUT_OF_SCOPE),
    (r"withdrawn", Decision.WITHDRAWN),
)


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


def decision_in(observation: str) -> Decision:
    """What the secretariat decided, by how its words begin.

    >>> [decision_in(words).value for words in ("Accepted in principle: see 4.", "ACCEPTED.", "Clarify.")]
    ['accepted-with-modification', 'accepted', 'noted']
    """
    words = observation.strip().casefold()
    return next(
        (decision for start, decision in _DECISIONS if re.match(rf"{start}\b", words)), Decision.NOTED
    )
