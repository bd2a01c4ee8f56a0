"""One account acts for few bodies that nobody has verified, and a hall of delegates can still register."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import throttle
from app.accounts.models import User
from app.authority.actor import MandateRole, Role
from app.norms.queries import actor_for
from app.positions import verification
from app.stakeholders import mandates, offers, service
from app.stakeholders.models import Category, Mandate, Stakeholder, Verification
from app.stakeholders.unverified_limits import OneUnverifiedGovernment, TooManyUnverified
from tests.browser import Browser
from tests.factories import Make
from tests.moments import at_once
from tests.stakeholders.accepting import accepted

GOVERNMENT, SOCIETY = Category.GOVERNMENT, Category.CIVIL_SOCIETY
NAMES = ["Acacia", "Baobab", "Cedar", "Dracaena", "Ebony", "Ficus", "Gingko", "Hazel"]


@pytest.fixture
def amina(make: Make) -> User:
    return make.user("Amina")


@pytest.fixture
def register(session: Session, make: Make, now: dt.datetime) -> Callable[..., Stakeholder]:
    def act(user: User, name: str, category: Category = SOCIETY) -> Stakeholder:
        return service.register_entity(
            session,
            make.actor(user),
            name=name,
            category=category,
            country="KE",
            language="en",
            evidence="x",
            now=now,
        )

    return act


def decide(session: Session, make: Make, body: Stakeholder, verdict: Verification, now: dt.datetime) -> None:
    actor = make.seated(Role.MODERATOR)
    verification.decide_verification(session, actor, body, verdict=verdict, reason="Seen.", now=now)


def test_three_of_one_account(register: Callable[..., Stakeholder], amina: User, make: Make) -> None:
    bodies = [register(amina, name) for name in NAMES[:3]]
    with pytest.raises(TooManyUnverified) as refused:
        register(amina, NAMES[3])
    assert refused.value.bodies == [(body.id, body.name) for body in bodies]
    register(make.user(), NAMES[3])


def test_one_government_of_one_account(register: Callable[..., Stakeholder], amina: User) -> None:
    first = register(amina, "Acacia", GOVERNMENT)
    with pytest.raises(OneUnverifiedGovernment) as refused:
        register(amina, "Baobab", GOVERNMENT)
    assert refused.value.bodies == [(first.id, "Acacia")]
    register(amina, "Baobab")


def test_a_refusal_makes_no_room_and_a_verification_does(
    session: Session, register: Callable[..., Stakeholder], amina: User, make: Make, now: dt.datetime
) -> None:
    bodies = [register(amina, name) for name in NAMES[:3]]
    decide(session, make, bodies[0], Verification.REFUSED, now)
    with pytest.raises(TooManyUnverified):
        register(amina, "Cedar of another hill")
    decide(session, make, bodies[1], Verification.VERIFIED, now)
    register(amina, "Cedar of another hill")


def test_handing_bodies_on_makes_no_room(
    session: Session, register: Callable[..., Stakeholder], amina: User, make: Make, now: dt.datetime
) -> None:
    later = now
    for name in NAMES[:3]:
        held = session.scalars(
            sa.select(Mandate).where(Mandate.stakeholder_id == register(amina, name).id)
        ).one()
        later += dt.timedelta(days=1)
        other = make.user()
        offered = offers.offer_succession(session, make.actor(amina), held, email=str(other.email), now=later)
        offers.accept(session, make.actor(other), other, offered, now=later)
        assert held.ends_at == later
    with pytest.raises(TooManyUnverified):
        register(amina, NAMES[3])


@pytest.mark.parametrize("role", [MandateRole.CONTACT_POINT, MandateRole.DEPUTY])
def test_nobody_takes_over_more_than_they_could_register(
    session: Session,
    register: Callable[..., Stakeholder],
    amina: User,
    make: Make,
    now: dt.datetime,
    role: MandateRole,
) -> None:
    def offered(name: str, role: MandateRole) -> Any:
        founder = make.user()
        body = register(founder, name)
        return offers.offer(session, make.actor(founder), body, email=str(amina.email), role=role, now=now)

    taken = [accepted(session, make, offered(name, role), now) for name in NAMES[:3]]
    fourth = offered(NAMES[3], role)
    with pytest.raises(TooManyUnverified):
        accepted(session, make, fourth, now)
    accepted(session, make, offered(NAMES[4], MandateRole.REVIEWER), now)
    mandates.end_mandate(
        session, make.actor(amina), taken[0], now=now
    ) if role is MandateRole.DEPUTY else decide(
        session, make, taken[0].stakeholder, Verification.VERIFIED, now
    )
    session.refresh(fourth)
    fourth.email, fourth.answer, fourth.answered_at = amina.email, None, None
    accepted(session, make, fourth, now)


def test_of_registrations_in_one_moment_three_pass(
    engine: sa.Engine, session: Session, amina: User, make: Make, now: dt.datetime
) -> None:
    session.commit()

    def one(name: str) -> Callable[[Session], object]:
        def act(own: Session) -> object:
            return service.register_entity(
                own,
                actor_for(own, own.get_one(User, amina.id), now=now),
                name=name,
                category=SOCIETY,
                country="KE",
                language="en",
                evidence="x",
                now=now,
            )

        return act

    results = at_once(engine, *(one(name) for name in NAMES))
    assert sum(isinstance(result, TooManyUnverified) for result in results) == len(NAMES) - 3
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Stakeholder.id))) == 3


def test_eighty_governments_of_one_account_are_one(
    browser: Browser, amina: User, sign_in: Callable[[User], str], session: Session
) -> None:
    sign_in(amina)
    browser.get("/en/stakeholders/register/")
    statuses = []
    for number in range(80):
        sent = {"name": f"Office {number:02} of trial", "category": "government", "country": "KE"}
        statuses.append(browser.post("/en/stakeholders/entity/", **sent, evidence="x").status_code)
    assert statuses == [303] + [422] * 79
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Stakeholder.id))) == 1


def test_the_refusal_names_what_counts_and_keeps_what_was_typed(
    browser: Browser, amina: User, sign_in: Callable[[User], str]
) -> None:
    sign_in(amina)
    assert "at most 3 unverified bodies" in browser.get("/en/stakeholders/register/").text
    sent = {"category": "government", "country": "KE", "evidence": "A page that names me"}
    browser.post("/en/stakeholders/entity/", name="Acacia", **sent)
    shown = browser.post("/en/stakeholders/entity/", name="Baobab", **sent)
    assert shown.status_code == 422 and "one unverified government" in shown.text
    assert 'value="Baobab"' in shown.text and "A page that names me" in shown.text
    assert ">Acacia</a>" in shown.text


def test_a_hall_of_delegates_registers_from_one_address(
    browser: Browser, make: Make, sign_in: Callable[[User], str], session: Session, now: dt.datetime
) -> None:
    """193 delegations of two: the last of them registers, and who comes after four hundred has to wait."""
    limit = throttle.REGISTRATION_FROM
    for _ in range(2 * 193 - 1):
        throttle.count(session, limit, "127.0.0.1", now=now)
    sign_in(make.user())
    browser.get("/en/stakeholders/register/")
    assert browser.post("/en/stakeholders/individual/", country="KE").status_code == 303
    for _ in range(limit.tries - 2 * 193):
        throttle.count(session, limit, "127.0.0.1", now=now)
    session.commit()
    sent = {"name": "Acacia", "category": "government", "country": "KE", "evidence": "x"}
    late = browser.post("/en/stakeholders/entity/", **sent)
    assert late.status_code == 429 and int(late.headers["Retry-After"]) > 0 and 'value="Acacia"' in late.text


def test_only_what_was_registered_counts_for_the_network(
    browser: Browser, make: Make, sign_in: Callable[[User], str], session: Session, now: dt.datetime
) -> None:
    limit = throttle.REGISTRATION_FROM
    for _ in range(limit.tries - 1):
        throttle.count(session, limit, "127.0.0.1", now=now)
    sign_in(make.user())
    browser.get("/en/stakeholders/register/")
    sent = {"name": "Acacia", "category": "civil-society", "country": "KE"}
    for _ in range(3):
        assert browser.post("/en/stakeholders/entity/", **sent, evidence=" ").status_code == 422
    assert browser.post("/en/stakeholders/entity/", **sent, evidence="x").status_code == 303
    assert browser.post("/en/stakeholders/individual/", country="KE").status_code == 429
