"""Large imagined rooms, made fast."""

from typing import Any

import numpy as np

from app.consensus.input import AssessmentInput
from app.consensus.matrix import PositionMatrix
from app.reference.countries import members, shipped, to_rows
from app.representation.rules import CATEGORIES


def imagined(people: int, clauses: int, stated: float = 0.6, seed: int = 1, **values: Any) -> AssessmentInput:
    """Three camps with a mind of their own on every clause; everybody of some category and country."""
    generator = np.random.default_rng(seed)
    codes = [country.iso2 for country in members(shipped())][::4]
    cells = [(category, code, known) for category in CATEGORIES for code in codes for known in (False, True)]
    camp, lean = generator.integers(0, 3, people), generator.random((3, clauses)) ** 0.5
    rows, columns = np.nonzero(generator.random((people, clauses)) < stated)
    accepts = generator.random(len(rows)) < lean[camp[rows], columns]
    stances = np.where(accepts, generator.integers(0, 2, len(rows)), generator.integers(2, 4, len(rows)))
    given: dict[str, Any] = {
        "norm": "imagined",
        "draft": 1,
        "closing": False,
        "provisions": [(f"p{number}", str(number)) for number in range(1, clauses + 1)],
        "cells": cells,
        "people": [f"s{number:06d}" for number in range(people)],
        "cell_of": generator.integers(0, len(cells), people),
        "positions": PositionMatrix.of(rows, columns, stances, people=people, clauses=clauses),
        "set_aside": [],
        "unconfirmed": [0] * clauses,
        "objections": [{}] * clauses,
        "verified_objections": [0] * clauses,
        "unanswered_objections": [0] * clauses,
        "country_facts": to_rows(shipped()),
    }
    return AssessmentInput(**given | values)
