"""Weights: against arithmetic by hand, within their bounds, and against crowds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.reference.countries import members, shipped
from app.representation.bounds import bounded, effective_size, mean_voice, weigh
from app.representation.rules import MeasurementRules
from app.representation.schemes import RAW, SCHEMES
from tests.representation.rooms import (
    CODES,
    Room,
    cells_of,
    held_by,
    one_government_each,
    rooms,
    unit_of,
    voices_by_hand,
)

RULES = MeasurementRules(verification=False)
BY_HAND = ("per_country", "balanced", "square_root", "population")


@given(rooms)
def test_every_scheme_divides_a_voice_as_a_pencil_would(room: Room) -> None:
    cells = cells_of(room)
    for scheme in BY_HAND:
        expected = list(voices_by_hand(room, scheme).values())
        assert SCHEMES[scheme](cells, RULES) == pytest.approx(expected, rel=1e-9), scheme


@given(rooms)
def test_weights_within_bounds_add_up_to_the_stakeholders(room: Room) -> None:
    cells = cells_of(room)
    units = {unit_of(country, verified) for _, country, verified in room} - {None}
    for scheme in RULES.schemes:
        weighing = weigh(cells, RULES, scheme)
        assert weighing.weights @ cells.counts == pytest.approx(cells.counts.sum())
        assert (weighing.weights >= 0).all()
        if scheme == RAW:
            continue
        voice = mean_voice(cells, weighing.weights) / cells.counts.sum()
        for unit in units:
            assert held_by(unit, room, weighing.weights) <= 5 * voice * (1 + 1e-9), (scheme, unit)
            claimed = held_by(unit, room, weighing.weights, claimed_only=True)
            assert claimed <= 2 * voice * (1 + 1e-9), (scheme, unit)
        alone = cells.unit_of < 0
        assert (weighing.weights[alone] <= 5 * voice * cells.counts.sum() * (1 + 1e-9)).all()


@settings(deadline=None)
@given(rooms)
def test_the_order_of_cells_tells_nothing(room: Room) -> None:
    turned = dict(reversed(room.items()))
    for scheme in RULES.schemes:
        there, back = weigh(cells_of(room), RULES, scheme), weigh(cells_of(turned), RULES, scheme)
        assert there.weights == pytest.approx(back.weights[::-1])


def test_bounding_keeps_the_ratios_of_those_below_the_bound() -> None:
    room: Room = {("government", "KE", True): 1, ("government", "BR", True): 2, ("government", "FR", True): 4}
    result = bounded(cells_of(room), np.array([10.0, 2.0, 1.0]), 1.2, 1.2)
    assert result @ [1, 2, 4] == pytest.approx(7)
    assert result[0] == pytest.approx(1.2 * 7 / 3)
    assert result[1] / result[2] == pytest.approx(2.0)


def test_the_self_declared_of_a_country_share_one_bound() -> None:
    room: Room = {
        ("individual", "KE", False): 50,
        ("government", "KE", True): 1,
        ("government", "FR", True): 9,
    }
    result = bounded(cells_of(room), np.array([1.0, 1.0, 1.0]), 1.9, 0.5)
    assert 50 * result[0] == pytest.approx(0.5 * 30)
    assert result[1] == pytest.approx(result[2])
    assert result @ [50, 1, 9] == pytest.approx(60)


def test_a_lone_government_of_a_bloc_is_held_at_five_voices() -> None:
    room = {("government", code, True): 1 for code in ("FR", "DE", "IT", "ES", "PT", "AT", "BE", "NL")}
    room |= {("government", code, True): 1 for code in ("SE", "FI", "DK", "NO", "GB", "IE", "CA", "AU")}
    weighing = weigh(cells_of(room | {("government", "KE", True): 1}), RULES, "balanced")
    assert weighing.max_weight == pytest.approx(5)
    assert weighing.largest == ("KE", pytest.approx(5 / 17))
    (absent, developed, other) = weighing.unreached
    assert absent == ("ldc", pytest.approx(44 / 193), 0.0, "absent")
    assert developed[0] == "developed" and developed[3] == "bound" and developed[1] < developed[2]
    assert other[0] == "other-developing" and other[1:3] == (pytest.approx(98 / 149), pytest.approx(5 / 17))
    assert weighing.margin_error == pytest.approx(98 / 149 - 5 / 17, abs=1e-12)


@given(rooms, st.sampled_from((*CODES, None)))
def test_a_flood_of_ten_times_the_participants_takes_two_voices_at_most(
    room: Room, country: str | None
) -> None:
    """Whoever floods: a country heard, one not heard, or accounts that name none."""
    flood = ("individual", country, False)
    flooded = room | {flood: room.get(flood, 0) + 10 * sum(room.values())}
    cells = cells_of(flooded)
    for scheme in RULES.schemes[1:]:
        weights = weigh(cells, RULES, scheme).weights
        voice = mean_voice(cells, weights) / cells.counts.sum()
        claimed = held_by(unit_of(country, False), flooded, weights, claimed_only=True)
        assert claimed <= 2 * voice * (1 + 1e-9), scheme


def test_the_size_of_a_flood_makes_no_difference() -> None:
    room = one_government_each(60)
    taken = [
        held_by("unknown", flooded, weigh(cells_of(flooded), RULES, "balanced").weights)
        for size in (10, 1_000, 100_000)
        for flooded in [room | {("individual", None, False): size}]
    ]
    assert taken == pytest.approx([1 / 61] * 3)


def test_the_only_one_of_a_bloc_is_not_raised_without_end_by_a_crowd_behind_it() -> None:
    room = one_government_each(60)
    ldc = {country.iso2 for country in members(shipped()) if country.ldc}
    room = {key: 1 for key in room if key[1] not in ldc} | {("individual", "NP", False): 5_000}
    weights = weigh(cells_of(room), RULES, "balanced").weights
    assert held_by("NP", room, weights) <= 2 / len(room) * (1 + 1e-9)


def share_of(country: str, room: Room, scheme: str) -> float:
    return held_by(country, room, weigh(cells_of(room), RULES, scheme).weights)


def test_ten_thousand_from_one_country_weigh_no_more_than_its_government() -> None:
    room = one_government_each()
    flooded = room | {("individual", "FR", False): 10_000}
    for scheme in ("per_country", "balanced", "regional", "square_root"):
        assert share_of("FR", flooded, scheme) == pytest.approx(share_of("FR", room, scheme))


def test_governments_once_each_reach_the_shares_of_the_membership() -> None:
    cells = cells_of(one_government_each())
    weights = weigh(cells, RULES, "balanced").weights
    assert weights == pytest.approx(np.ones(193))
    assert weigh(cells, RULES, "regional").weights == pytest.approx(np.ones(193), abs=0.05)


def test_population_counts_for_few_governments() -> None:
    cells = cells_of(one_government_each())
    unbounded = effective_size(SCHEMES["population"](cells, RULES), cells.counts)
    assert 12 < unbounded < 14
    assert weigh(cells, RULES, "population").max_weight == pytest.approx(5)


def test_kish_gives_the_effective_size_of_unequal_weights() -> None:
    assert effective_size(np.ones(4), np.full(4, 25)) == 100
    # Half of 100 people weigh three times the others: (50·3 + 50)² / (50·9 + 50) = 80.
    assert effective_size(np.array([3.0, 1.0]), np.array([50, 50])) == 80
    assert effective_size(np.zeros(2), np.array([3, 4])) == 0.0


def test_an_empty_room_has_no_weights_and_breaks_nothing() -> None:
    weighing = weigh(cells_of({}), RULES, "balanced")
    assert (weighing.n_eff, weighing.max_weight, len(weighing.weights)) == (0.0, 0.0, 0)
