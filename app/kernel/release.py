"""Which version of Concord this is."""

import tomllib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


@cache
def version() -> str:
    """As its project names it: "0.1.0"."""
    told: str = tomllib.loads(PROJECT.read_text())["project"]["version"]
    return told
