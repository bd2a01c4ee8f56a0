"""A migration, once landed, is never written again, and rests on nothing that changes."""

import ast
import hashlib
from pathlib import Path

from alembic.script import ScriptDirectory
from alembic.util import load_python_file

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


def rows_of_the_guide(text: str) -> dict[str, str]:
    """What docs/operation.md says that taking each migration back loses, by its title."""
    _, _, table = text.partition("| migration, newest first | lost by taking it back |")
    lines = (line.strip("|").split("|") for line in table.split("\n\n")[0].splitlines() if "---" not in line)
    return {cells[0].strip(): cells[1].strip() for cells in lines if len(cells) == 2}


def test_each_migration_says_what_taking_it_back_loses_and_the_guide_says_the_same() -> None:
    losses = load_python_file(VERSIONS.parent, "losses.py")
    said = {
        Path(script.path).stem[5:].replace("_", " "): losses.lost_by(script) or "nothing"
        for script in ScriptDirectory(str(VERSIONS.parent)).walk_revisions()
    }
    guide = rows_of_the_guide((ROOT / "docs" / "operation.md").read_text())
    assert list(guide.items()) == list(said.items())
