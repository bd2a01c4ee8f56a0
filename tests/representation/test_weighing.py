"""Weights: against arithmetic by hand, within their bounds, and against crowds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.representation.bounds import bounded, caps, effective_size, weigh
from app.representation.rules import MeasurementRules
from app.representation.schemes import SCHEMES
from tests.representation.rooms import Room, cells_of, one_government_each, rooms, voices_by_hand

RULES = MeasurementRules()
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
    limit = caps(cells, RULES)
    for scheme in RULES.schemes:
        weighing = weigh(cells, RULES, scheme)
        assert weighing.weights @ cells.counts == pytest.approx(cells.counts.sum())
        assert (weighing.weights <= limit * (1 + 1e-9)).all()
        assert (weighing.weights >= 0).all()


@given(rooms)
def test_the_order_of_cells_tells_nothing(room: Room) -> None:
    turned = dict(reversed(room.items()))
    for scheme in RULES.schemes:
        there, back = weigh(cells_of(room), RULES, scheme), weigh(cells_of(turned), RULES, scheme)
        assert there.weights == pytest.approx(back.weights[::-1])


def test_bounding_keeps_the_ratios_of_those_below_the_bound() -> None:
    weights, counts = np.array([10.0, 2.0, 1.0]), np.array([1, 2, 4])
    result = bounded(weights * 7 / 18, counts, np.full(3, 2.0))
    assert result @ counts == pytest.approx(7)
    assert result[0] == 2.0
    assert result[1] / result[2] == pytest.approx(2.0)


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


@given(rooms, st.integers(1, 100_000), st.booleans())
def test_a_crowd_from_a_country_that_is_heard_cannot_enlarge_its_voice(
    room: Room, crowd: int, verified: bool
) -> None:
    room = {("government", "BR", True): 1, ("individual", "FR", False): 1} | room
    flooded = room | {("individual", "FR", verified): room.get(("individual", "FR", verified), 0) + crowd}
    for scheme in RULES.schemes[1:]:
        assert share_of("FR", flooded, scheme) <= unheld_share("FR", room, scheme) * (1 + 1e-6), scheme


def share_of(country: str, room: Room, scheme: str) -> float:
    return share(country, room, weigh(cells_of(room), RULES, scheme).weights)


def unheld_share(country: str, room: Room, scheme: str) -> float:
    """The country's share if the bounds held everybody but this country."""
    cells = cells_of(room)
    own = np.array([code == country for _, code, _ in room])
    limit = np.where(own, np.inf, caps(cells, RULES))
    return share(country, room, bounded(SCHEMES[scheme](cells, RULES), cells.counts, limit))


def share(country: str, room: Room, weights: np.ndarray) -> float:
    held = [w * n for (_, code, _), n, w in zip(room, room.values(), weights, strict=True) if code == country]
    return float(sum(held) / sum(room.values()))


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
