"""A release has a version, its changes with what an operator has to do, and its database."""

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest

from tests.house.laws import ROOT
from tests.stored import releases

HEADING = re.compile(r"^## (?P<version>\d+\.\d+\.\d+) – (?P<day>\d{4}-\d\d-\d\d)$", re.MULTILINE)
UPGRADING = "### Upgrading\n"


def parts(changelog: str) -> dict[str, tuple[dt.date, str]]:
    """The day and the text of each release, newest first."""
    found = list(HEADING.finditer(changelog))
    ends = [next_.start() for next_ in found[1:]] + [len(changelog)]
    return {
        one["version"]: (dt.date.fromisoformat(one["day"]), changelog[one.end() : end])
        for one, end in zip(found, ends, strict=True)
    }


def faults(changelog: str, version: str, stored: Sequence[str]) -> Iterator[str]:
    """What keeps the newest release from being tagged."""
    released = parts(changelog)
    first_heading = next((line for line in changelog.splitlines() if line.startswith("## ")), "")
    if first_heading != "## Unreleased":
        yield "the changelog does not begin with what is unreleased"
    if next(iter(released), None) != version:
        yield f"version {version} of pyproject.toml is not the newest release of the changelog"
    if list(released) != list(reversed(stored)):
        yield f"the changelog tells of {list(released)}, databases are stored of {list(stored)}"
    for (newer, (day, text)), (older, (before, _)) in pairwise(released.items()):
        if day < before:
            yield f"{newer} is older than {older}"
        if UPGRADING not in text:
            yield f"{newer} does not say what an operator has to do"


def test_the_newest_release_is_ready_to_be_tagged() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert list(faults((ROOT / "CHANGELOG.md").read_text(), version, releases())) == []


@pytest.mark.parametrize(
    ("changelog", "version", "stored", "fault"),
    [
        ("## 0.1.0 – 2026-01-01\n", "0.1.0", ["0.1.0"], "does not begin"),
        ("## Unreleased\n\n## 0.1.0 – 2026-01-01\n", "0.2.0", ["0.1.0"], "is not the newest"),
        ("## Unreleased\n\n## 0.1.0 – 2026-01-01\n", "0.1.0", [], "databases are stored of"),
        (
            f"## Unreleased\n\n## 0.2.0 – 2026-01-01\n{UPGRADING}\n## 0.1.0 – 2026-01-02\n",
            "0.2.0",
            ["0.1.0", "0.2.0"],
            "is older than",
        ),
        (
            "## Unreleased\n\n## 0.2.0 – 2026-01-02\n\n## 0.1.0 – 2026-01-01\n",
            "0.2.0",
            ["0.1.0", "0.2.0"],
            "what an operator has to do",
        ),
    ],
)
def test_what_is_missing_is_named(changelog: str, version: str, stored: list[str], fault: str) -> None:
    (found,) = faults(changelog, version, stored)
    assert fault in found
