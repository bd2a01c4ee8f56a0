"""Benchmarks run seldom: what they take from the project is looked for on every change."""

import ast
import importlib
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.house.laws import ROOT

FILES = sorted(Path(ROOT, "bench").glob("*.py"))
OURS = {"app", "config", "tests"}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_benchmark_finds_what_it_measures(file: Path) -> None:
    """Read from the file, so that nothing only a benchmark needs has to be installed."""
    missing = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in OURS:
            module = importlib.import_module(str(node.module))
            missing += [
                f"{node.module}.{one.name}" for one in node.names if not is_in(module.__name__, one.name)
            ]
    assert missing == []


def is_in(module: str, name: str) -> bool:
    found = importlib.import_module(module)
    return hasattr(found, name) or (hasattr(found, "__path__") and find_spec(f"{module}.{name}") is not None)
