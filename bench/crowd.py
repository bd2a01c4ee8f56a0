"""A large imagined deliberation, the same for every measurement."""

import numpy as np

from app.consensus.input import AssessmentInput
from app.consensus.matrix import PositionMatrix
from app.reference.countries import members, shipped, to_rows
from app.representation.rules import CATEGORIES

CLAUSES, STATED = 1_000, 50
CAMPS = 3
AT_A_TIME = 20_000


def crowd(people: int, seed: int = 1) -> AssessmentInput:
    """Stakeholders of any country and category, in three camps, with 50 positions each on 1,000 clauses."""
    generator = np.random.default_rng(seed)
    countries = [country.iso2 for country in members(shipped())]
    cells = sorted((one, code, known) for one in CATEGORIES for code in countries for known in (False, True))
    camp, lean = generator.integers(0, CAMPS, people), generator.random((CAMPS, CLAUSES))
    codes = np.empty(people * STATED, dtype=np.uint16)
    width = CLAUSES // STATED
    for first in range(0, people, AT_A_TIME):
        rows = min(AT_A_TIME, people - first)
        columns = np.arange(STATED) * width + generator.integers(0, width, (rows, STATED))
        accepts = lean[camp[first : first + rows, None], columns]
        said = generator.random((rows, STATED))
        stances = np.select([said < 0.7 * accepts, said < accepts, said < 0.1 + 0.9 * accepts], [0, 1, 2], 3)
        codes[first * STATED : (first + rows) * STATED] = (4 * columns + stances).ravel()
    return AssessmentInput(
        norm="crowd",
        draft=1,
        closing=False,
        provisions=[(f"p{number}", str(number)) for number in range(1, CLAUSES + 1)],
        cells=cells,
        people=[f"p{number:07d}" for number in range(people)],
        cell_of=generator.integers(0, len(cells), people),
        positions=PositionMatrix(np.arange(people + 1, dtype=np.int64) * STATED, codes, CLAUSES),
        set_aside=[],
        unconfirmed=[0] * CLAUSES,
        objections=[{}] * CLAUSES,
        verified_objections=[0] * CLAUSES,
        unanswered_objections=[0] * CLAUSES,
        country_facts=to_rows(shipped()),
    )
