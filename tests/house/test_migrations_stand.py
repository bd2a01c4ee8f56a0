"""A migration, once landed, is never written again, and rests on nothing that changes."""

import ast
import hashlib
from pathlib import Path

from tests.house.laws import ROOT

VERSIONS = ROOT / "migrations" / "versions"
LANDED = VERSIONS / "landed.sha256"
#: 0007 fills columns by the function that the application looks names up with, so that the two agree.
MAY_IMPORT = {"0007_names_that_look_alike.py": {"app.reference.lookalikes"}}


def digests(files: list[Path]) -> list[str]:
    return [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}" for file in files]


def imported(text: str) -> set[str]:
    nodes = ast.walk(ast.parse(text))
    names = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    return {name for name in names if name.split(".")[0] in ("app", "config", "tests")}


def test_a_migration_takes_nothing_from_the_application() -> None:
    found = {file.name: imported(file.read_text()) for file in VERSIONS.glob("*.py")}
    assert {name: taken for name, taken in found.items() if taken} == MAY_IMPORT
    assert imported("from app.norms.models import Norm\n") == {"app.norms.models"}


def test_a_landed_migration_is_as_it_was() -> None:
    """``sha256sum *.py > landed.sha256`` in the folder notes a new one; no line of it may change."""
    files = sorted(VERSIONS.glob("*.py"))
    assert LANDED.read_text().splitlines() == digests(files)
