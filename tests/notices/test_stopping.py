"""Choosing the rhythm, and stopping by the address in a mail's head (RFC 8058)."""

import datetime as dt
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Rhythm, User
from app.audit.models import AuditEntry
from app.norms.models import Norm
from app.positions.models import Stance
from config import Config
from tests.browser import Browser
from tests.discussion.saying import Speaker, remark
from tests.factories import Make
from tests.notices.conftest import PostOffice
from tests.positions.saying import clause_of, say

Morning = Callable[..., int]
SignIn = Callable[[User], str]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def reader(session: Session, ghana: Speaker) -> User:
    return session.get_one(User, ghana[0].user_id)


@pytest.fixture
def stop(
    session: Session, norm: Norm, peru: Speaker, ghana: Speaker, reader: User, office: PostOffice,
    morning: Morning, now: dt.datetime,
) -> str:  # fmt: skip
    """The path of the address in the head of a mail that went through the server."""
    norm.closes_at = None
    say(session, norm, clause_of(session, norm, 1), ghana, Stance.ACCEPT, now=now)
    remark(session, norm, clause_of(session, norm, 1), peru, now=now)
    morning()
    (mail,) = office.to(reader.email)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    found = re.fullmatch(r"<(http[^<>\s]+)>", mail["List-Unsubscribe"].replace(" ", ""))
    assert found is not None and found[1] in mail.get_content().replace("=\n", "")
    return urlsplit(found[1]).path


def rhythm_of(session: Session, user: User) -> Rhythm:
    session.rollback()
    session.refresh(user)
    return user.rhythm


def test_one_post_without_a_cookie_stops_and_a_second_changes_nothing(
    app: Flask, session: Session, reader: User, stop: str
) -> None:
    for _ in range(2):
        answer = app.test_client().post(stop, data=ONE_CLICK)
        assert answer.status_code == 200 and "no more notices" in answer.text
    assert rhythm_of(session, reader) is Rhythm.NEVER
    acts = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "account.changed")).all()
    assert [(act.actor, act.subject) for act in acts] == [("visitor", reader.pseudonym)]


def test_looking_at_the_address_stops_nothing_and_its_button_does(
    client: FlaskClient, session: Session, reader: User, stop: str
) -> None:
    page = client.get(stop)
    assert page.status_code == 200 and client.head(stop).status_code == 200
    assert rhythm_of(session, reader) is Rhythm.DAILY
    assert 'name="List-Unsubscribe" value="One-Click"' in page.text and 'method="post"' in page.text
    client.post(stop, data=ONE_CLICK)
    assert rhythm_of(session, reader) is Rhythm.NEVER and "no more notices" in client.get(stop).text


def test_an_address_that_is_not_ours_stops_nobody(
    client: FlaskClient, session: Session, reader: User, stop: str
) -> None:
    token = stop.rstrip("/").rpartition("/")[2]
    for wrong in (token[:-2], token[::-1], "nothing"):
        answer = client.post(stop.replace(token, wrong), data=ONE_CLICK)
        assert answer.status_code == 400
    assert rhythm_of(session, reader) is Rhythm.DAILY


def test_the_address_of_an_old_mail_outlives_a_change_of_the_secret_key(
    make_app: Callable[[Config], Flask], config: Config, session: Session, reader: User, stop: str
) -> None:
    newer = {"secret_key": "another secret", "secret_key_fallbacks": (config.secret_key,)}
    app = make_app(Config(**vars(config) | newer))
    assert app.test_client().post(stop, data=ONE_CLICK).status_code == 200
    assert rhythm_of(session, reader) is Rhythm.NEVER


def test_after_stopping_no_notice_comes_and_what_was_missed_is_not_made_up_for(
    session: Session, client: FlaskClient, browser: Browser, sign_in: SignIn, norm: Norm, peru: Speaker,
    reader: User, office: PostOffice, stop: str, morning: Morning, now: dt.datetime,
) -> None:  # fmt: skip
    client.post(stop, data=ONE_CLICK)
    session.rollback()
    remark(session, norm, clause_of(session, norm, 1), peru, "Missed.", now=now)
    morning()
    sign_in(reader)
    browser.get("/en/account/")
    assert browser.post("/en/account/notices/", rhythm="daily").status_code == 303
    session.rollback()
    remark(session, norm, clause_of(session, norm, 1), peru, "Heard.", now=now)
    morning()
    _, second = office.to(reader.email)
    assert "Heard." in second.get_content() and "Missed." not in second.get_content()


def test_the_rhythm_is_chosen_on_the_account_page(
    session: Session, make: Make, browser: Browser, sign_in: SignIn
) -> None:
    user = make.user()
    sign_in(user)
    browser.get("/en/account/")
    assert '<option value="daily" selected>' in browser.page
    assert browser.post("/en/account/notices/", rhythm="weekly").status_code == 303
    assert '<option value="weekly" selected>' in browser.get("/en/account/").text
    assert browser.post("/en/account/notices/", rhythm="hourly").status_code == 422
    assert rhythm_of(session, user) is Rhythm.WEEKLY


def test_a_new_person_is_not_told_of_what_was_before_them(
    session: Session, norm: Norm, peru: Speaker, browser: Browser, now: dt.datetime
) -> None:
    remark(session, norm, clause_of(session, norm, 1), peru, now=now)
    session.commit()
    fields = {"email": "a@example.org", "name": "A", "password": "four words of mine"}
    assert browser.post("/en/sign-up/", **fields).status_code == 303
    user = session.scalars(sa.select(User).where(User.email == "a@example.org")).one()
    assert (user.told_through, user.rhythm) == (1, Rhythm.DAILY)
