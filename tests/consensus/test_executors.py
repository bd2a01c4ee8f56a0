"""Whoever does the work, and however it is divided, the bits are the same."""

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pytest
import sqlalchemy as sa
from distributed import Client, LocalCluster
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.consensus import components, matrix
from app.consensus.assessing import assess
from app.consensus.executors import HERE, Cluster, Executor, Processes
from app.consensus.input import AssessmentInput
from app.consensus.matrix import PositionMatrix
from app.consensus.models import Assessment
from app.consensus.opinion_groups import opinion_groups
from app.consensus.tallies import tallies
from app.foundation.canonical import canonical
from app.positions.models import Stance
from app.representation.rules import MeasurementRules
from tests.consensus.crowds import imagined
from tests.factories import Make
from tests.positions.saying import clause_of, say

RULES = MeasurementRules()
PEOPLE, CLAUSES = 260, 30


@pytest.fixture(scope="module")
def processes() -> Iterator[Executor]:
    with Processes(2) as executor:
        yield executor


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster of two workers in two processes of this machine."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as local:
        yield local.scheduler_address


@pytest.fixture(scope="module")
def cluster(scheduler: str) -> Iterator[Executor]:
    with Client(scheduler) as client:
        yield Cluster(client)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 64 rows, so that there are several."""
    monkeypatch.setattr(matrix, "BLOCK", 64)


@pytest.fixture(params=["processes", "cluster"])
def other(request: pytest.FixtureRequest) -> Executor:
    executor: Executor = request.getfixturevalue(request.param)
    return executor


def room() -> AssessmentInput:
    return imagined(PEOPLE, CLAUSES)


def test_each_worker_of_a_cluster_holds_a_part(scheduler: str) -> None:
    data = room()
    half = len(data.positions) // 2
    parts = [(data.positions.part(*ends), data.cell_of) for ends in ((0, half), (half, len(data.positions)))]
    with Client(scheduler) as client:
        held = Cluster(client).hold(parts)
        places = client.who_has(held)
        assert sorted(len(keys) for keys in client.has_what().values()) == [1, 1], places


@pytest.mark.usefixtures("small_blocks")
def test_a_whole_assessment_is_the_same_to_the_last_bit(other: Executor) -> None:
    data = room()
    once, shared = (assess(RULES, data, rules_digest="x", executor=one) for one in (HERE, other))
    assert canonical(once) == canonical(shared)
    assert once["opinion_groups"]["k"] >= 2


@pytest.mark.usefixtures("small_blocks")
def test_lanczos_rounds_are_the_same_to_the_last_bit(
    other: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(components, "MOST_FOR_GRAM", 10)
    data = room()
    codes = [code for code, _ in data.provisions]
    once, shared = (opinion_groups(data.positions, data.people, codes, executor=one) for one in (HERE, other))
    assert once == shared


def test_tallies_do_not_depend_on_how_rows_are_divided() -> None:
    data = room()
    whole = tallies(data.positions, data.cell_of, len(data.cells))
    for width in (2, 3, 7, 1_000):
        assert (whole == tallies(data.positions, data.cell_of, len(data.cells), Divided(width))).all()


def test_parts_of_the_gram_matrix_add_up_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    data, scores = room(), np.array([2, 1, 0, -2])
    whole = components.gram(components.rows_of(data.positions)[0], scores)
    monkeypatch.setattr(matrix, "BLOCK", 17)
    parts = components.rows_of(data.positions)
    assert len(parts) > 10
    assert (whole == sum(components.gram(part, scores) for part in parts)).all()


def test_the_command_gives_the_same_on_a_cluster(
    scheduler: str, session: Session, make: Make, runner: FlaskCliRunner, now: dt.datetime
) -> None:
    norm = make.norm("One.", "Two.", slug="s")
    for place in (1, 2, 1, 2):
        say(session, norm, clause_of(session, norm, place), make.speaker(), Stance.SUPPORT, now=now)
    session.commit()
    shared = runner.invoke(args=["assess", "s", "--json", "--cluster", scheduler])
    assert shared.exit_code == 0, shared.stderr
    session.execute(sa.delete(Assessment))
    session.commit()
    assert runner.invoke(args=["assess", "s", "--json"]).stdout == shared.stdout


def test_a_cluster_that_is_not_there_is_refused_in_words(
    make: Make, session: Session, runner: FlaskCliRunner
) -> None:
    make.norm("One.", slug="s")
    session.commit()
    answer = runner.invoke(args=["assess", "s", "--cluster", "nothing://here"])
    assert answer.exit_code == 1
    assert answer.stderr.startswith("The cluster cannot be used: ")


class Divided:
    """Here, but in so many parts."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.hold, self.each = HERE.hold, HERE.each


def test_a_worker_that_fails_says_so() -> None:
    with Processes(1) as executor:
        held = executor.hold([PositionMatrix.of(*np.zeros((3, 0), dtype=np.int64), people=0, clauses=1)])
        with pytest.raises(ZeroDivisionError):
            list(executor.each(divide_by_zero, held))


def divide_by_zero(_: PositionMatrix) -> float:
    return 1 / 0
