"""Countries: what is known of each, and the groups they belong to (pure).

Shipped with the software, from UN M49, UN lists and the World Bank; see data/README.md. Every function takes
the facts in use as an argument, because an administrator may have corrected some.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from app.reference.languages import INTERFACE_LANGUAGES

FILE = Path(__file__).parent / "data" / "countries.csv"
NAMES = FILE.with_name("names.csv")  #: names an editor has chosen instead of the United Nations'

#: UN regional groups as the source names them → our ids. Empty: not a member, no group.
REGIONS = {
    "African": "africa",
    "Asia-Pacific": "asia-pacific",
    "Eastern European": "eastern-europe",
    "GRULAC": "latin-america-caribbean",
    "WEOG": "western-europe-others",
}

FLAGS = ("is_member", "developing", "ldc", "lldc", "sids")
DEVELOPMENT_BLOCS = ("ldc", "other-developing", "developed")


@dataclass(frozen=True, slots=True)
class Country:
    """One ISO 3166-1 entry. ``population`` is 0 where unknown; ``region`` is None outside the UN groups."""

    iso2: str
    iso3: str
    m49: str
    names: Mapping[str, str]
    region: str | None
    is_member: bool
    developing: bool
    ldc: bool
    lldc: bool
    sids: bool
    population: int


Facts = Mapping[str, Country]


@cache
def shipped() -> Facts:
    """ISO 3166-1 alpha-2 → the facts the software comes with. "NA" is Namibia."""
    with FILE.open(encoding="utf-8", newline="") as file:
        facts = {row["iso2"]: _country(row) for row in csv.DictReader(file)}
    with NAMES.open(encoding="utf-8", newline="") as file:
        return renamed(facts, csv.DictReader(file))


def renamed(facts: Facts, rows: Iterable[Mapping[str, str]]) -> Facts:
    """``facts`` with other names: rows of ``iso2``, ``language``, ``name``; a ``reason`` is for readers.

    :raises KeyError: there is no such country.
    """
    result = dict(facts)
    for row in rows:
        country = result[row["iso2"]]
        names = {**country.names, row["language"]: row["name"]}
        result[row["iso2"]] = replace(country, names=names)
    return result


def _country(row: Mapping[str, str]) -> Country:
    return Country(
        iso2=row["iso2"],
        iso3=row["iso3"],
        m49=row["m49"],
        names={language: row[language] for language in INTERFACE_LANGUAGES},
        region=REGIONS.get(row["un_regional_group"]),
        is_member=row["un_member"] == "1",
        developing=row["developing"] == "1",
        ldc=row["ldc"] == "1",
        lldc=row["lldc"] == "1",
        sids=row["sids"] == "1",
        population=int(row["population"] or 0),
    )


def development_bloc(country: Country) -> str:
    """One of "ldc", "other-developing", "developed".

    >>> [development_bloc(shipped()[code]) for code in ("NP", "KE", "FR")]
    ['ldc', 'other-developing', 'developed']
    """
    if country.ldc:
        return "ldc"
    return "other-developing" if country.developing else "developed"


def members(facts: Facts) -> list[Country]:
    """The members of the United Nations, by code."""
    return [facts[code] for code in sorted(facts) if facts[code].is_member]


def corrected(facts: Facts, corrections: Mapping[str, Mapping[str, Any]]) -> Facts:
    """``facts`` with some fields of some countries replaced; unknown countries and fields are left out."""
    if not corrections:
        return facts
    result = dict(facts)
    for code, changes in corrections.items():
        if code in result:
            known = {name: value for name, value in changes.items() if name in Country.__dataclass_fields__}
            result[code] = replace(result[code], **known)
    return result


def refused(changes: Mapping[str, Any]) -> str | None:
    """The first field, by name, that may not be corrected or not to this value; None where all may."""
    for name, value in sorted(changes.items()):
        if name in FLAGS:
            fits = isinstance(value, bool)
        elif name == "region":
            fits = value is None or value in REGIONS.values()
        else:
            fits = name == "population" and type(value) is int and value >= 0
        if not fits:
            return name
    return None


def to_rows(facts: Facts, codes: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """The facts that weights and gates use, as JSON: every country, or some, by code, without the names."""
    wanted = sorted(facts if codes is None else set(codes) & facts.keys())
    return [{key: value for key, value in asdict(facts[code]).items() if key != "names"} for code in wanted]


def from_rows(rows: Iterable[Mapping[str, Any]]) -> Facts:
    """What ``to_rows`` gave, as facts again."""
    return {row["iso2"]: Country(names={}, **row) for row in rows}
