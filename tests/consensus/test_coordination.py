"""Possible coordinated activity: found where chance cannot explain it, and only there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.consensus.coordinated_activity import (
    DAY,
    DETECTORS,
    HOUR,
    Conduct,
    identical_vectors,
    log_tail,
    low_activity,
    similar_within_day,
    top_hour,
    unverified,
)
from bench.coordination import BRIGADE, conversations, shuffled, with_brigade

NONE = np.zeros(0, dtype=np.int64)
NOON = 20_000 * DAY + 12 * HOUR


def conduct_of(answers: Any, came: Any = NOON, stratum: Any = 0, verified: Any = True) -> Conduct:
    """answers: shape (people, clauses), a stance or −1. The rest: one for all, or one for each."""
    answers = np.asarray(answers, dtype=np.int64)
    people = len(answers)
    rows, columns = np.nonzero(answers >= 0)
    return Conduct(
        rows,
        columns,
        answers[rows, columns],
        np.broadcast_to(came, people)[rows].astype(np.int64),
        np.broadcast_to(verified, people).astype(np.bool_),
        np.broadcast_to(stratum, people).astype(np.int64),
    )


def strangers(people: int = 300, clauses: int = 20, seed: int = 1) -> np.ndarray:
    """Everybody of an own mind, more in favour than against; two answers in five are missing."""
    generator = np.random.default_rng(seed)
    answers = generator.choice(4, (people, clauses), p=[0.4, 0.2, 0.15, 0.25])
    return np.where(generator.random(answers.shape) < 0.6, answers, -1)


def joined_by(brigade: Any, **values: Any) -> Conduct:
    """Strangers over thirty days, and after them a brigade that comes at noon of one day."""
    came = NOON - DAY * np.random.default_rng(2).integers(0, 30, 300)
    answers = np.concatenate([strangers(), brigade])
    return conduct_of(answers, came=np.concatenate([came, np.full(len(brigade), NOON)]), **values)


def plan(changed: float, size: int = 30) -> np.ndarray:
    """A brigade's answers: always the same, but for some that are dealt again."""
    generator = np.random.default_rng(3)
    copies = np.tile(generator.integers(0, 4, 20), (size, 1))
    return np.where(generator.random(copies.shape) < changed, (copies + 1) % 4, copies)


def test_exact_copies_are_found_and_nobody_else() -> None:
    groups = identical_vectors(joined_by(plan(0)))
    assert [group.tolist() for group in groups] == [list(range(300, 330))]


def test_three_copies_of_many_answers_are_enough() -> None:
    groups = identical_vectors(joined_by(plan(0, size=3)))
    assert [group.tolist() for group in groups] == [[300, 301, 302]]


def test_two_copies_are_a_coincidence() -> None:
    assert identical_vectors(joined_by(plan(0, size=2))) == []


def test_copies_on_fewer_than_five_clauses_say_nothing() -> None:
    brigade = plan(0)
    brigade[:, 4:] = -1
    assert identical_vectors(joined_by(brigade)) == []


def test_noisy_copies_of_one_day_and_stratum_are_found() -> None:
    (group,) = similar_within_day(joined_by(plan(0.1)))
    assert len(group) >= 25
    assert group.min() >= 300


def test_noisy_copies_are_not_sought_across_strata() -> None:
    alone = np.arange(330)
    assert similar_within_day(joined_by(plan(0.1), stratum=alone)) == []


def test_noisy_copies_are_not_sought_across_days() -> None:
    conduct = joined_by(plan(0.1))
    brigade = conduct.rows >= 300
    spread = replace(conduct, stated_at=conduct.stated_at + np.where(brigade, conduct.rows * DAY, 0))
    assert similar_within_day(spread) == []


def test_the_day_is_that_of_the_first_position() -> None:
    conduct = joined_by(plan(0.1))
    later = replace(
        conduct, stated_at=conduct.stated_at + np.where(conduct.columns > 10, conduct.rows * DAY, 0)
    )
    assert len(similar_within_day(later)) == 1


def test_strangers_are_not_marked() -> None:
    conduct = conduct_of(strangers())
    assert identical_vectors(conduct) == []
    assert similar_within_day(conduct) == []


@pytest.mark.parametrize("people", [3, 40, 400])
def test_unanimity_is_not_coordination(people: int) -> None:
    conduct = conduct_of(np.zeros((people, 12)))
    assert identical_vectors(conduct) == []
    assert similar_within_day(conduct) == []


def test_easy_answers_that_nearly_everybody_gives_are_not_coordination() -> None:
    answers = np.where(np.random.default_rng(4).random((400, 6)) < 0.9, 0, 3)
    assert (answers == 0).all(axis=1).sum() > 100
    conduct = conduct_of(answers)
    assert identical_vectors(conduct) == []
    assert similar_within_day(conduct) == []


def test_two_camps_that_each_agree_are_not_coordination() -> None:
    generator = np.random.default_rng(5)
    camp = generator.integers(0, 2, 400)
    answers = np.where(generator.random((400, 12)) < 0.95, camp[:, None] * 3, 3 - camp[:, None] * 3)
    _, counts = np.unique(answers, axis=0, return_counts=True)
    assert counts.max() > 50
    conduct = conduct_of(answers)
    assert identical_vectors(conduct) == []
    assert similar_within_day(conduct) == []


def test_a_brigade_is_found_where_it_outnumbers_all_others() -> None:
    conduct = conduct_of(np.concatenate([strangers(20), plan(0, size=60)]))
    assert [group.tolist() for group in identical_vectors(conduct)] == [list(range(20, 80))]


def test_the_order_of_the_positions_does_not_matter() -> None:
    conduct = joined_by(plan(0.05), verified=np.arange(330) % 2 == 0)
    order = np.random.default_rng(6).permutation(len(conduct.rows))
    per_position = ("rows", "columns", "stances", "stated_at")
    other = replace(conduct, **{name: getattr(conduct, name)[order] for name in per_position})
    for find in DETECTORS.values():
        assert find(conduct).tolist() == find(other).tolist()


def test_the_numbers_of_the_accounts_do_not_matter() -> None:
    conduct = joined_by(plan(0.05))
    new = np.random.default_rng(7).permutation(330)
    other = replace(conduct, rows=new[conduct.rows])
    for find in DETECTORS.values():
        assert find(conduct).tolist() == find(other)[new].tolist()


@pytest.mark.parametrize("people", [0, 1, 5])
def test_without_positions_nobody_is_marked(people: int) -> None:
    zeros = np.zeros(people, dtype=np.int64)
    conduct = Conduct(NONE, NONE, NONE, NONE, zeros > 0, zeros)
    for find in DETECTORS.values():
        assert find(conduct).tolist() == [False] * people


def test_a_single_person_resembles_nobody() -> None:
    marks = {name: find(conduct_of(np.zeros((1, 9)))).tolist() for name, find in DETECTORS.items()}
    assert marks == {
        "identical": [False],
        "similar": [False],
        "unverified": [False],
        "low-activity": [False],
        "top-hour": [True],
    }


def test_whoever_takes_no_position_is_not_marked() -> None:
    conduct = conduct_of([[0, 0, 0], [-1, -1, -1]], verified=False)
    assert unverified(conduct).tolist() == [True, False]
    assert low_activity(conduct).tolist() == [False, False]
    assert top_hour(conduct).tolist() == [True, False]


def test_low_activity_is_fewer_than_three_positions() -> None:
    conduct = conduct_of([[0, 0, 0, 0], [0, 0, 0, -1], [0, 0, -1, -1]])
    assert low_activity(conduct).tolist() == [False, False, True]


def test_who_speaks_of_all_clauses_is_active_enough() -> None:
    assert low_activity(conduct_of([[0, 0], [0, -1]])).tolist() == [False, True]


def test_the_top_hour_is_any_sixty_minutes_and_the_earliest_of_several() -> None:
    minutes = np.array([0, 40, 70, 99, 100, 300, 310, 320])
    conduct = conduct_of(np.zeros((8, 3)), came=NOON + 60 * minutes)
    assert top_hour(conduct).tolist() == [False, True, True, True, False, False, False, False]
    tied = conduct_of(np.zeros((4, 3)), came=NOON + 60 * np.array([0, 59, 60, 119]))
    assert top_hour(tied).tolist() == [True, True, False, False]


def test_the_bound_on_a_tail_is_never_below_the_exact_probability() -> None:
    trials = np.arange(1, 30)
    for share in (0.05, 0.5, 0.9):
        exact = trials * np.log(share)
        bound = log_tail(trials.astype(float), trials * share, trials)
        np.testing.assert_allclose(bound, exact, rtol=1e-9)
    assert log_tail(np.array([5.0]), np.array([5.0]), np.array([10])).tolist() == [0.0]


def test_the_detectors_come_in_the_order_of_the_page() -> None:
    assert list(DETECTORS) == ["identical", "similar", "unverified", "low-activity", "top-hour"]


def test_a_stance_out_of_range_is_refused() -> None:
    conduct = conduct_of(np.full((3, 5), 4))
    with pytest.raises(ValueError, match="stance"):
        identical_vectors(conduct)


def test_real_conversations_hold_no_identical_answers_and_next_to_no_similar_ones(shared_data: Path) -> None:
    for _, conduct in conversations(shared_data):
        assert identical_vectors(conduct) == []
        assert sum(map(len, similar_within_day(conduct))) <= 0.02 * len(conduct)
        dealt_anew = shuffled(conduct, np.random.default_rng(1))
        assert identical_vectors(dealt_anew) == []
        assert similar_within_day(dealt_anew) == []


def test_every_exact_copy_put_into_a_real_conversation_is_found(shared_data: Path) -> None:
    for _, conduct in conversations(shared_data):
        crowd, brigade = with_brigade(conduct, 0.0, np.random.default_rng(1))
        assert (DETECTORS["identical"](crowd) & brigade).sum() == BRIGADE
