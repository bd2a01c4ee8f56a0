"""What is shown to whoever is signed in takes as many statements for much as for little, and few bytes."""

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import SYSTEM, Role
from app.consensus.service import assess
from app.norms.models import Norm
from app.positions.models import Stance
from tests.browser import Browser
from tests.discussion.pages import asked
from tests.discussion.saying import remark
from tests.factories import Make
from tests.positions.saying import clause_of, say

MOST = 60_000  #: bytes of a page, in the language that takes most
WORDS = "All States take part in deciding how systems are tested before they are used where they may harm. "
PAGES = (
    "/",
    "/?at=p9",
    "/provisions/p1/",
    "/triage/",
    "/triage/?first=objections",
    "/triage/?clause=p1",
    "/dispositions/",
    "/dispositions/?show=unanswered&clause=p1",
    "/consensus/",
    "/objections/",
)


def norm_of(session: Session, make: Make, slug: str, clauses: int, comments: int, now: dt.datetime) -> Norm:
    """A norm with objections to each clause and comments on the first, assessed."""
    norm = make.norm(*(f"{n}. {WORDS}" for n in range(clauses)), slug=slug)
    people = [make.speaker(country=country) for country in ("KE", "NP", "FR", "BR")]
    for place in range(1, clauses + 1):
        for person, stance in zip(people, Stance, strict=True):
            say(session, norm, clause_of(session, norm, place), person, stance, reason=WORDS, now=now)
    first, last = clause_of(session, norm, 1), clause_of(session, norm, clauses)
    for number in range(comments):
        remark(session, norm, first, people[number % 4], f"{number}. {WORDS}", now=now)
        remark(session, norm, last, people[number % 4], f"On the last, {number}. {WORDS}", now=now)
    assess(session, SYSTEM, norm, now=now)
    return norm


@pytest.fixture
def norms(session: Session, make: Make, sign_in: Callable[[User], str], now: dt.datetime) -> None:
    """Little is said of one and much of the other; an editor who speaks for a stakeholder is signed in."""
    user, holder = make.user(), make.stakeholder("Peru", country="PE")
    make.mandate(user, holder)
    for slug, clauses, comments in (("few", 9, 4), ("many", 90, 60)):
        norm = norm_of(session, make, slug, clauses, comments, now)
        for role in (Role.MODERATOR, Role.EDITOR):
            make.seat(user, role, norm)
        say(session, norm, clause_of(session, norm, 1), (make.actor(user), holder), Stance.SUPPORT, now=now)
    sign_in(user)


@pytest.mark.usefixtures("norms")
def test_pages_are_as_light_for_much_as_for_little(
    app: Flask, browser: Browser, subtests: pytest.Subtests
) -> None:
    for page in PAGES:
        with subtests.test(page):
            few, many = (f"/ru/norms/{slug}{page}" for slug in ("few", "many"))
            asked(app, browser, [few, many])  # what a process reads once is read
            assert asked(app, browser, [many]) == asked(app, browser, [few])
            assert len(browser.get(many).data) < MOST
