"""The worked example of docs/method.md, word for word in figures."""

import numpy as np

from app.reference.countries import shipped
from app.representation.cells import Cell, Cells
from app.representation.rules import MeasurementRules
from app.representation.schemes import SCHEMES


def test_the_worked_example_of_the_method() -> None:
    cells = Cells(
        [Cell("government", "KE", True), Cell("company", "KE", True), Cell("government", "FR", True)],
        np.array([2, 1, 1]),
        shipped(),
    )
    assert SCHEMES["per_country"](cells, MeasurementRules()).tolist() == [0.5, 1.0, 2.0]
