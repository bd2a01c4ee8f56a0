"""Assessment input made by hand."""

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from app.consensus.input import AssessmentInput
from app.consensus.matrix import STANCES, PositionMatrix
from app.reference.countries import members, shipped, to_rows

Key = tuple[str, str | None, bool]
Voices = Mapping[Key, Mapping[str, int]]  #: cell → stance → how many
WORLD = tuple(country.iso2 for country in members(shipped()))
STANCE_OF = {"yes": "support", "abstain": "abstain", "no": "object"}


def data_of(*clauses: Voices, **values: Any) -> AssessmentInput:
    """One clause for each mapping; everybody of a cell is whoever was heard most."""
    keys = sorted({key for clause in clauses for key in clause}, key=str)
    sizes = [max(sum(clause.get(key, {}).values()) for clause in clauses) for key in keys]
    cell_of = np.repeat(np.arange(len(keys)), np.array(sizes, dtype=np.int64))
    first = {key: sum(sizes[:number]) for number, key in enumerate(keys)}
    triples = [
        (first[key] + place, number, STANCES.index(stance))
        for number, clause in enumerate(clauses)
        for key, stances in clause.items()
        for place, stance in enumerate(Counter(stances).elements())
    ]
    rows, columns, stances = np.array(triples, dtype=np.int64).reshape(-1, 3).T
    given: dict[str, Any] = {
        "norm": "test",
        "draft": 1,
        "closing": False,
        "provisions": [(f"p{number}", str(number)) for number in range(1, len(clauses) + 1)],
        "cells": keys,
        "people": [f"s{number:06d}" for number in range(len(cell_of))],
        "cell_of": cell_of,
        "positions": PositionMatrix.of(rows, columns, stances, people=len(cell_of), clauses=len(clauses)),
        "set_aside": [],
        "unconfirmed": [0] * len(clauses),
        "objections": [{}] * len(clauses),
        "verified_objections": [0] * len(clauses),
        "unanswered_objections": [0] * len(clauses),
        "country_facts": to_rows(shipped()),
    }
    return AssessmentInput(**given | values)


def governments(accepting: Iterable[str], against: Iterable[str] = ()) -> Voices:
    said = Counter({(code, "support"): 1 for code in accepting} | {(code, "object"): 1 for code in against})
    return {("government", code, True): {stance: 1} for code, stance in said}


def roll_calls(folder: Path) -> dict[str, dict[str, str]]:
    """Roll call → country → yes, abstain or no."""
    found: dict[str, dict[str, str]] = {}
    with gzip.open(folder / "unga" / "votes.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["roll_call_id"], {})[row["iso2"]] = row["vote"]
    return found
