"""Countries by their names in the page's language, for choosing one."""

from babel import Locale
from flask import g

#: What Unicode lists beside ISO 3166-1: unions, islands without a code of their own, codes for tests.
NOT_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)


def country_names(language: str | None = None) -> dict[str, str]:
    """ISO 3166-1 alpha-2 → name, in the alphabetical order of the names."""
    territories = Locale.parse(language or g.lang).territories
    named = {
        code: name
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    }
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


def country_name(code: str | None) -> str:
    """The country's name, or nothing where a stakeholder has none."""
    return "" if code is None else country_names().get(code, code)
