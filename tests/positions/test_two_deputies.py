"""Two who speak for one body, a moment apart: the second replaces nothing that they have not seen."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import MandateRole
from app.foundation.versions import version_of
from app.norms.models import Norm
from app.norms.seen import seen_in
from app.positions import ledger, service
from app.positions.models import Objection, ObjectionState, Position, Stance
from app.stakeholders.models import Stakeholder
from tests.browser import Browser
from tests.conftest import NOW
from tests.factories import Make
from tests.positions.saying import clause_of, next_draft, say

FORM = "/en/norms/ai/provisions/p1/position/"


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm("Machines serve people.", slug="ai")


@pytest.fixture
def peru(make: Make) -> Stakeholder:
    return make.stakeholder("Peru", country="PE")


@pytest.fixture
def deputies(make: Make, peru: Stakeholder) -> list[User]:
    people = [make.user(), make.user()]
    for one in people:
        make.mandate(one, peru, MandateRole.DEPUTY)
    return people


def test_a_colleagues_objection_is_shown_before_it_is_withdrawn_by_support(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, deputies: list[User], browser: Browser,
    sign_in: Callable[[User], str],
) -> None:  # fmt: skip
    session.commit()
    sign_in(deputies[0])
    browser.get(FORM)
    sent = browser.opened(FORM) | {"stance": "support", "language": "en", "reason": "", "remedy": ""}
    colleague = (make.actor(deputies[1]), peru)
    say(session, norm, clause_of(session, norm, 1), colleague, Stance.OBJECT, reason="Our courts.", now=NOW)
    session.commit()
    assert browser.post(FORM, **sent).status_code == 409
    assert "Our courts." in browser.page
    session.rollback()
    assert session.scalars(sa.select(Objection.state)).one() is ObjectionState.OPEN


def test_of_several_bodies_each_has_its_own_version(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, deputies: list[User], browser: Browser,
    sign_in: Callable[[User], str],
) -> None:  # fmt: skip
    network = make.stakeholder("Andean Network")
    make.mandate(deputies[0], network)
    for body in (peru, network):
        speaker = (make.actor(deputies[0]), body)
        say(session, norm, clause_of(session, norm, 1), speaker, Stance.ACCEPT, now=NOW)
    session.commit()
    sign_in(deputies[0])
    browser.get(f"{FORM}?stakeholder={peru.id}")
    sent = browser.opened(FORM) | {"language": "en", "stakeholder": str(network.id)}
    assert browser.post(FORM, **sent, stance="abstain", reason="As a network.").status_code == 303


def test_what_is_reaffirmed_is_what_was_on_the_page(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, deputies: list[User], now: dt.datetime
) -> None:
    one, other = (make.actor(user) for user in deputies)
    first = say(session, norm, clause_of(session, norm, 1), (one, peru), Stance.SUPPORT, now=now)
    next_draft(make, norm, "Machines serve all people.")
    clause = clause_of(session, norm, 1)
    say(session, norm, clause, (other, peru), Stance.OBJECT, reason="Our courts.", now=now)
    again = {"stakeholder_id": peru.id, "read_language": "en", "seen": seen_in(clause, "en"), "now": now}
    with pytest.raises(service.StatedAtOnce):
        service.reaffirm(session, one, norm, clause, **again, version=version_of(first.fields))
    assert session.scalar(sa.select(sa.func.count(Position.id))) == 2


def test_what_one_makes_of_an_answer_the_other_sees_before_saying_otherwise(
    session: Session, make: Make, norm: Norm, peru: Stakeholder, deputies: list[User], now: dt.datetime
) -> None:
    one, other = (make.actor(user) for user in deputies)
    say(session, norm, clause_of(session, norm, 1), (one, peru), Stance.OBJECT, reason="Our courts.", now=now)
    raised = session.scalars(sa.select(Objection)).one()
    raised.state = ObjectionState.ANSWERED
    chair = make.user()
    answer = ledger.ObjectionAnswer(
        objection_id=raised.id, text="See p2.", language="en", is_note=False, answered_by=chair.id,
        answered_at=now,
    )  # fmt: skip
    session.add(answer)
    session.flush()
    said = {"seen": answer.id, "was": ObjectionState.ANSWERED, "now": now}
    ledger.settle(session, one, norm, raised, state=ObjectionState.MAINTAINED, **said)
    with pytest.raises(ledger.RestatedSince):
        ledger.settle(session, other, norm, raised, state=ObjectionState.ACCOMMODATED, **said)
    said["was"] = ObjectionState.MAINTAINED
    ledger.settle(session, other, norm, raised, state=ObjectionState.ACCOMMODATED, **said)
    assert raised.state is ObjectionState.ACCOMMODATED
