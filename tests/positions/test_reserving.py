"""Reservations stand on the words they were made on, can be said otherwise, and can be taken back."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import Actor
from app.foundation.errors import NotAllowed
from app.norms.models import Clause, Norm
from app.norms.seen import seen_in
from app.norms.stages import Stage
from app.positions import reservations
from app.positions.models import Reservation
from app.stakeholders.models import Stakeholder
from tests.browser import Browser
from tests.discussion.pages import SignIn
from tests.factories import Make
from tests.moments import at_once
from tests.positions.saying import clause_of, next_draft

Speaker = tuple[Actor, Stakeholder]
Reserve = Callable[..., Reservation]


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm("One.", "Two.", slug="ai", stage=Stage.CONSENSUS_CALL)


@pytest.fixture
def chile(make: Make) -> Speaker:
    return make.speaker(name="Chile", country="CL")


@pytest.fixture
def reserve(session: Session, norm: Norm, chile: Speaker, now: dt.datetime) -> Reserve:
    def reserve(text: str = "Not for us.", place: int = 1, speaker: Speaker = chile) -> Reservation:
        return reservations.reserve(
            session,
            speaker[0],
            norm,
            clause_of(session, norm, place),
            stakeholder_id=speaker[1].id,
            text=text,
            language="en",
            read_language="en",
            seen=seen_in(clause_of(session, norm, place), "en"),
            now=now,
        )

    return reserve


def acts(session: Session) -> list[str]:
    return list(session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number)))


def test_the_same_words_twice_are_one_and_others_take_their_place(
    session: Session, norm: Norm, reserve: Reserve
) -> None:
    with pytest.raises(reservations.ReservationEmpty):
        reserve("  ")
    first = reserve()
    assert reserve() is first and acts(session) == ["reservation-made"]
    second = reserve("We read it as voluntary.")
    assert list(reservations.standing(session, norm)) == [second] and first.superseded_at is not None


def test_it_is_made_at_the_call_alone(session: Session, norm: Norm, reserve: Reserve) -> None:
    norm.stage = Stage.LAST_CALL
    with pytest.raises(reservations.NotAtTheCall):
        reserve()


def test_it_does_not_stand_on_other_words(
    session: Session, make: Make, norm: Norm, reserve: Reserve, now: dt.datetime
) -> None:
    first, other = reserve(), reserve("Nor this.", place=2)
    next_draft(make, norm, "One, otherwise.", "Two.")
    assert list(reservations.standing(session, norm)) == [other]
    assert reserve().id != first.id
    assert len(reservations.standing(session, norm)) == 2


def test_it_can_be_taken_back_once_by_whom_it_is_of(
    session: Session, make: Make, norm: Norm, chile: Speaker, reserve: Reserve, now: dt.datetime
) -> None:
    made = reserve()
    with pytest.raises(NotAllowed):
        reservations.take_back(session, make.speaker()[0], norm, made, now=now)
    reservations.take_back(session, chile[0], norm, made, now=now)
    with pytest.raises(reservations.ReservationGone):
        reservations.take_back(session, chile[0], norm, made, now=now)
    assert list(reservations.standing(session, norm)) == []
    assert acts(session) == ["reservation-made", "reservation-withdrawn"]
    reserve()


def test_of_two_at_once_one_stands(
    session: Session, engine: sa.Engine, norm: Norm, chile: Speaker, now: dt.datetime
) -> None:
    session.commit()
    clause = clause_of(session, norm, 1)
    seen = seen_in(clause, "en")

    def one(text: str) -> Callable[[Session], object]:
        return lambda own: (
            reservations.reserve(
                own,
                chile[0],
                own.get_one(Norm, norm.id),
                own.get_one(Clause, clause.id),
                stakeholder_id=chile[1].id,
                text=text,
                language="en",
                read_language="en",
                seen=seen,
                now=now,
            ).text
        )

    at_once(engine, one("A."), one("B."))
    session.rollback()
    assert len(reservations.standing(session, norm)) == 1


def test_the_button_on_the_page(
    session: Session,
    make: Make,
    norm: Norm,
    chile: Speaker,
    reserve: Reserve,
    browser: Browser,
    sign_in: SignIn,
) -> None:
    made = reserve()
    user = make.user("Ines")
    make.mandate(user, chile[1])
    session.commit()
    sign_in(user)
    browser.get("/en/norms/ai/objections/")
    assert "Not for us." in browser.page and "Withdraw" in browser.page
    assert browser.post(f"/en/norms/ai/reservations/{made.id}/withdraw/").status_code == 303
    browser.get("/en/norms/ai/objections/")
    assert "Not for us." not in browser.page


def test_readers_see_the_label_of_the_clause_and_not_its_code(
    session: Session, norm: Norm, reserve: Reserve, browser: Browser
) -> None:
    clause_of(session, norm, 2).label = "7(a)"
    reserve(place=2)
    session.commit()
    for page in ("objections", "determination"):
        shown = browser.get(f"/en/norms/ai/{page}/").text
        assert "<bdi>7(a)</bdi>" in shown and ">p2<" not in shown
