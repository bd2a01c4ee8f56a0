"""The worked example of docs/method.md, computed from the very table a reader sees."""

from collections.abc import Iterator
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t as student

from app.consensus.agreement import agreement
from app.reference.countries import shipped
from app.representation.bounds import weigh
from app.representation.cells import Cell, Cells
from app.representation.rules import MeasurementRules

METHOD = Path(__file__).parents[2] / "docs" / "method.md"
SCHEMES = ("per_country", "balanced", "square_root")


def table(head: str) -> list[dict[str, str]]:
    """The rows of the table whose first column is ``head``."""
    lines = iter(METHOD.read_text(encoding="utf-8").splitlines())
    names = next(cells(line) for line in lines if line.startswith(f"| {head} |"))
    next(lines)
    return [dict(zip(names, cells(line), strict=True)) for line in _while_table(lines)]


def _while_table(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield line


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


ROWS = table("category")
FIGURES = {row["quantity"]: row for row in table("quantity")}


def country(row: dict[str, str]) -> str | None:
    return None if row["country"] == "–" else row["country"]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_weights_on_the_page_are_those_computed(scheme: str) -> None:
    room = Cells(
        [Cell(row["category"], country(row), row["verified"] == "yes") for row in ROWS],
        np.array([int(row["stakeholders"]) for row in ROWS]),
        shipped(),
    )
    weights = weigh(room, MeasurementRules(), scheme).weights
    assert weights == pytest.approx([float(row[scheme]) for row in ROWS], abs=5e-5)
    accept, against = (np.array([[int(row[side]) for row in ROWS]]) for side in ("accept", "object"))
    heard = (accept + against).sum(axis=1)
    (found,) = agreement(room, weights, accept, against, population=None, heard=heard).figures()
    assert [found.share, found.low, found.high, found.n_eff] == pytest.approx(
        [float(FIGURES[name][scheme]) for name in ("share p", "low", "high", "n_eff")], abs=5e-5
    )


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_figures_follow_from_the_page_by_its_formulas(scheme: str) -> None:
    """With nothing but the numbers printed, which are rounded to four places."""
    voices = [
        (country(row) or f"{place} {number}", float(row[scheme]), number < int(row["accept"]))
        for place, row in enumerate(ROWS)
        for number in range(int(row["accept"]) + int(row["object"]))
    ]
    whole = sum(weight for _, weight, _ in voices)
    share = sum(weight for _, weight, accepts in voices if accepts) / whole
    clusters = {name for name, _, _ in voices}
    residual = [
        sum(w * (accepts - share) for name, w, accepts in voices if name == one) for one in sorted(clusters)
    ]
    mass = [sum(w for name, w, _ in voices if name == one) for one in sorted(clusters)]
    m = len(clusters)
    variance = m / (m - 1) * sum(r * r for r in residual) / whole**2
    kish = whole**2 / sum(w * w for _, w, _ in voices)
    effective_clusters = whole**2 / sum(one * one for one in mass)
    seen = max(variance / (share * (1 - share)), 1 / kish)
    expected = 1 / kish + 0.3 * max(1 / effective_clusters - 1 / kish, 0)
    n = min(kish, m / ((m - 1) * seen + expected))
    z = student.ppf(0.975, (m - 1) / (1 - n / kish) ** 2)
    middle, width = share + z * z / (2 * n), z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    found = {"share p": share, "m": m, "V": variance, "Kish": kish, "C": effective_clusters, "n_eff": n}
    found |= {"low": (middle - width) / (1 + z * z / n), "high": (middle + width) / (1 + z * z / n)}
    printed = {name: float(row[scheme]) for name, row in FIGURES.items()}
    assert found == pytest.approx(printed, abs=2e-3)


def test_the_pencil_lines_of_the_example() -> None:
    voice = 40 / (13 + 2 / 3)
    assert pytest.approx(2.9268, abs=5e-5) == voice
    assert pytest.approx(0.1626, abs=5e-5) == voice / 3 / 6
    assert pytest.approx(0.0488, abs=5e-5) == voice / 3 / 20
    ldc, developed = 44 / 193 * 12 / 3, 51 / 193 * 12 / 4
    assert (ldc, developed) == pytest.approx((0.9119, 0.7927), abs=5e-5)
    assert pytest.approx(13.5976, abs=5e-5) == 13 + developed / 3 + 1 / 3
    assert pytest.approx(2.6826, abs=5e-5) == ldc * 40 / (13 + developed / 3 + 1 / 3)
    assert pytest.approx(2.8571, abs=5e-5) == 40 / 14
