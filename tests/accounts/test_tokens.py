"""Access tokens: shown once, kept as a digest, worthless when revoked or when their person is gone."""

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import passwords, profile, service, tokens
from app.accounts.models import ApiToken, Purpose, Scope, User
from app.accounts.profile import PasswordWrong
from app.audit.models import AuditEntry
from app.authority.actor import VISITOR
from app.foundation.errors import NotAllowed
from tests.browser import Browser
from tests.conftest import NOW
from tests.factories import Make

PASSWORD = "a horse on 12"
PAGE = "/en/account/tokens/"


@pytest.fixture
def person(make: Make) -> User:
    return make.user("Amina", password_hash=passwords.digest(PASSWORD))


def made(session: Session, make: Make, person: User, scope: Scope = Scope.READ) -> str:
    return tokens.make(
        session,
        make.actor(person),
        person,
        name="My script",
        scope=scope,
        days=30,
        current_password=PASSWORD,
        now=NOW,
    )


def test_only_the_digest_is_kept(session: Session, make: Make, person: User) -> None:
    secret = made(session, make, person)
    kept = session.scalars(sa.select(ApiToken)).one()
    assert secret.startswith(tokens.PREFIX)
    assert secret.encode() not in kept.digest
    found = tokens.of_secret(session, secret, now=NOW)
    assert found is not None
    assert found.user_id == person.id
    assert tokens.of_secret(session, secret + "x", now=NOW) is None
    acts = session.scalars(sa.select(AuditEntry.act)).all()
    assert acts[-1] == "token.made"
    assert secret not in str([entry.details for entry in session.scalars(sa.select(AuditEntry))])


def test_a_token_needs_the_password_and_a_name(session: Session, make: Make, person: User) -> None:
    shared = {"scope": Scope.READ, "days": 90, "now": NOW}
    actor = make.actor(person)
    with pytest.raises(PasswordWrong):
        tokens.make(session, actor, person, name="Mine", current_password="wrong", **shared)
    for name in ("", " ", "a" * 81):
        with pytest.raises(tokens.TokenNameUnfit):
            tokens.make(session, actor, person, name=name, current_password=PASSWORD, **shared)
    with pytest.raises(NotAllowed):
        other = make.actor(make.user("Bela"))
        tokens.make(session, other, person, name="Mine", current_password=PASSWORD, **shared)
    assert session.scalars(sa.select(ApiToken)).all() == []


def test_a_token_ends_on_its_day(session: Session, make: Make, person: User) -> None:
    secret = made(session, make, person)
    last = NOW + dt.timedelta(days=30)
    assert tokens.of_secret(session, secret, now=last - dt.timedelta(seconds=1)) is not None
    assert tokens.of_secret(session, secret, now=last) is None
    assert tokens.live(session, person, now=last) == []
    for days in (0, -1, 31, 10**9):
        with pytest.raises(tokens.TokenLifeUnfit):
            tokens.make(
                session,
                make.actor(person),
                person,
                name="Mine",
                scope=Scope.READ,
                days=days,
                current_password=PASSWORD,
                now=NOW,
            )


def test_a_new_password_ends_every_token(session: Session, make: Make, person: User) -> None:
    secret, others = made(session, make, person), made(session, make, person)
    elsewhere = make.user("Bela", password_hash=passwords.digest(PASSWORD))
    kept = made(session, make, elsewhere)
    profile.change_password(
        session, make.actor(person), person, current=PASSWORD, new="a horse on 13 legs", now=NOW
    )
    assert tokens.of_secret(session, secret, now=NOW) is None
    assert tokens.of_secret(session, others, now=NOW) is None
    assert tokens.of_secret(session, kept, now=NOW) is not None


def test_a_password_chosen_by_mail_ends_every_token(session: Session, make: Make, person: User) -> None:
    secret = made(session, make, person)
    service.issue_token(session, person, Purpose.RESET, "by mail", now=NOW)
    service.reset(session, VISITOR, token="by mail", password="a horse on 13 legs", now=NOW)
    assert tokens.of_secret(session, secret, now=NOW) is None


def test_revoked_is_revoked_for_ever(session: Session, make: Make, person: User) -> None:
    secret = made(session, make, person)
    token = tokens.live(session, person, now=NOW)[0]
    with pytest.raises(NotAllowed):
        tokens.revoke(session, make.actor(make.user("Bela")), token, now=NOW)
    for _ in range(2):
        tokens.revoke(session, make.actor(person), token, now=NOW)
    assert tokens.of_secret(session, secret, now=NOW) is None
    assert tokens.live(session, person, now=NOW) == []
    acts = session.scalars(sa.select(AuditEntry.act)).all()
    assert acts.count("token.revoked") == 1


def test_erasing_a_person_erases_their_tokens(session: Session, make: Make, person: User) -> None:
    secret = made(session, make, person)
    profile.erase(session, make.actor(person), person, current=PASSWORD, now=NOW)
    assert tokens.of_secret(session, secret, now=NOW) is None
    assert session.scalars(sa.select(ApiToken)).all() == []


def test_the_last_use_is_noted_now_and_then(session: Session, make: Make, person: User) -> None:
    made(session, make, person)
    token = tokens.live(session, person, now=NOW)[0]
    assert tokens.is_worth_noting(token, now=NOW)
    tokens.note_used(session, token.id, now=NOW)
    session.refresh(token)
    assert not tokens.is_worth_noting(token, now=NOW + dt.timedelta(minutes=9))
    assert tokens.is_worth_noting(token, now=NOW + dt.timedelta(minutes=10))


def test_the_page_shows_a_token_once(
    browser: Browser, sign_in: Callable[[User], str], person: User, session: Session
) -> None:
    sign_in(person)
    browser.get(PAGE)
    assert (
        browser.post(PAGE, name="Script", scope="write", days="90", current_password=PASSWORD).status_code
        == 201
    )
    assert tokens.PREFIX in browser.page
    browser.get(PAGE)
    assert tokens.PREFIX not in browser.page
    assert "Script" in browser.page
    number = session.scalars(sa.select(ApiToken.id)).one()
    browser.post(f"{PAGE}{number}/revoke/")
    browser.get(PAGE)
    assert "has been revoked." in browser.page
    browser.get(PAGE)  # it is said once
    assert "Script" not in browser.page


def test_another_persons_token_is_not_there(
    browser: Browser, sign_in: Callable[[User], str], make: Make, person: User, session: Session
) -> None:
    made(session, make, person)
    number = session.scalars(sa.select(ApiToken.id)).one()
    sign_in(make.user("Bela"))
    browser.get(PAGE)
    assert browser.post(f"{PAGE}{number}/revoke/").status_code == 404
