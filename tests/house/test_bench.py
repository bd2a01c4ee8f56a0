"""Benchmarks run seldom: what they take from the application is looked for on every change."""

import importlib
from pathlib import Path

import pytest

from tests.house.laws import ROOT

OF_THEMSELVES = {"__main__", "wsgi"}  #: run or serve when they are read
MODULES = sorted(path.stem for path in Path(ROOT, "bench").glob("*.py") if path.stem not in OF_THEMSELVES)


@pytest.mark.parametrize("module", MODULES)
def test_a_benchmark_finds_what_it_measures(module: str) -> None:
    try:
        importlib.import_module(f"bench.{module}")
    except ModuleNotFoundError as missing:
        assert not (missing.name or "").startswith(("app", "bench", "tests")), missing
