"""Facts about countries: complete, attributable, correctable."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from app.reference.countries import (
    corrected,
    development_bloc,
    from_rows,
    members,
    renamed,
    shipped,
    to_rows,
)
from app.reference.languages import INTERFACE_LANGUAGES
from app.representation.schemes import world_shares


def test_the_membership_is_whole() -> None:
    world = members(shipped())
    assert len(shipped()) == 249
    assert len(world) == 193
    assert Counter(map(development_bloc, world)) == {"ldc": 44, "other-developing": 98, "developed": 51}
    assert Counter(country.region for country in world) == {
        "africa": 54,
        "asia-pacific": 54,
        "eastern-europe": 23,
        "latin-america-caribbean": 33,
        "western-europe-others": 29,
    }


def test_every_country_has_a_name_in_the_six_languages() -> None:
    assert [
        (code, language)
        for code, country in shipped().items()
        for language in INTERFACE_LANGUAGES
        if not country.names[language].strip()
    ] == []


def test_namibia_is_a_country() -> None:
    assert shipped()["NA"].names["en"] == "Namibia"


def test_the_facts_are_those_of_their_source(shared_data: Path) -> None:
    with (shared_data / "countries" / "countries.csv").open(encoding="utf-8", newline="") as file:
        source = {row["iso2"]: row for row in csv.DictReader(file)}
    assert source.keys() == shipped().keys()
    for code, country in shipped().items():
        row = source[code]
        flags = [row[name] == "1" for name in ("un_member", "developing", "ldc", "lldc", "sids")]
        assert [country.is_member, country.developing, country.ldc, country.lldc, country.sids] == flags
        assert country.population == int(row["population"] or 0)


def test_a_correction_changes_one_country_and_the_shares_of_the_world() -> None:
    facts = corrected(shipped(), {"NP": {"ldc": False, "colour": "red"}, "XX": {"ldc": True}})
    assert development_bloc(facts["NP"]) == "other-developing"
    assert shipped()["NP"].ldc
    assert "XX" not in facts
    assert world_shares(facts, "development")["ldc"] == 43 / 193


def test_an_editor_may_choose_another_name_in_one_language() -> None:
    row = {"iso2": "TR", "language": "en", "name": "Turkey", "reason": "as the conference writes it"}
    facts = renamed(shipped(), [row])
    assert (facts["TR"].names["en"], facts["TR"].names["fr"]) == ("Turkey", shipped()["TR"].names["fr"])
    assert shipped()["TR"].names["en"] != "Turkey"
    with pytest.raises(KeyError):
        renamed(shipped(), [row | {"iso2": "XX"}])


def test_the_names_are_those_of_the_united_nations(shared_data: Path) -> None:
    with (shared_data / "countries" / "country_names_un.csv").open(encoding="utf-8", newline="") as file:
        official = {row.pop("iso2"): row for row in csv.DictReader(file)}
    assert {code: dict(country.names) for code, country in shipped().items()} == official


def test_facts_survive_json_without_their_names() -> None:
    rows = to_rows(shipped(), ["NA", "FR", "nowhere"])
    assert [row["iso2"] for row in rows] == ["FR", "NA"]
    assert to_rows(from_rows(rows)) == rows
