"""Entities and individuals of several countries with their answers, drawn by chance, for pooling."""

import random
from dataclasses import replace

import numpy as np

from app.consensus.input import AssessmentInput
from app.consensus.matrix import PositionMatrix
from tests.publication.packages import INPUT

PLACES = ["NP", "KE", "KE", "NA", "FR", "FR", "FR", "BR", None]
CLAUSES = 6
SILENT = -1


def company(seed: int, *, people: int = 160, aside: int = 0, answering: float = 0.5) -> AssessmentInput:
    """Five governments, and individuals who each answer a clause with the chance ``answering``; the last
    ``aside`` of them are set aside."""
    chance = random.Random(seed)
    own = [("individual", chance.choice(PLACES), chance.random() < 0.6) for _ in range(people)]
    held = [*(("government", code, True) for code in ("KE", "NA", "FR", "BR", "NP")), *own]
    answers = [
        [chance.randrange(4) if chance.random() < likely else SILENT for _ in range(CLAUSES)]
        for likely in [0.9] * 5 + [answering] * people
    ]
    return stated(held, np.array(answers), aside=range(len(held) - min(aside, people), len(held)))


def stated(
    held: list[tuple[str, str | None, bool]], answers: np.ndarray, aside: range = range(0)
) -> AssessmentInput:
    """held: of each their cell. answers: shape (people, clauses), stances."""
    cells = sorted(set(held), key=lambda key: (key[0], key[1] or "", key[2]))
    people, clauses = answers.shape
    data = replace(
        INPUT,
        provisions=[(f"p{number}", str(number)) for number in range(clauses)],
        cells=cells,
        people=[f"s{number}" for number in range(1000, 1000 + people)],
        cell_of=np.array([cells.index(key) for key in held], dtype=np.int64),
        set_aside=list(aside),
        unconfirmed=[0] * clauses,
        objections=[{}] * clauses,
        verified_objections=[0] * clauses,
        unanswered_objections=[0] * clauses,
    )
    return answering(data, answers)


def answering(data: AssessmentInput, answers: np.ndarray) -> AssessmentInput:
    """The same people with other answers."""
    people, clauses = answers.shape
    rows, columns = np.nonzero(answers != SILENT)
    positions = PositionMatrix.of(rows, columns, answers[rows, columns], people=people, clauses=clauses)
    return replace(data, positions=positions)


def answers_of(data: AssessmentInput) -> np.ndarray:
    """Shape (people, clauses)."""
    found = np.full((len(data.people), len(data.provisions)), SILENT)
    found[data.positions.rows, data.positions.columns] = data.positions.stances
    return found


def joined_otherwise(data: AssessmentInput, seed: int) -> AssessmentInput:
    """The same answers of each cell on each clause, given by others of the cell who answered it."""
    chance, answers = np.random.default_rng(seed), answers_of(data)
    aside = np.isin(np.arange(len(answers)), data.set_aside)
    for cell, (category, _, _) in enumerate(data.cells):
        for is_aside in (False, True):
            rows = np.flatnonzero((data.cell_of == cell) & (aside == is_aside))
            for clause in range(len(data.provisions)) if category == "individual" else ():
                spoken = rows[answers[rows, clause] != SILENT]
                answers[spoken, clause] = chance.permutation(answers[spoken, clause])
    return answering(data, answers)


def reordered(data: AssessmentInput, seed: int) -> AssessmentInput:
    """The same people with the same answers, individuals in another order."""
    person = np.array([data.cells[cell][0] == "individual" for cell in data.cell_of.tolist()], dtype=bool)
    order = np.arange(len(person))
    order[person] = np.random.default_rng(seed).permutation(order[person])
    aside = np.isin(order, data.set_aside)
    return replace(
        data,
        cell_of=data.cell_of[order],
        positions=data.positions.take(order),
        set_aside=np.flatnonzero(aside).tolist(),
    )
