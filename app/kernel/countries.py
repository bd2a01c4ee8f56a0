"""Countries by their names in the page's language, for choosing one."""

from flask import g

from app.kernel.labels import word
from app.reference.countries import shipped


def country_names() -> dict[str, str]:
    """ISO 3166-1 alpha-2 → name, in the alphabetical order of the names."""
    named = {code: country.names[g.lang] for code, country in shipped().items()}
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


def country_name(code: str | None) -> str:
    """The country's name, or nothing where a stakeholder has none."""
    country = shipped().get(code or "")
    return country.names[g.lang] if country else code or ""


def unit_name(code: str | None) -> str:
    """A unit of the figures: a country's code, or that there is none."""
    return code or word("unknown")
