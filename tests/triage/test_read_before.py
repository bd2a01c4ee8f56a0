"""An answer to many comments is to the words that were on the page, and so is showing what was held."""

import datetime as dt
import html
import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.discussion import editing
from app.discussion.models import Comment, Disposition, Visibility
from app.discussion.queries import by_number
from app.norms.models import Norm
from tests.browser import Browser
from tests.discussion.pages import SignIn
from tests.discussion.saying import Speaker, remark
from tests.factories import Make
from tests.positions.saying import clause_of

NORM = "/en/norms/s/"
ANSWER = {"decision": "accepted", "language": "en", "reason": "Yes to both."}
EDITED = "c9 was edited after you opened it. Read the current text, then submit your decision again."


@pytest.fixture
def author(make: Make) -> Speaker:
    return make.speaker()


@pytest.fixture
def said(session: Session, campaign: Norm, author: Speaker, now: dt.datetime) -> Comment:
    """c9, on clause 2."""
    one = remark(session, campaign, clause_of(session, campaign, 2), author, "More safeguards.", now=now)
    session.commit()
    return one


@pytest.fixture
def reading(browser: Browser, moderator: User, sign_in: SignIn, said: Comment) -> Browser:
    sign_in(moderator)
    return browser


def change(session: Session, author: Speaker, said: Comment, now: dt.datetime) -> None:
    editing.edit(
        session,
        author[0],
        said.norm,
        said,
        body="No safeguards.",
        language="en",
        version=said.version,
        now=now,
    )
    session.commit()


def sent(browser: Browser) -> list[str]:
    """What the page's forms say was read."""
    return list(dict.fromkeys(re.findall(r'name="seen" value="([\d.]+)"', browser.page)))


def answers(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count(Disposition.id))) or 0


def test_in_the_queue(
    session: Session, reading: Browser, author: Speaker, said: Comment, now: dt.datetime
) -> None:
    reading.get(f"{NORM}triage/")
    read = sent(reading)
    assert "9.1" in read
    change(session, author, said, now)
    form = {**ANSWER, "comment": ["1", "9"]}
    assert reading.post(f"{NORM}triage/", **form, seen=read).status_code == 409
    assert EDITED in html.unescape(reading.page) and "No safeguards." in reading.page
    assert answers(session) == 0
    assert reading.post(f"{NORM}triage/", **form, seen=sent(reading)).status_code == 303
    assert answers(session) == 2


def test_in_a_group(
    session: Session, reading: Browser, author: Speaker, said: Comment, now: dt.datetime
) -> None:
    reading.post(f"{NORM}groups/", comment=["1", "9"], seen=["1.1", "9.1"])
    reading.get(f"{NORM}groups/1/")
    read = sent(reading)
    assert read == ["1.1", "9.1"]
    change(session, author, said, now)
    assert reading.post(f"{NORM}groups/1/answer/", **ANSWER, seen=read).status_code == 409
    assert EDITED in html.unescape(reading.page) and answers(session) == 0
    assert reading.post(f"{NORM}groups/1/answer/", **ANSWER, seen=sent(reading)).status_code == 303
    assert answers(session) == 2


@pytest.mark.parametrize("way", ["comments/9/release/", "triage/release/"])
def test_what_is_held_is_shown_as_it_was_read(
    session: Session, reading: Browser, author: Speaker, said: Comment, now: dt.datetime, way: str
) -> None:
    said.visibility = Visibility.HELD
    session.commit()
    one = "seen" if way.startswith("comments") else "many"
    first, second = {"seen": ("1", "2"), "many": ("9.1", "9.2")}[one]
    change(session, author, said, now)
    held = by_number(session, said.norm_id, 9)
    assert reading.post(f"{NORM}{way}", comment=["9"] if one == "many" else [], seen=first).status_code == 409
    session.rollback()
    assert held is not None and held.visibility is Visibility.HELD
    assert (
        reading.post(f"{NORM}{way}", comment=["9"] if one == "many" else [], seen=second).status_code == 303
    )
    session.rollback()
    assert held.visibility is Visibility.SHOWN


@pytest.mark.parametrize("odd", ["9", "9.x", "9.1.1", ".", "9.-1", f"9.{10**20}"])
def test_an_odd_version_is_refused(reading: Browser, odd: str) -> None:
    assert reading.post(f"{NORM}triage/", **ANSWER, comment=["9"], seen=[odd]).status_code == 422
