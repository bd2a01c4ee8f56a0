"""What was read before need not be read again, and nothing is lost or counted twice for it."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import SYSTEM, Actor
from app.consensus import input_queries
from app.consensus.input import AssessmentInput
from app.consensus.input_queries import gather, keep
from app.consensus.service import assess, shelve
from app.norms.models import Norm
from app.positions.models import Position, Stance
from app.positions.packing import PositionMark
from app.positions.snapshot import Shelf, Snapshot
from app.representation.rules import CATEGORIES
from app.representation.service import in_force
from app.stakeholders.models import Stakeholder
from tests.factories import Make
from tests.positions.saying import clause_of, next_draft, say

Speaker = tuple[Actor, Stakeholder]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "snapshots")


def gathered(session: Session, norm: Norm, shelf: Shelf | None = None) -> AssessmentInput:
    return gather(session, norm, CATEGORIES, in_force(session), closing=False, shelf=shelf)


@pytest.fixture
def speakers(make: Make) -> list[Speaker]:
    return [make.speaker() for _ in range(4)]


@pytest.fixture
def norm(session: Session, make: Make, speakers: list[Speaker], now: dt.datetime) -> Norm:
    norm = make.norm("One.", "Two.", "Three.")
    for place in (1, 2, 3):
        for speaker in speakers[:3]:
            say(session, norm, clause_of(session, norm, place), speaker, Stance.SUPPORT, now=now)
    return norm


def test_with_a_snapshot_the_input_is_that_without(
    session: Session, make: Make, norm: Norm, speakers: list[Speaker], shelf: Shelf, now: dt.datetime
) -> None:
    keep(session, norm, shelf)
    assert gathered(session, norm, shelf).digest == gathered(session, norm).digest
    later = now + dt.timedelta(hours=1)
    say(session, norm, clause_of(session, norm, 2), speakers[0], Stance.ABSTAIN, now=later)
    say(session, norm, clause_of(session, norm, 2), speakers[0], Stance.OBJECT, reason="No.", now=later)
    say(session, norm, clause_of(session, norm, 3), speakers[3], Stance.ACCEPT, now=later)
    assert gathered(session, norm, shelf).digest == gathered(session, norm).digest
    next_draft(make, norm, "One.", "Two, changed.", "Three.")
    say(session, norm, clause_of(session, norm, 2), speakers[1], Stance.ACCEPT, now=later)
    found = gathered(session, norm, shelf)
    assert found.digest == gathered(session, norm).digest
    assert list(found.unconfirmed) == [0, 2, 0]
    keep(session, norm, shelf)
    assert gathered(session, norm, shelf).digest == found.digest


def test_only_what_is_new_is_read(
    session: Session, norm: Norm, shelf: Shelf, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(input_queries, "OVERLAP", 0)
    keep(session, norm, shelf)
    before = shelf.take(norm.id)
    assert (len(before.keys), before.mark.id) == (9, session.scalar(sa.select(sa.func.max(Position.id))))
    hidden = sa.update(Position).where(Position.id < before.mark.id).values(superseded_at=now)
    session.execute(hidden)  # as nobody does: only to see that these rows are not looked at
    assert gathered(session, norm, shelf).positions.size == 9
    assert gathered(session, norm).positions.size == 1


def test_a_position_numbered_before_the_mark_and_kept_after_it_is_read(
    session: Session, norm: Norm, shelf: Shelf
) -> None:
    keep(session, norm, shelf)
    known = shelf.take(norm.id)
    shelf.put(norm.id, Snapshot(known.mark, np.delete(known.keys, 5)))
    assert gathered(session, norm, shelf).digest == gathered(session, norm).digest


def test_a_snapshot_of_another_database_is_not_believed(
    session: Session, norm: Norm, shelf: Shelf, now: dt.datetime
) -> None:
    keep(session, norm, shelf)
    known = shelf.take(norm.id)
    strange = PositionMark(known.mark.id, known.mark.key, known.mark.stated_at + 1)
    for snapshot in (Snapshot(strange, known.keys[:4]), Snapshot(PositionMark(10**9, 1, 1), known.keys[:4])):
        shelf.put(norm.id, snapshot)
        assert gathered(session, norm, shelf).digest == gathered(session, norm).digest


@pytest.mark.parametrize("content", [b"", b"PK", b"\x93NUMPY", np.arange(2).tobytes()])
def test_a_broken_file_is_as_if_it_were_not_there(
    content: bytes, session: Session, norm: Norm, shelf: Shelf
) -> None:
    keep(session, norm, shelf)
    (file,) = shelf.folder.iterdir()
    file.write_bytes(content)
    taken = shelf.take(norm.id)
    assert taken.mark == PositionMark() and not taken.keys.size
    assert gathered(session, norm, shelf).digest == gathered(session, norm).digest


def test_an_assessment_keeps_what_it_read_and_an_official_one_reads_all(
    session: Session, norm: Norm, shelf: Shelf, now: dt.datetime
) -> None:
    shelve(session, norm, shelf, now=now)
    assess(session, SYSTEM, norm, shelf=shelf, now=now)
    known = shelf.take(norm.id)
    assert len(known.keys) == 9
    shelf.put(norm.id, Snapshot(known.mark, known.keys[:4]))  # a file that was meddled with
    norm.closes_at = now
    official = assess(session, SYSTEM, norm, shelf=shelf, now=now)
    assert official.is_official
    assert sum(one["counts"]["support"] for one in official.result["clauses"]) == 9


def test_a_norm_without_positions_has_an_empty_snapshot(session: Session, make: Make, shelf: Shelf) -> None:
    norm = make.norm("One.")
    keep(session, norm, shelf)
    assert gathered(session, norm, shelf).digest == gathered(session, norm).digest
