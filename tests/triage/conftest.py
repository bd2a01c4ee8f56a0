"""A campaign on clause 1 of a norm, and those who answer it."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Actor, Role
from app.norms.models import Norm
from app.stakeholders.models import Category
from tests.browser import Browser
from tests.discussion.pages import SignIn
from tests.discussion.saying import remark
from tests.factories import Make
from tests.positions.saying import clause_of

LETTER = "We call on States to protect the rights of children wherever machines decide about them. Name {}."


@pytest.fixture
def campaign(session: Session, make: Make, now: dt.datetime) -> Norm:
    """c1–c6 are letters on clause 1, c7 a question there, c8 on the whole draft; clause 2 has none."""
    norm = make.norm("One.", "Two.", slug="s")
    clause = clause_of(session, norm, 1)
    for number in range(6):
        remark(session, norm, clause, make.speaker(), LETTER.format(number), now=now)
    remark(session, norm, clause, make.speaker(category=Category.COMPANY), "Who pays?", now=now)
    remark(session, norm, None, make.speaker(), "Too long.", now=now)
    session.commit()
    return norm


@pytest.fixture
def moderator(session: Session, make: Make, campaign: Norm) -> User:
    user = make.user("Mona")
    make.seat(user, Role.MODERATOR, campaign)
    session.commit()
    return user


@pytest.fixture
def acting(make: Make, moderator: User) -> Actor:
    return make.actor(moderator)


@pytest.fixture
def at_the_desk(browser: Browser, moderator: User, sign_in: SignIn) -> Browser:
    sign_in(moderator)
    return browser
