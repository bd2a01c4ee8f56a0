"""Countries by their names in the page's language, for choosing one."""

from flask import g
from flask_babel import gettext

from app.kernel.labels import word
from app.reference.countries import shipped
from app.representation.cells import WORLD


def country_names() -> dict[str, str]:
    """ISO 3166-1 alpha-2 → name, in the alphabetical order of the names."""
    named = {code: country.names[g.lang] for code, country in shipped().items()}
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


def country_name(code: str | None) -> str:
    """The country's name, or nothing where a stakeholder has none."""
    country = shipped().get(code or "")
    return country.names[g.lang] if country else code or ""


def unit_name(code: str | None) -> str:
    """A unit of the figures: a country's code, or of which countries it pools individuals."""
    if code is None or len(code) == len("NA"):
        return code or word("unknown")
    if code == WORLD:
        return gettext("individuals of small groups of the whole world")
    return gettext("individuals of small groups: %(where)s", where=", ".join(map(word, code.split("/"))))
