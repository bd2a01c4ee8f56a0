"""A worksheet's values as its reader sees them: "1.10" where the cell shows 1.10 (pure).

A spreadsheet makes a date of "3-1" and a number of "1.10" while one types. What it shows is taken as it is
shown; what nobody typed as words is refused and explained.
"""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from app.foundation.errors import N_

DATE, LOGICAL, FRACTION, ODD_NUMBER = "\0date", "\0logical", "\0fraction", "\0number"
#: What stands for a cell that cannot be read as words, and what its writer is told.
UNREADABLE = {
    DATE: N_(
        "A cell contains a date. Spreadsheets turn entries such as 3-1 into dates. Format the column "
        "as text and enter the value again."
    ),
    LOGICAL: N_(
        "A cell contains a logical value (true or false). Format the column as text and enter words."
    ),
    FRACTION: N_(
        "A cell contains a fraction. Spreadsheets turn entries such as 1/2 into fractions. Format the "
        "column as text and enter the value again."
    ),
    ODD_NUMBER: N_(
        "A cell contains a number in an unknown format. Format the column as text and enter the value "
        "again."
    ),
}  # fmt: skip

_GENERAL = frozenset({"general", "@", ""})
_PLAIN = re.compile(r"(?P<grouped>#,##)?(?P<whole>0+)(?:\.(?P<decimals>0+))?(?P<percent>%)?")
_FRACTION = re.compile(r"[?#0-9 ]*[?#]+\s*/\s*[?#0-9]+")


def shown(value: object, number_format: str) -> str:
    """The words of a cell, or the key of ``UNREADABLE`` that stands for it.

    >>> shown(1.1, "0.00"), shown(1.1, "General"), shown(3.0, "General"), shown(0.5, "0%")
    ('1.10', '1.1', '3', '50%')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return LOGICAL
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return DATE
    if isinstance(value, int | float):
        return _number(value, number_format.split(";")[0].strip().casefold())
    return str(value).replace("_x000D_", "")


def _number(value: float, number_format: str) -> str:
    if number_format in _GENERAL:
        return format(value, ".15g")
    if _FRACTION.fullmatch(number_format):
        return FRACTION
    found = _PLAIN.fullmatch(number_format)
    if found is None:
        return ODD_NUMBER
    decimals = len(found["decimals"] or "")
    exact = Decimal(repr(value)) * (100 if found["percent"] else 1)
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    width = len(found["whole"]) + (decimals + 1 if decimals else 0)
    comma = "," if found["grouped"] else ""
    return f"{rounded:0{width}{comma}f}{found['percent'] or ''}"
