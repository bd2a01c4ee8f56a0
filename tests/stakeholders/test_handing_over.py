"""A contact point hands over: one act, no moment without a contact point and none with a stranger."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import MandateRole
from app.foundation.errors import NotAllowed
from app.stakeholders import mandates, offers, queries, service
from app.stakeholders.models import Category, Mandate, Stakeholder
from tests.browser import Browser
from tests.conftest import NOW
from tests.discussion.pages import SignIn
from tests.factories import Make
from tests.moments import at_once
from tests.stakeholders.accepting import accepted, give, hand_over

LATER = dt.date(2026, 3, 10)


@pytest.fixture
def entity(make: Make) -> Stakeholder:
    return make.stakeholder("Ministry")


@pytest.fixture
def ada(make: Make) -> User:
    return make.user("Ada")


@pytest.fixture
def held(make: Make, entity: Stakeholder, ada: User) -> Mandate:
    return make.mandate(ada, entity)


@pytest.fixture
def bert(make: Make) -> User:
    return make.user("Bert", email="bert@example.org")


def contact_points(session: Session, entity: Stakeholder, now: dt.datetime) -> list[str]:
    return [
        one.user.name
        for one in queries.mandates_of(session, entity, now=now)
        if one.role is MandateRole.CONTACT_POINT
    ]


def test_from_now_on(
    session: Session, make: Make, now: dt.datetime, entity: Stakeholder, ada: User, bert: User, held: Mandate
) -> None:
    make.mandate(bert, entity, MandateRole.REVIEWER)
    hand_over(session, make, make.actor(ada), held, email=" Bert@example.org", now=now)
    (left,) = queries.mandates_of(session, entity, now=now)
    assert (left.user_id, left.role) == (bert.id, MandateRole.CONTACT_POINT)
    _, entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number))
    assert (entry.act, entry.subject) == ("mandate.handed-over", f"stakeholder/{entity.id}")
    assert entry.details == {"from": ada.pseudonym, "to": bert.pseudonym, "on": "2026-03-02"}
    with pytest.raises(NotAllowed):
        hand_over(session, make, make.actor(ada), held, email="bert@example.org", now=now)


def test_from_a_day_on_without_a_gap(
    session: Session, make: Make, now: dt.datetime, entity: Stakeholder, ada: User, bert: User, held: Mandate
) -> None:
    given = hand_over(
        session, make, make.actor(ada), held, email="bert@example.org", from_date=LATER, now=now
    )
    turn = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
    second = dt.timedelta(seconds=1)
    assert contact_points(session, entity, now) == contact_points(session, entity, turn - second) == ["Ada"]
    assert contact_points(session, entity, turn) == contact_points(session, entity, turn + second) == ["Bert"]
    assert list(queries.coming(session, entity, now=now)) == [given]
    with pytest.raises(mandates.HandedOver):
        hand_over(session, make, make.actor(ada), held, email="bert@example.org", now=now)
    with pytest.raises(mandates.NotBegun):
        hand_over(session, make, make.actor(ada), given, email="bert@example.org", now=now)


def test_what_cannot_be_handed_over(
    session: Session, make: Make, now: dt.datetime, entity: Stakeholder, ada: User, bert: User, held: Mandate
) -> None:
    actor = make.actor(ada)
    deputy = make.mandate(make.user(), entity, MandateRole.DEPUTY)
    with pytest.raises(mandates.NotAContactPoint):
        hand_over(session, make, actor, deputy, email="bert@example.org", now=now)
    with pytest.raises(mandates.DatePast):
        hand_over(
            session, make, actor, held, email="bert@example.org", from_date=dt.date(2026, 3, 1), now=now
        )
    with pytest.raises(mandates.SameMandate):
        hand_over(session, make, actor, held, email=ada.email or "", now=now)
    person = make.stakeholder("Ada herself", category=Category.INDIVIDUAL)
    own = make.mandate(ada, person)
    with pytest.raises(mandates.SpeaksForHerself):
        hand_over(session, make, make.actor(ada), own, email="bert@example.org", now=now)
    assert held.ends_at is None and session.scalars(sa.select(AuditEntry)).all() == []


def test_only_contact_points_hand_over(
    session: Session, make: Make, now: dt.datetime, entity: Stakeholder, bert: User, held: Mandate
) -> None:
    make.mandate(bert, entity, MandateRole.DEPUTY)
    with pytest.raises(NotAllowed):
        hand_over(session, make, make.actor(bert), held, email="bert@example.org", now=now)


def test_a_successor_who_erases_their_account_does_not_begin(
    session: Session, make: Make, now: dt.datetime, entity: Stakeholder, ada: User, bert: User, held: Mandate
) -> None:
    hand_over(session, make, make.actor(ada), held, email="bert@example.org", from_date=LATER, now=now)
    service.forget_person(session, make.actor(bert), bert, now=now)
    session.expire_all()
    assert list(queries.coming(session, entity, now=now)) == []
    assert contact_points(session, entity, dt.datetime(2026, 3, 11, tzinfo=dt.UTC)) == ["Ada"]


@pytest.mark.parametrize("who", ["ada", "bert"])
def test_either_calls_it_off_and_all_goes_on_as_before(
    session: Session,
    make: Make,
    now: dt.datetime,
    entity: Stakeholder,
    ada: User,
    bert: User,
    held: Mandate,
    who: str,
) -> None:
    deputy = make.mandate(bert, entity, MandateRole.DEPUTY)
    other = make.mandate(make.user("Carl"), entity)  # hands over to another on the same day
    make.user("Dora", email="dora@example.org")
    actor = make.actor(ada)
    hand_over(session, make, actor, other, email="dora@example.org", from_date=LATER, now=now)
    given = hand_over(session, make, actor, held, email="bert@example.org", from_date=LATER, now=now)
    caller = make.actor({"ada": ada, "bert": bert}[who])
    mandates.end_mandate(session, caller, given, now=now)
    session.expire_all()
    turn = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
    assert contact_points(session, entity, turn) == ["Ada", "Dora"]
    assert (deputy.ends_at, deputy.successor_id, given.ends_at) == (None, None, given.starts_at)
    assert (
        session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number)).all()[-1]
        == "mandate.called-off"
    )
    for at in (now, turn):
        with pytest.raises(mandates.MandateEnded):
            mandates.end_mandate(session, caller, given, now=at)
    hand_over(session, make, actor, held, email="bert@example.org", from_date=LATER, now=now)


def test_what_ended_sooner_stays_ended_when_it_is_called_off(
    session: Session, make: Make, now: dt.datetime, entity: Stakeholder, ada: User, bert: User, held: Mandate
) -> None:
    carl = make.user("Carl")
    make.mandate(carl, entity)
    given = hand_over(
        session, make, make.actor(ada), held, email="bert@example.org", from_date=LATER, now=now
    )
    mandates.end_mandate(session, make.actor(ada), held, now=now)
    mandates.end_mandate(session, make.actor(carl), given, now=now)
    session.expire_all()
    assert contact_points(session, entity, dt.datetime(2026, 3, 11, tzinfo=dt.UTC)) == ["Carl"]


def test_a_mandate_has_a_first_and_a_last_day(
    session: Session, make: Make, now: dt.datetime, entity: Stakeholder, ada: User, bert: User, held: Mandate
) -> None:
    actor, day = make.actor(ada), dt.timedelta(days=1)
    said = {"email": "bert@example.org", "role": MandateRole.DEPUTY, "now": now}
    given = give(session, make, actor, entity, from_date=LATER, last_date=LATER + day, **said)  # type: ignore[arg-type]
    turn = dt.datetime(2026, 3, 10, tzinfo=dt.UTC)
    second = dt.timedelta(seconds=1)
    moments = (turn - second, turn, turn + 2 * day - second, turn + 2 * day)
    assert [given in queries.mandates_of(session, entity, now=at) for at in moments] == [
        False,
        True,
        True,
        False,
    ]
    with pytest.raises(mandates.SameMandate):
        give(session, make, actor, entity, **said)  # type: ignore[arg-type]
    give(session, make, actor, entity, from_date=LATER + 2 * day, **said)  # type: ignore[arg-type]
    for dates in ({"from_date": now.date() - day}, {"last_date": now.date() - day}):
        with pytest.raises((mandates.DatePast, mandates.EndsTooSoon)):
            give(session, make, actor, entity, **said | {"role": MandateRole.OBSERVER} | dates)  # type: ignore[arg-type]


def test_a_contact_point_for_some_days_is_not_who_the_entity_keeps(
    session: Session, make: Make, now: dt.datetime, entity: Stakeholder, ada: User, bert: User, held: Mandate
) -> None:
    said = {"email": "bert@example.org", "role": MandateRole.CONTACT_POINT, "now": now}
    give(session, make, make.actor(ada), entity, last_date=LATER, **said)  # type: ignore[arg-type]
    with pytest.raises(mandates.LastContactPoint):
        mandates.end_mandate(session, make.actor(ada), held, now=now)
    with pytest.raises(mandates.LastContactPoint):
        give(
            session, make, make.actor(ada), entity, email=ada.email or "", role=MandateRole.OBSERVER, now=now
        )


def accept(session: Session, user: User) -> None:
    """As the person's own page does it, in a transaction of its own."""
    session.rollback()
    (offered,) = offers.offered_to(session, user, now=NOW)
    accepted(session, Make(session, NOW), offered, NOW)
    session.commit()


def test_on_the_page(
    session: Session,
    browser: Browser,
    sign_in: SignIn,
    entity: Stakeholder,
    ada: User,
    bert: User,
    held: Mandate,
) -> None:
    sign_in(ada)
    page = f"/en/stakeholders/{entity.id}/"
    browser.get(page)
    assert "Hand over to another person" in browser.page
    act = f"{page}mandates/{held.id}/hand-over/"
    assert browser.post(act, email="bert@example.org", from_date="some day").status_code == 422
    assert browser.post(act, email="bert@example.org", from_date="2026-03-10").status_code == 303
    browser.get(page)
    assert "bert@example.org" in browser.page and "Bert" not in browser.page
    accept(session, bert)
    browser.get(page)
    assert "Bert" in browser.page and "Hand over to another person" not in browser.page
    to_come = session.scalars(sa.select(Mandate).where(Mandate.user_id == bert.id)).one()
    assert "Cancel" in browser.page
    assert browser.post(f"{page}mandates/{to_come.id}/end/").status_code == 303
    browser.get(page)
    assert "Bert" not in browser.page and "Hand over to another person" in browser.page
    assert browser.post(act, email="bert@example.org", from_date="2026-03-10").status_code == 303
    elsewhere = f"/en/stakeholders/999/mandates/{held.id}/hand-over/"
    assert browser.post(elsewhere, email="bert@example.org").status_code == 403


@pytest.mark.usefixtures("held")
def test_contact_points_read_what_each_person_did_for_the_entity(
    session: Session,
    make: Make,
    now: dt.datetime,
    browser: Browser,
    sign_in: SignIn,
    entity: Stakeholder,
    ada: User,
    bert: User,
) -> None:
    other = make.stakeholder("Embassy")
    make.mandate(ada, other)
    for place in (entity, other):
        give(
            session, make, make.actor(ada), place, email="bert@example.org", role=MandateRole.DEPUTY, now=now
        )
    sign_in(ada)
    page = f"/en/stakeholders/{entity.id}/record/"
    browser.get(page)
    assert f"?person={ada.id}" in browser.page and f"?person={bert.id}" in browser.page
    browser.get(f"{page}?person={ada.id}")
    assert browser.page.count("A mandate was offered") == 1
    browser.get(f"{page}?person={bert.id}")
    assert browser.page.count("A mandate was accepted") == 1
    sign_in(bert)
    assert browser.get(page).status_code == 403


def test_of_two_who_leave_at_once_one_stays(
    session: Session,
    engine: sa.Engine,
    make: Make,
    now: dt.datetime,
    entity: Stakeholder,
    ada: User,
    bert: User,
    held: Mandate,
) -> None:
    other = make.mandate(bert, entity)
    session.commit()
    leaving = {held.id: make.actor(ada), other.id: make.actor(bert)}

    def leave(number: int) -> Callable[[Session], str]:
        def act(own: Session) -> str:
            try:
                mandates.end_mandate(own, leaving[number], own.get_one(Mandate, number), now=now)
            except mandates.LastContactPoint:
                return "stays"
            return "left"

        return act

    assert sorted(map(str, at_once(engine, *map(leave, leaving)))) == ["left", "stays"]
