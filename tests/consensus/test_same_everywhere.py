"""The same input gives the same bytes: in every process, and after the rules went through a package."""

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from app.consensus.assessing import assess
from app.foundation.canonical import canonical, digest
from app.publication.recomputation import first_difference
from app.reference.countries import shipped
from app.representation.rules import MeasurementRules
from tests.consensus.voices import WORLD, Voices, data_of

MARGINS = {
    "region": {
        "western-europe-others": 0.23,
        "africa": 0.21,
        "asia-pacific": 0.27,
        "eastern-europe": 0.12,
        "latin-america-caribbean": 0.17,
    },
    "category": {"research": 0.4, "government": 0.6},
}
RULES = MeasurementRules.read({"schemes": ["balanced", "regional", "raked"], "margins": MARGINS})


def voices(apart: bool) -> Voices:
    """A third of the world; ``apart``: governments from Africa alone, which no weights can balance."""
    found: dict[Any, dict[str, int]] = {}
    for number, code in enumerate(WORLD[::3]):
        is_government = shipped()[code].region == "africa" if apart else number % 2 == 0
        category = "government" if is_government else "research"
        found[category, code, True] = {"object" if number % 5 == 0 else "support": 1 + number % 3}
    return found


@cache
def assessed(apart: bool) -> dict[str, Any]:
    return assess(RULES, data_of(voices(apart)), rules_digest="x")


def digests() -> list[str]:
    """Digests of assessments whose margins can and cannot be met."""
    return [digest(assessed(apart)) for apart in (False, True)]


@pytest.mark.parametrize("seed", ["1", "2"])
def test_another_process_gives_the_same_bytes(seed: str) -> None:
    """Sets of words are walked in another order wherever the hash seed differs."""
    code = "from tests.consensus.test_same_everywhere import digests; print(*digests())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == digests()


@pytest.mark.parametrize("apart", [False, True])
def test_rules_out_of_a_package_give_the_same_bytes(apart: bool) -> None:
    """Canonical JSON sorts the margins; the weights must not depend on who was fitted first."""
    unpacked = MeasurementRules.read(json.loads(canonical(RULES.content())))
    assert list(unpacked.margins) != list(RULES.margins)
    again = assess(unpacked, data_of(voices(apart)), rules_digest="x")
    assert canonical(assessed(apart)) == canonical(again)


def whole() -> dict[str, Any]:
    """Sixty governments of equal voice and a crowd: many ties, which the last digit of a sum could break."""
    found: dict[Any, dict[str, int]] = {
        ("government", code, True): {"object" if number % 7 == 0 else "support": 1}
        for number, code in enumerate(WORLD[:60])
    }
    crowd: dict[Any, dict[str, int]] = {("individual", code, False): {"support": 3} for code in WORLD[5:25]}
    return assess(MeasurementRules(), data_of(found | crowd, crowd), rules_digest="x")


@pytest.mark.parametrize("kernel", ["Nehalem", "Haswell", "SkylakeX", "Prescott"])
def test_another_processor_chooses_alike_and_differs_in_last_digits_at_most(kernel: str) -> None:
    code = "from tests.consensus.test_same_everywhere import whole, json; print(json.dumps(whole()))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"OPENBLAS_CORETYPE": kernel},
        capture_output=True,
        text=True,
    )
    if done.returncode < 0:  # killed: this processor lacks what the kernel asks for, so it is not compared
        assert kernel == "SkylakeX"
        return
    assert done.returncode == 0, done.stderr
    assert first_difference(json.loads(canonical(whole())), json.loads(done.stdout)) is None
