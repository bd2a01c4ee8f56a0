"""The rules of measurement as lines of words and values."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import format_decimal, format_percent, gettext

from app.foundation.errors import N_
from app.representation.rules import MeasurementRules
from app.web.vocabulary import word

KINDS = {
    "development": N_("development bloc"),
    "region": N_("UN region"),
    "category": N_("category of stakeholder"),
}
SHARES = {
    "consensus_low": N_("Consensus: least share of agreement, at the lower end of the interval"),
    "consensus_bloc": N_("Consensus: least share within every bloc"),
    "rough_low": N_("Rough consensus: least share, at the lower end of the interval"),
    "rough_bloc": N_("Rough consensus: least share within every bloc"),
    "rejected_high": N_("Not supported: greatest share, at the upper end of the interval"),
    "rejected_bloc": N_("Not supported: greatest share within any bloc"),
    "widest_half": N_("Half of the interval is at most"),
}


def lines(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the rules say, line by line: words and value."""
    rules = MeasurementRules.read(content)
    said = [
        (gettext("Ways of weighing voices"), listed(map(word, rules.schemes))),
        (gettext("Categories counted"), listed(map(word, rules.categories))),
        (gettext("A verified stakeholder weighs at most"), times(rules.bound_verified)),
        (gettext("A self-declared stakeholder weighs at most"), times(rules.bound_self_declared)),
    ]
    for kind, least in rules.gates.items():
        said.append(
            (gettext("Voices needed in each %(kind)s", kind=gettext(KINDS[kind])), format_decimal(least))
        )
    said.append((gettext("From at least so many countries"), format_decimal(rules.gate_countries)))
    said.append((gettext("Stakeholders needed on a clause"), format_decimal(rules.least_stakeholders)))
    said += [
        (gettext(words), format_percent(getattr(rules, name), "#,##0.#%")) for name, words in SHARES.items()
    ]
    if rules.population is not None:
        said.append((gettext("Everybody there is"), format_decimal(rules.population)))
    return said


def times(factor: float) -> str:
    return str(gettext("%(factor)s times the mean", factor=format_decimal(factor)))


def listed(names: Iterable[str]) -> str:
    return " · ".join(names)
