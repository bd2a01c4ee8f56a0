"""Positions read as packed numbers say what the rows say."""

import datetime as dt

import numpy as np
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.positions import packing
from app.positions.models import Position, Stance
from app.positions.packing import PositionMark, newest, packed, unpacked
from tests.factories import Make
from tests.positions.saying import clause_of, say


@pytest.mark.parametrize("portion", [1, 2, 1_000_000])
def test_the_packed_positions_are_the_current_ones_of_the_norm(
    portion: int, session: Session, make: Make, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packing, "PORTION", portion)
    norm, other = make.norm("One.", "Two."), make.norm("One.")
    for number, stance in enumerate(Stance):
        speaker = make.speaker()
        say(session, norm, clause_of(session, norm, 1), speaker, stance, reason="No.", now=now)
        say(session, other, clause_of(session, other, 1), speaker, Stance.SUPPORT, now=now)
        if number % 2:
            later = now + dt.timedelta(minutes=1)
            say(session, norm, clause_of(session, norm, 1), speaker, Stance.ABSTAIN, now=later)
    rows = session.execute(
        sa.select(Position.stakeholder_id, Position.clause_id, Position.stance).where(
            Position.norm_id == norm.id, Position.superseded_at.is_(None)
        )
    )
    expected = sorted((who, what, list(Stance).index(how)) for who, what, how in rows)
    keys = np.concatenate(list(packed(session, norm.id)))
    assert sorted(zip(*(column.tolist() for column in unpacked(keys)), strict=True)) == expected


def test_only_what_came_after_a_position_can_be_asked_for(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.")
    assert newest(session, norm.id) == PositionMark()
    assert list(packed(session, norm.id)) == []
    say(session, norm, clause_of(session, norm, 1), make.speaker(), Stance.SUPPORT, now=now)
    mark = newest(session, norm.id)
    speaker = make.speaker()
    say(session, norm, clause_of(session, norm, 1), speaker, Stance.ACCEPT, now=now)
    (keys,) = packed(session, norm.id, after=mark.id)
    assert [column.tolist() for column in unpacked(keys)][0::2] == [[speaker[1].id], [1]]
