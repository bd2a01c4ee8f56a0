"""Rooms full of stakeholders: random ones, and the arithmetic of weights done by hand."""

from collections import defaultdict

import numpy as np
from hypothesis import strategies as st

from app.reference.countries import development_bloc, members, shipped
from app.representation.cells import Cell, Cells
from app.representation.rules import CATEGORIES

CODES = ("NP", "UG", "KE", "CO", "BR", "FR", "DE", "NA", "CN")
Room = dict[tuple[str, str | None, bool], int]

rooms = st.dictionaries(
    st.tuples(st.sampled_from(CATEGORIES), st.sampled_from((*CODES, None)), st.booleans()),
    st.integers(1, 40),
    min_size=1,
    max_size=25,
)


def cells_of(room: Room) -> Cells:
    cells = [Cell(*key) for key in room]
    return Cells(cells, np.array(list(room.values()), dtype=np.int64), shipped())


def one_government_each(count: int = 193) -> Room:
    return {("government", country.iso2, True): 1 for country in members(shipped())[:count]}


def unit_of(country: str | None, verified: bool) -> str | None:
    """Whose voice a stakeholder shares; None for who is a unit alone."""
    return country or (None if verified else "unknown")


def voices_by_hand(room: Room, scheme: str) -> dict[tuple[str, str | None, bool], float]:
    """Each stakeholder's weight before bounds, written as a delegate would with a pencil."""
    facts = shipped()
    people: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (category, country, verified), count in room.items():
        if unit := unit_of(country, verified):
            people[unit][category] += count
    voice = {}
    for country in people.keys() - {"unknown"}:
        bloc = development_bloc(facts[country])
        peers = [other for other in people if other in facts and development_bloc(facts[other]) == bloc]
        voice[country] = {
            "per_country": 1.0,
            "square_root": facts[country].population ** 0.5,
            "population": float(facts[country].population),
            "balanced": {"ldc": 44.0, "other-developing": 98.0, "developed": 51.0}[bloc] / len(peers),
        }[scheme]
    mean = sum(voice.values()) / max(1, len(voice))
    voice["unknown"] = mean or 1.0
    weights = {}
    for category, country, verified in room:
        unit = unit_of(country, verified)
        share = 1.0
        if unit:
            share = voice[unit] / (mean or 1.0) / len(people[unit]) / people[unit][category]
        weights[category, country, verified] = share
    total = sum(weights[key] * count for key, count in room.items())
    return {key: weight * sum(room.values()) / total for key, weight in weights.items()}


def held_by(unit: str | None, room: Room, weights: np.ndarray, *, claimed_only: bool = False) -> float:
    """The share of all weight that a unit, or its self-declared part, holds."""
    held = [
        weight * count
        for (_, country, verified), count, weight in zip(room, room.values(), weights, strict=True)
        if unit_of(country, verified) == unit and not (claimed_only and verified)
    ]
    return float(sum(held) / sum(room.values()))
