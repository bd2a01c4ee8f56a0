"""The rules of measurement as lines of words and values."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import format_decimal, format_percent, gettext

from app.foundation.errors import N_
from app.kernel.labels import word
from app.representation.rules import MeasurementRules

KINDS = {
    "development": N_("development bloc"),
    "region": N_("UN region"),
    "category": N_("category of stakeholder"),
}
BOUNDS = {
    "bound_verified": N_("Maximum weight of a verified stakeholder"),
    "bound_self_declared": N_("Maximum weight of a self-declared stakeholder"),
}
PARTS = {
    "self_declared_part": N_(
        "Maximum weight of self-declared individuals, as a share of the weight of the verified"
    ),
}
VERIFIED_COUNT = N_("entities only if verified; individuals also if self-declared, within the limit below")
EVERYBODY_COUNTS = N_("all participants; identities are not checked")
INFORMATIVE = N_("Shown for information; not considered in whether a verdict depends on the weighting")
GATE = N_("Minimum responses in each %(kind)s")
COUNTS = {
    "gate_countries": N_("Minimum number of countries"),
    "least_stakeholders": N_("Minimum number of stakeholders on a clause"),
}
SHARES = {
    "consensus_low": N_("Consensus: minimum share of agreement, at the lower end of the interval"),
    "consensus_bloc": N_("Consensus: minimum share within every bloc"),
    "rough_low": N_("Rough consensus: minimum share, at the lower end of the interval"),
    "rough_bloc": N_("Rough consensus: minimum share within every bloc"),
    "rejected_high": N_("Not supported: maximum share, at the upper end of the interval"),
    "rejected_bloc": N_("Not supported: maximum share within any bloc"),
    "widest_half": N_("Maximum margin of error"),
}
MARGIN = N_("Share of each %(kind)s")
POPULATION = N_("All members of the group")


def lines(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the rules say, line by line: words and value."""
    rules = MeasurementRules.read(content)
    said = [
        (gettext("Weightings"), listed(map(word, rules.schemes))),
        (gettext("Categories counted"), listed(map(word, rules.categories))),
    ]
    informative = [name for name in rules.schemes if name in rules.informative]
    if informative:
        said.append((gettext(INFORMATIVE), listed(map(word, informative))))
    who = VERIFIED_COUNT if rules.verification else EVERYBODY_COUNTS
    said.append((gettext("Stakeholders counted"), gettext(who)))
    said += [
        (gettext(words), share(getattr(rules, name))) for name, words in PARTS.items() if rules.verification
    ]
    said += [(gettext(words), times(getattr(rules, name))) for name, words in BOUNDS.items()]
    said += [(of_kind(GATE, kind), format_decimal(least)) for kind, least in rules.gates.items()]
    said += [(gettext(words), format_decimal(getattr(rules, name))) for name, words in COUNTS.items()]
    said += [(gettext(words), share(getattr(rules, name))) for name, words in SHARES.items()]
    said += [
        (of_kind(MARGIN, kind), listed(f"{word(bloc)} {share(aim)}" for bloc, aim in aims.items()))
        for kind, aims in rules.margins.items()
    ]
    if rules.population is not None:
        said.append((gettext(POPULATION), format_decimal(rules.population)))
    return said


def of_kind(words: str, kind: str) -> str:
    return str(gettext(words, kind=gettext(KINDS[kind])))


def share(value: float) -> str:
    return str(format_percent(value, "#,##0.#%"))


def times(factor: float) -> str:
    return str(gettext("%(factor)s times the mean", factor=format_decimal(factor)))


def listed(names: Iterable[str]) -> str:
    return " · ".join(names)
