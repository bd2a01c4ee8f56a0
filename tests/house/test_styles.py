"""Styles and scripts are written to be read: by idea, each selector once, colours by name."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
import tinycss2

from app.web.site.assets import APP, SCRIPTS, STYLES, sources
from tests.house.laws import ROOT

LONGEST = 110
COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", re.I)
ONE_SIDED = re.compile(r"^(?:margin|padding|border)-(?:left|right|top|bottom)\b|^(?:left|right|top|bottom)$")
ONE_SIDED_BREACHES = ("margin-left", "left", "border-top-color")

Rule = tuple[str, str, list[tuple[str, str]]]  #: at-rule that holds it or "", selector, its declarations


def rules(sheet: str, inside: str = "") -> Iterator[Rule]:
    for node in tinycss2.parse_rule_list(sheet, skip_comments=True, skip_whitespace=True):
        assert node.type in ("qualified-rule", "at-rule"), f"{node.source_line}: {node}"
        if node.type == "at-rule":
            yield from rules(
                tinycss2.serialize(node.content), f"@{node.at_keyword}{tinycss2.serialize(node.prelude)}"
            )
        else:
            found = tinycss2.parse_declaration_list(node.content, skip_comments=True, skip_whitespace=True)
            yield (
                inside,
                " ".join(tinycss2.serialize(node.prelude).split()),
                [(one.name, tinycss2.serialize(one.value).strip()) for one in found],
            )


def written(name: str) -> str:
    return (APP / "styles" / f"{name}.css").read_text()


def repeated(sheet: str) -> list[tuple[str, str]]:
    """Selectors that are defined twice in the same circumstances."""
    return [one for one, times in Counter((at, each) for at, each, _ in rules(sheet)).items() if times > 1]


def set_twice(sheet: str) -> list[tuple[str, str, str]]:
    """Where one of several selectors gets a property from two rules: which, and the property."""
    found = Counter(
        (at, selector.strip(), name)
        for at, selectors, declarations in rules(sheet)
        for selector in re.split(r",(?![^(]*\))", selectors)
        for name, _ in declarations
    )
    return [one for one, times in found.items() if times > 1]


def test_every_part_is_sent_and_no_other() -> None:
    for folder, names in (("styles", STYLES), ("scripts", SCRIPTS)):
        assert sorted(path.stem for path in (APP / folder).iterdir()) == sorted(names)
    assert not [path for path in (APP / "static").rglob("*") if path.suffix in (".css", ".js")]


def test_a_selector_is_defined_once() -> None:
    whole = "".join(map(written, STYLES))
    assert repeated(whole) == [] and set_twice(whole) == []


def test_the_law_on_selectors_notices() -> None:
    assert repeated(".a { color: red; } .b { margin: 0; } .a { margin: 0; }") == [("", ".a")]
    assert set_twice(".a, .b { color: red; } .b { color: blue; }") == [("", ".b", "color")]
    assert repeated("@media print { .a { margin: 0; } } .a { margin: 0; }") == []


@pytest.mark.parametrize("name", STYLES)
def test_colours_have_names_and_sides_follow_the_writing(name: str) -> None:
    declared = [(key, value) for _, _, found in rules(written(name)) for key, value in found]
    assert name == "tokens" or [one for one in declared if COLOUR.search(one[1])] == []
    assert [key for key, _ in declared if ONE_SIDED.search(key)] == []


def test_the_laws_on_declarations_notice() -> None:
    assert all(ONE_SIDED.search(key) for key in ONE_SIDED_BREACHES)
    assert COLOUR.search("0 0 1px #fff") and not COLOUR.search("var(--ink)")


def test_one_declaration_stands_on_a_line() -> None:
    parts = [*(ROOT / "app" / "styles").iterdir(), *(ROOT / "app" / "scripts").iterdir()]
    lines = [(path.name, line) for path in parts for line in path.read_text().splitlines()]
    assert [one for one in lines if len(one[1]) > LONGEST] == []
    sheet = [line for name, line in lines if name.endswith(".css")]
    assert [line for line in sheet if line.count(";") + line.count("{") + line.count("}") > 1] == []
    assert not any(not one.strip() and not two.strip() for one, two in pairwise(sheet))


def test_what_is_sent_is_smaller_and_says_the_same() -> None:
    sent = sources()
    whole = "".join(map(written, STYLES))
    assert len(sent["concord.css"]) < 0.8 * len(whole.encode())
    assert [one[1].replace(" ", "") for one in rules(sent["concord.css"].decode())] == [
        one[1].replace(" ", "") for one in rules(whole)
    ]
    assert len(sent["concord.js"]) < 0.8 * sum(
        (APP / "scripts" / f"{name}.js").stat().st_size for name in SCRIPTS
    )
