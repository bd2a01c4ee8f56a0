"""The share that can accept a clause, and what chance allows."""

import numpy as np
import pytest
from hypothesis import given
from scipy.stats import t as student

from app.consensus.agreement import ALIKE, Figure, agreement, bloc_shares, wilson
from app.reference.countries import shipped
from app.representation.bounds import weigh
from app.representation.cells import Cell, Cells
from app.representation.rules import MeasurementRules
from tests.consensus.voices import WORLD
from tests.representation.rooms import Room, cells_of, rooms

RULES = MeasurementRules()


def say(cells: Cells, accept: list[int], against: list[int], population: int | None = None) -> Figure:
    yes, no = np.array([accept]), np.array([against])
    heard = (yes + no).sum(axis=1)
    return agreement(cells, np.ones(len(cells)), yes, no, population=population, heard=heard).figures()[0]


def bounds(share: float, n: float, z: float = 1.959963984540054) -> tuple[float, float]:
    low, high = wilson(np.array([share]), np.array([n]), z)
    return float(low[0]), float(high[0])


def parliament(count: int) -> Cells:
    return cells_of({("government", code, True): 1 for code in WORLD[:count]})


@pytest.mark.parametrize(
    ("accepting", "of", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(accepting: int, of: int, low: float, high: float) -> None:
    assert bounds(accepting / of, of) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_nobody_taking_a_side_has_no_share() -> None:
    assert say(parliament(3), [0, 0, 0], [0, 0, 0]) == Figure(None, None, None, 0.0, "nobody")


def test_few_stakeholders_and_few_countries_have_no_interval() -> None:
    few = say(parliament(4), [1, 1, 1, 0], [0, 0, 0, 1])
    assert (few.share, few.low, few.no_interval) == (0.75, None, "few-stakeholders")
    one_country = cells_of({("individual", "KE", True): 500})
    assert say(one_country, [400], [100]).no_interval == "few-countries"


def test_a_census_has_no_interval() -> None:
    whole = say(parliament(193), [1] * 150 + [0] * 43, [0] * 150 + [1] * 43, population=193)
    assert (whole.share, whole.low, whole.no_interval) == (150 / 193, None, "census")


def test_a_declared_population_narrows_the_interval() -> None:
    accept, against = [1] * 80 + [0] * 20, [0] * 80 + [1] * 20
    free, of_193 = say(parliament(100), accept, against), say(parliament(100), accept, against, 193)
    assert of_193.n_eff == pytest.approx(free.n_eff / (1 - 100 / 193))
    assert free.low is not None and of_193.low is not None and free.low < of_193.low


def test_fifty_of_one_country_are_not_fifty_witnesses() -> None:
    room: Room = {("individual", code, True): 50 for code in WORLD[:20]}
    together = say(cells_of(room), [50] * 15 + [0] * 5, [0] * 15 + [50] * 5)
    apart = say(cells_of(room), [37] * 15 + [39] * 5, [13] * 15 + [11] * 5)
    assert 19 <= together.n_eff <= 20  # as many as countries
    assert 500 < apart.n_eff <= 1000  # no more than there are people


def test_one_objection_among_the_unanimous_does_not_raise_the_lower_end() -> None:
    room: Room = {("individual", code, True): 84 for code in WORLD[:12]}
    lows = []
    for objections in (0, 1, 2, 5, 20):
        accept = [84 - objections] + [84] * 11
        found = say(cells_of(room), accept, [objections] + [0] * 11)
        assert found.low is not None
        lows.append(found.low)
    assert lows == sorted(lows, reverse=True)
    assert 0.95 < lows[0] < 1


def test_one_government_a_country_is_one_witness_each() -> None:
    found = say(parliament(100), [1] * 80 + [0] * 20, [0] * 80 + [1] * 20)
    assert found.n_eff == pytest.approx(100, rel=0.02)
    assert (found.low, found.high) == pytest.approx(bounds(0.8, 99), abs=2e-3)


@given(rooms)
def test_the_interval_is_that_of_an_independent_loop(room: Room) -> None:
    cells = cells_of(room)
    accept = np.array(
        [count // 3 + (place % 2) * (count - count // 3) for place, count in enumerate(room.values())]
    )
    against = np.array(list(room.values())) - accept
    for scheme in ("per_country", "balanced"):
        weights = weigh(cells, RULES, scheme).weights
        heard = cells.counts.sum(keepdims=True)
        said = agreement(cells, weights, accept[None], against[None], population=None, heard=heard)
        (found,) = said.figures()
        share, n_eff, clusters, quantile = by_hand(
            cells.cells, weights.tolist(), accept.tolist(), against.tolist()
        )
        assert found.share == pytest.approx(share)
        assert found.n_eff == pytest.approx(n_eff, rel=1e-6)
        if clusters < 10:
            assert found.no_interval in ("few-stakeholders", "few-countries")
        elif found.low is not None:
            assert (found.low, found.high) == pytest.approx(bounds(share, n_eff, quantile), abs=1e-9)


def by_hand(
    cells: list[Cell], weights: list[float], accept: list[int], against: list[int]
) -> tuple[float, float, int, float]:
    """Share, effective size, number of clusters and the quantile, one stakeholder after the other."""
    people = []
    for place, cell in enumerate(cells):
        for number in range(accept[place] + against[place]):
            cluster = cell.country or f"alone {place} {number}"
            people.append((cluster, weights[place], number < accept[place]))
    whole = sum(weight for _, weight, _ in people)
    share = sum(weight for _, weight, accepts in people if accepts) / whole
    residuals: dict[str, float] = {}
    masses: dict[str, float] = {}
    for cluster, weight, accepts in people:
        residuals[cluster] = residuals.get(cluster, 0.0) + weight * (accepts - share)
        masses[cluster] = masses.get(cluster, 0.0) + weight
    m = len(residuals)
    kish = whole**2 / sum(weight**2 for _, weight, _ in people)
    variance = m / (m - 1) * sum(r**2 for r in residuals.values()) / whole**2 if m > 1 else 0.0
    of_countries = whole**2 / sum(mass**2 for mass in masses.values())
    spread = share * (1 - share)
    seen = max(variance / spread if spread > 1e-12 else 0.0, 1 / kish)
    prior = 1 / kish + ALIKE * max(1 / of_countries - 1 / kish, 0.0)
    n_eff = min(kish, m / ((m - 1) * seen + prior))
    freedom = max(m - 1, 1) / max(1 - n_eff / kish, 1e-6) ** 2
    return share, n_eff, m, float(student.ppf(0.975, min(freedom, 1e9)))


def test_a_bloc_hears_each_of_its_countries_once() -> None:
    room = {("individual", "FR", True): 90, ("government", "DE", True): 1, ("igo", None, True): 2}
    cells = cells_of(room)
    everybody = np.ones(3, dtype=bool)
    accept, against = np.array([[90, 0, 1]]), np.array([[0, 1, 1]])
    share, countries = bloc_shares(cells, everybody, accept, against)
    assert (share[0], countries[0]) == (pytest.approx((1 + 0 + 1) / 4), 4)
    share, countries = bloc_shares(cells, cells.in_bloc("development", "developed"), accept, against)
    assert (share[0], countries[0]) == (0.5, 2)
    share, countries = bloc_shares(cells, cells.in_bloc("development", "ldc"), accept, against)
    assert np.isnan(share[0]) and countries[0] == 0


def test_accounts_without_a_country_are_one_unit_of_a_bloc() -> None:
    cells = cells_of({("individual", None, False): 900, ("individual", "FR", False): 1})
    share, countries = bloc_shares(cells, np.ones(2, dtype=bool), np.array([[0, 1]]), np.array([[900, 0]]))
    assert (share[0], countries[0]) == (0.5, 2)


def test_the_interval_covers_the_truth_where_countries_hold_together() -> None:
    """Nominal 95 %; 400 rooms of 60 countries whose people lean together. Wald on people covers half."""
    generator = np.random.default_rng(7)
    truth = 0.7
    sizes = np.clip(generator.geometric(0.15, 60), 1, 30)
    cells = Cells([Cell("individual", code, True) for code in WORLD[:60]], sizes, shipped())
    accept = generator.binomial(sizes, generator.beta(truth * 2, (1 - truth) * 2, (400, 60)))
    heard = np.full(400, sizes.sum())
    found = agreement(cells, np.ones(60), accept, sizes - accept, population=None, heard=heard)
    half = 1.96 * np.sqrt(found.share * (1 - found.share) / sizes.sum())
    assert 0.92 <= ((found.low <= truth) & (truth <= found.high)).mean() <= 0.98
    assert (abs(found.share - truth) <= half).mean() < 0.8
