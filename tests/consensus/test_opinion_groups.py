"""Opinion groups: found where they are, not found where they are not."""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from app.consensus import chance, components
from app.consensus.chance import ChanceSample, beats_chance
from app.consensus.clustering import best_clustering, silhouettes
from app.consensus.executors import HERE
from app.consensus.matrix import PositionMatrix
from app.consensus.opinion_groups import (
    Plane,
    opinion_groups,
    scores_of,
)

Triples = list[tuple[int, int, int]]
SUPPORT, ACCEPT, ABSTAIN, OBJECT = range(4)


def camps(
    sizes: list[int], clauses: int = 20, stated: float = 0.7, seed: int = 1
) -> tuple[Triples, list[int]]:
    """Camps that each have their own mind on every clause, and follow it nine times out of ten."""
    generator = np.random.default_rng(seed)
    minds = generator.choice([SUPPORT, OBJECT], (len(sizes), clauses))
    camp = np.repeat(np.arange(len(sizes)), sizes)
    triples = [
        (person, clause, int(mind if generator.random() < 0.9 else SUPPORT + OBJECT - mind))
        for person in range(len(camp))
        for clause in range(clauses)
        if generator.random() < stated
        for mind in [minds[camp[person], clause]]
    ]
    return triples, camp.tolist()


def noise(people: int, clauses: int, seed: int) -> Triples:
    generator = np.random.default_rng(seed)
    lean = generator.random(clauses)
    return [
        (person, clause, SUPPORT if generator.random() < lean[clause] else OBJECT)
        for person in range(people)
        for clause in range(clauses)
        if generator.random() < 0.7
    ]


def groups(triples: Triples, clauses: int = 20) -> dict[str, Any]:
    people = [f"s{number:05d}" for number in range(1 + max((person for person, _, _ in triples), default=0))]
    return opinion_groups(matrix_of(triples, len(people), clauses), people, [f"p{n}" for n in range(clauses)])


def matrix_of(triples: Triples, people: int, clauses: int) -> PositionMatrix:
    rows, columns, stances = np.array(triples, dtype=np.int64).reshape(-1, 3).T
    return PositionMatrix.of(rows, columns, stances, people=people, clauses=clauses)


@pytest.mark.parametrize("sizes", [[80, 60], [70, 60, 50]])
def test_camps_are_found(sizes: list[int]) -> None:
    triples, camp = camps(sizes)
    found = groups(triples)
    assert (found["k"], found["shown"]) == (len(sizes), True)
    pairs = Counter(zip(camp, found["assignments"].values(), strict=True))
    together = sum(count for _, count in pairs.most_common(len(sizes)))
    assert together >= 0.97 * len(camp)


@pytest.mark.parametrize("seed", range(5))
def test_noise_is_not_shown_as_groups(seed: int) -> None:
    assert not groups(noise(150, 20, seed))["shown"]


def test_one_who_objects_alone_is_no_group() -> None:
    """299 of 300 support both clauses: no group, and no one person's mind told as that of a group."""
    found = groups(
        [(person, clause, OBJECT * (person == 7)) for person in range(300) for clause in range(2)], 2
    )
    assert not found["shown"]


@pytest.mark.parametrize("few", [1, 3, 4])
def test_camps_are_found_although_some_stand_alone(few: int) -> None:
    triples, _ = camps([80, 60])
    loners = [
        (140 + n, clause, SUPPORT if clause % 2 else OBJECT) for n in range(few) for clause in range(20)
    ]
    found = groups(triples + loners)
    assert found["shown"] and min(found["sizes"]) >= 5


def test_groups_on_which_two_halves_do_not_agree_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the silhouette says: agreement of the halves no better than a shuffle's is chance."""
    triples, _ = camps([80, 60])
    matrix, scores = matrix_of(triples, 140, 20), scores_of()
    assert beats_chance(matrix, scores, 2)
    sample = ChanceSample.of(matrix, scores)
    shuffled = [sample.agreement(sample.shuffled(number), 2) for number in range(chance.SHUFFLES)]
    agreement = ChanceSample.agreement
    for no_better in (-0.01, 0.0, max(shuffled)):
        monkeypatch.setattr(
            ChanceSample,
            "agreement",
            lambda self, stances, k, seen=no_better: (
                seen if stances is self.stances else agreement(self, stances, k)
            ),
        )
        assert not beats_chance(matrix, scores, 2)


def test_a_shuffle_gives_each_clause_the_answers_it_had() -> None:
    sample = ChanceSample.of(matrix_of(noise(150, 20, 1), 150, 20), scores_of())
    answers = 4 * sample.clause_of + sample.stances
    mixed = 4 * sample.clause_of + sample.shuffled(3)
    assert not np.array_equal(answers, mixed)
    assert np.array_equal(np.bincount(answers), np.bincount(mixed))


def test_the_test_against_chance_looks_at_the_components_of_the_whole() -> None:
    """A few rounds of Lanczos' method find what stands out."""
    triples, _ = camps([60, 50], clauses=90)
    rows, columns, stances = np.array(triples).T
    dense = np.full((90, 110), np.nan)
    dense[columns, rows] = np.array([1.0, 1.0, 0.0, -1.0])[stances]
    centred = np.nan_to_num(dense - np.nanmean(dense, axis=1)[:, None])
    vectors, _, _ = np.linalg.svd(centred)
    assert abs(chance.axes(centred)[:, 0] @ vectors[:, 0]) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    "conversation", ["canadian-electoral-reform", "scoop-hivemind.biodiversity", "vtaiwan.uberx"]
)
def test_groups_of_real_conversations_are_still_shown(conversation: str, shared_data: Path) -> None:
    with (shared_data / "polis" / conversation / "votes.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["timestamp"]))
    last = {(row["voter-id"], row["comment-id"]): {"1": 0, "0": 2, "-1": 3}[row["vote"]] for row in rows}
    people, clauses = (sorted({key[place] for key in last}) for place in (0, 1))
    triples = [(people.index(one), clauses.index(other), stance) for (one, other), stance in last.items()]
    found = opinion_groups(matrix_of(triples, len(people), len(clauses)), people, clauses)
    assert found["shown"] and min(found["sizes"]) >= 5


def test_few_people_are_never_shown() -> None:
    found = groups(camps([30, 30])[0])
    assert (found["k"], found["shown"]) == (2, False)


def test_neither_the_order_of_positions_nor_of_people_matters() -> None:
    triples, _ = camps([60, 50])
    people = [f"s{number}" for number in range(110)]
    provisions = [f"p{number}" for number in range(20)]
    generator = np.random.default_rng(3)
    turn = generator.permutation(110)
    turned = [(int(np.flatnonzero(turn == person)[0]), clause, stance) for person, clause, stance in triples]
    mixed = [turned[place] for place in generator.permutation(len(turned))]
    once = opinion_groups(matrix_of(triples, 110, 20), people, provisions)
    again = opinion_groups(matrix_of(mixed, 110, 20), [people[place] for place in turn], provisions)
    assert once == again


def test_components_are_those_of_the_dense_matrix_with_column_means() -> None:
    triples, _ = camps([30, 20], clauses=9)
    rows, columns, stances = np.array(triples).T
    dense = np.full((50, 9), np.nan)
    dense[rows, columns] = np.array([1.0, 1.0, 0.0, -1.0])[stances]
    centred = np.nan_to_num(dense - np.nanmean(dense, axis=0))
    _, _, axes = np.linalg.svd(centred)
    expected = centred @ axes[:2].T * np.sqrt(9 / (~np.isnan(dense)).sum(axis=1))[:, None]
    held = components.rows_of(matrix_of(triples, 50, 9))
    found = Plane.of(HERE, held, scores_of()).place(HERE, held)
    assert np.abs(found) == pytest.approx(np.abs(expected), abs=1e-7)  # points lie on a grid


def test_group_informed_consensus_is_the_product_over_groups() -> None:
    triples, _ = camps([70, 50])
    found = groups(triples)
    group = list(found["assignments"].values())
    for clause in range(20):
        product = 1.0
        for one in range(found["k"]):
            said = [stance for person, place, stance in triples if place == clause and group[person] == one]
            product *= (sum(stance in (SUPPORT, ACCEPT) for stance in said) + 1) / (len(said) + 2)
        assert found["group_informed_consensus"][f"p{clause}"] == pytest.approx(product)


def test_representative_clauses_are_those_on_which_a_group_stands_apart() -> None:
    shared = [(person, clause, SUPPORT) for person in range(120) for clause in range(8)]
    split = [(person, 8, SUPPORT if person < 60 else OBJECT) for person in range(120)]
    split += [(person, 9, OBJECT if person < 60 else SUPPORT) for person in range(120)]
    found = groups(shared + split, clauses=10)
    assert found["k"] == 2
    for one in found["representative"]:
        assert {(clause["provision"], clause["side"]) for clause in one["clauses"]} in (
            {("p8", "accept"), ("p9", "object")},
            {("p8", "object"), ("p9", "accept")},
        )


def test_unanimity_identical_people_and_nobody_have_no_groups() -> None:
    assert groups([])["k"] == 0
    alike = groups([(person, clause, SUPPORT) for person in range(150) for clause in range(20)])
    assert not alike["shown"]
    assert alike["sizes"] in ([150], [])
    abstaining = groups([(person, clause, ABSTAIN) for person in range(150) for clause in range(20)])
    assert not abstaining["shown"]


def test_the_silhouette_is_that_of_plain_loops() -> None:
    points = np.random.default_rng(5).normal(size=(30, 2))
    labels, _ = best_clustering(points)
    widths = []
    for i in range(30):
        means = {}
        for label in set(labels.tolist()):
            others = [j for j in range(30) if labels[j] == label and j != i]
            lengths = [float(np.hypot(*(points[i] - points[j]))) for j in others]
            means[label] = sum(lengths) / len(lengths) if lengths else None
        own = means.pop(labels[i])
        other = min(value for value in means.values() if value is not None)
        widths.append(0.0 if own is None else (other - own) / max(own, other))
    assert silhouettes(points, np.ones(30), [labels]) == pytest.approx([sum(widths) / 30], abs=1e-6)


@contextmanager
def calls_in(file: str) -> Iterator[Counter[str]]:
    """How often each function of a file is called in the meantime, on whatever machine."""
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.endswith(file):
            calls[frame.f_code.co_name] += 1

    sys.setprofile(note)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def test_a_real_conversation_has_groups_that_agree_with_its_sign(shared_data: Path) -> None:
    folder = shared_data / "polis" / "vtaiwan.uberx"
    stance = {"1": SUPPORT, "0": ABSTAIN, "-1": OBJECT}
    with (folder / "participants-votes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    clauses = [name for name in rows[0] if name.isdigit()]
    triples = [
        (person, place, stance[row[clause]])
        for person, row in enumerate(rows)
        for place, clause in enumerate(clauses)
        if row[clause] in stance
    ]
    matrix = matrix_of(triples, len(rows), len(clauses))
    with calls_in("clustering.py") as calls:
        found = opinion_groups(matrix, [row["participant"] for row in rows], clauses)
    assert 0 < calls["best_of"] <= 21 and 0 < calls["k_means"] <= 21 * 4 + 42
    assert 0 < calls["_nearest"] <= 1500  # steps; other linear algebra may need a few more
    assert found["shown"] and 2 <= found["k"] <= 5
    assert sum(found["sizes"]) == len(found["assignments"]) > 100
    assert all(0 < value < 1 for value in found["group_informed_consensus"].values())
