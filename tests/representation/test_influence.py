"""How far anybody can move a clause: by hand, and by letting the flood come."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.representation.bounds import mean_voice, weigh
from app.representation.influence import TIMES, Reach, floods, influence
from app.representation.rules import MAIN, MeasurementRules
from app.representation.schemes import RAW
from tests.representation.rooms import CODES, Room, cells_of, held_by, one_government_each, rooms

RULES = MeasurementRules(verification=False)


@settings(deadline=None, max_examples=30)
@given(rooms)
def test_no_flood_holds_more_than_two_voices_but_where_heads_are_counted(room: Room) -> None:
    cells = cells_of(room)
    for scheme in RULES.schemes:
        units = influence(cells, RULES, scheme)["self_declared_bound"]
        for one in floods(cells, RULES, scheme, [None, *CODES]):
            assert one.size == TIMES * sum(room.values())
            if scheme == RAW:
                assert one.share == pytest.approx(TIMES / (TIMES + 1))
            else:
                assert one.share <= units * (1 + 1e-9)


@settings(deadline=None, max_examples=150)
@given(rooms, st.sampled_from((*CODES, None)), st.booleans(), st.randoms(use_true_random=False))
def test_a_clause_after_a_real_flood_lies_within_reach(
    room: Room, country: str | None, supports: bool, chance: random.Random
) -> None:
    cells = cells_of(room)
    accept = np.array([[chance.randint(0, count) for count in room.values()]])
    against = cells.counts[None] - accept
    bounds = Reach.of(cells, RULES, "per_country").on(accept, against)[0]
    flood = ("individual", country, False)
    size = TIMES * sum(room.values())
    flooded = dict(room)
    flooded[flood] = flooded.get(flood, 0) + size
    after = cells_of(flooded)
    weights = weigh(after, RULES, "per_country").weights
    said = np.zeros(len(flooded))
    said[: len(room)] = accept[0]
    place = list(flooded).index(flood)
    said[place] += size if supports else 0
    share = float(weights @ said / (weights @ after.counts))
    assert bounds["low"] is not None and bounds["high"] is not None
    assert bounds["low"] - 1e-9 <= share <= bounds["high"] + 1e-9


@settings(deadline=None, max_examples=30)
@given(rooms)
def test_no_country_holds_more_than_its_bound(room: Room) -> None:
    cells = cells_of(room)
    for scheme in RULES.schemes[1:]:
        found = influence(cells, RULES, scheme)
        weights = weigh(cells, RULES, scheme).weights
        assert found["unit_bound"] == pytest.approx(
            min(1, 5 * mean_voice(cells, weights) / cells.counts.sum())
        )
        for code, share in found["countries"]:
            assert share == pytest.approx(held_by(code, room, weights))
            assert share <= found["unit_bound"] * (1 + 1e-9)
        assert sum(found["categories"].values()) == pytest.approx(1)


def test_sixty_governments_by_hand() -> None:
    cells = cells_of(one_government_each(60))
    found = influence(cells, RULES, "per_country")
    assert (found["unit_bound"], found["self_declared_bound"]) == (
        pytest.approx(5 / 60),
        pytest.approx(2 / 60),
    )
    nowhere = found["floods"][0]
    assert (nowhere["from"], nowhere["present"], nowhere["size"]) == (None, False, 600)
    assert nowhere["share"] == pytest.approx(1 / 61)  # a sixty-first unit, worth one country
    accept, against = np.ones((1, 60)), np.zeros((1, 60))
    assert Reach.of(cells, RULES, "per_country").on(accept, against) == [
        {"low": pytest.approx(60 / 61), "high": pytest.approx(1)}
    ]


def test_nobody_can_be_flooded_where_nobody_is() -> None:
    cells = cells_of({})
    assert influence(cells, RULES, MAIN)["floods"] == []
    nothing = np.zeros((2, 0))
    assert Reach.of(cells, RULES, MAIN).on(nothing, nothing) == [{"low": None, "high": None}] * 2
