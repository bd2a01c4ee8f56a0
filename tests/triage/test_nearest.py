"""The comments on the same clause that are most like a text."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Role
from app.discussion.models import HidingReason
from app.discussion.moderation import hide
from app.norms.models import Norm
from app.triage.queries import nearest
from tests.discussion.saying import proposal, remark, rows
from tests.factories import Make
from tests.positions.saying import clause_of

CHILDREN = "The rights of children come first, wherever a machine decides about them."


@pytest.fixture
def norm(session: Session, make: Make, now: dt.datetime) -> Norm:
    """On clause 1 c1, c2 about children, c3 about water, c4 in French; c5 on clause 2, c6 on the draft."""
    norm = make.norm("One.", "Two.", slug="s")
    first, second = clause_of(session, norm, 1), clause_of(session, norm, 2)
    remark(session, norm, first, make.speaker(), CHILDREN, now=now)
    remark(session, norm, first, make.speaker(), "Put the rights of children first.", now=now)
    remark(session, norm, first, make.speaker(), "Data centres draw water from dry rivers.", now=now)
    remark(session, norm, first, make.speaker(), "Les droits de l'enfant.", language="fr", now=now)
    remark(session, norm, second, make.speaker(), CHILDREN, now=now)
    remark(session, norm, None, make.speaker(), CHILDREN, now=now)
    session.commit()
    return norm


def found(
    session: Session, norm: Norm, text: str = CHILDREN, place: int | None = 1, **more: int
) -> list[int]:
    provision = clause_of(session, norm, place).provision_id if place else None
    return [near.comment.number for near in nearest(session, norm, provision, text, "en", **more)]


def test_they_are_of_the_same_clause_and_language_the_most_alike_first(session: Session, norm: Norm) -> None:
    assert found(session, norm) == [1, 2]
    assert found(session, norm, place=2) == [5]
    assert found(session, norm, place=None) == [6]
    assert found(session, norm, count=1) == [1]
    assert found(session, norm, "Quite another thing: zebras.") == found(session, norm, "") == []


def test_likeness_is_one_for_the_same_words(session: Session, norm: Norm) -> None:
    near = nearest(session, norm, clause_of(session, norm, 1).provision_id, CHILDREN.upper(), "en")
    assert near[0].likeness == pytest.approx(1)
    assert 0.1 < near[1].likeness < 0.9


def test_what_is_not_shown_and_replies_are_not_among_them(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    first = rows(session)[0]
    remark(session, norm, first.clause, make.speaker(), CHILDREN, parent=first, now=now)
    moderator = make.seated(Role.MODERATOR, norm)
    hide(session, moderator, norm, rows(session)[1], reason=HidingReason.SPAM, now=now)
    assert found(session, norm) == [1]


def test_a_proposed_wording_is_compared_too(
    session: Session, make: Make, norm: Norm, now: dt.datetime
) -> None:
    proposal(session, norm, clause_of(session, norm, 1), make.speaker(), CHILDREN, body="Clearer.", now=now)
    assert found(session, norm) == [1, 7, 2]


def test_two_statements_whatever_there_is(session: Session, norm: Norm) -> None:
    provision = clause_of(session, norm, 1).provision_id
    asked: list[str] = []
    sa.event.listen(session.get_bind(), "before_cursor_execute", lambda *args: asked.append(args[2]))
    near = nearest(session, norm, provision, CHILDREN, "en")
    assert [one.comment.stakeholder.name for one in near]
    assert len(asked) == 2
