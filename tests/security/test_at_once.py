"""Row 27 where accounts and stakeholders are concerned: what happens in one moment happens once."""

import threading
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts import passwords, throttle
from app.accounts.models import Purpose, Token, User
from app.accounts.service import issue_token
from app.audit.chain import first_break
from app.audit.queries import links
from app.foundation.database import unit_of_work
from app.foundation.errors import TooMany
from app.stakeholders.models import Mandate, Stakeholder
from tests.browser import Browser
from tests.factories import Make

PASSWORD = "four words of mine"
AT_ONCE = 6


def at_once(act: Callable[[int], object]) -> list[object]:
    """What each thread got; all begin in the same moment."""
    barrier, results = threading.Barrier(AT_ONCE), [None] * AT_ONCE

    def run(number: int) -> None:
        barrier.wait()
        results[number] = act(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(results)


def browsers(app: Flask) -> list[Browser]:
    found = [Browser(app.test_client()) for _ in range(AT_ONCE)]
    for browser in found:
        browser.get("/en/sign-in/")
    return found


def test_two_sign_ups_with_one_address_make_one_account(app: Flask, session: Session) -> None:
    ready = browsers(app)
    sent = {"email": "amina@example.org", "name": "Amina", "password": PASSWORD}
    statuses = at_once(lambda number: ready[number].post("/en/sign-up/", **sent).status_code)
    assert set(statuses) == {303}
    assert session.scalar(sa.select(sa.func.count(User.id))) == 1


def test_a_link_used_twice_in_one_moment_works_once(app: Flask, session: Session, make: Make) -> None:
    user = make.user(password_hash=passwords.digest(PASSWORD))
    issue_token(session, user, Purpose.RESET, "a" * 64, now=make.now)
    session.commit()
    ready = browsers(app)
    path = "/en/reset/" + "a" * 64 + "/"
    statuses = at_once(lambda n: ready[n].post(path, password=f"new words number {n}").status_code)
    assert sorted(statuses) == [303] + [400] * (AT_ONCE - 1)
    session.rollback()
    assert session.scalars(sa.select(Token.used_at)).one() is not None


def test_a_person_is_one_individual_however_often_the_form_is_sent(
    app: Flask, session: Session, make: Make
) -> None:
    make.user(email="amina@example.org", password_hash=passwords.digest(PASSWORD))
    session.commit()
    ready = browsers(app)
    for browser in ready:
        browser.post("/en/sign-in/", email="amina@example.org", password=PASSWORD)
        browser.get("/en/stakeholders/register/")
    statuses = at_once(lambda n: ready[n].post("/en/stakeholders/individual/", country="KE").status_code)
    assert sorted(statuses) == [303] + [409] * (AT_ONCE - 1)
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Stakeholder.id))) == 1
    assert session.scalar(sa.select(sa.func.count(Mandate.id))) == 1
    assert first_break(links(session)) is None


def test_tries_in_one_moment_are_all_counted(engine: sa.Engine, session: Session, make: Make) -> None:
    def one_try(_: int) -> bool:
        with Session(engine) as own:
            try:
                with unit_of_work(own):
                    throttle.count(own, throttle.PASSWORD, "amina@example.org", now=make.now)
            except TooMany:
                return False
            return True

    assert at_once(one_try).count(True) == throttle.PASSWORD.tries
