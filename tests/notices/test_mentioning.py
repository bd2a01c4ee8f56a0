"""Whom a comment names is told of it, once, and not before everybody can read it."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Role
from app.discussion import editing, moderation
from app.discussion.models import Comment, Visibility
from app.norms.models import Norm
from app.norms.rules import Rules, Screening
from app.notices.mention_queries import active
from app.notices.models import Mentioned
from app.positions.models import Stance
from tests.browser import Browser
from tests.discussion.saying import Speaker, remark
from tests.factories import Make
from tests.notices.conftest import PostOffice, person
from tests.positions.saying import clause_of, say

Morning = Callable[..., int]


def called(session: Session) -> list[int]:
    return list(session.scalars(sa.select(Mentioned.stakeholder_id).order_by(Mentioned.number)))


def edited(
    session: Session, norm: Norm, said: Comment, speaker: Speaker, body: str, now: dt.datetime
) -> None:
    editing.edit(session, speaker[0], norm, said, body=body, language="en", version=said.version, now=now)


def test_who_has_spoken_on_the_norm_is_told_of_being_named(
    session: Session, make: Make, norm: Norm, peru: Speaker, ghana: Speaker, office: PostOffice,
    morning: Morning, now: dt.datetime,
) -> None:  # fmt: skip
    silent = make.speaker(name="Tonga")
    say(session, norm, clause_of(session, norm, 3), ghana, Stance.ACCEPT, now=now)
    body = 'What do @"Ghana", @"Tonga", @"Peru" and @"Atlantis" think of @c1?'
    remark(session, norm, clause_of(session, norm, 1), peru, body, now=now)
    morning()
    text = office.text(person(session, ghana).email)
    assert "Clause 1: Peru mentioned you in comment c1." in text and body in text
    assert called(session) == [ghana[1].id]
    assert office.to(person(session, silent).email) == [] == office.to(person(session, peru).email)


def test_a_reply_that_names_whom_it_answers_is_told_as_a_reply(
    session: Session, norm: Norm, peru: Speaker, ghana: Speaker, office: PostOffice, morning: Morning,
    now: dt.datetime,
) -> None:  # fmt: skip
    said = remark(session, norm, clause_of(session, norm, 1), ghana, now=now)
    remark(session, norm, None, peru, '@"Ghana", this is done.', parent=said, now=now)
    morning()
    text = office.text(person(session, ghana).email)
    assert "Peru replied to your comment (c2)" in text and "mentions" not in text


def test_nobody_is_told_of_a_held_comment_until_it_is_released(
    session: Session, make: Make, peru: Speaker, ghana: Speaker, office: PostOffice, morning: Morning,
    now: dt.datetime,
) -> None:  # fmt: skip
    norm = make.norm("Machines serve people.", slug="held", rules=Rules(screening=Screening.HELD))
    clause = clause_of(session, norm, 1)
    say(session, norm, clause, ghana, Stance.ACCEPT, now=now)
    said = remark(session, norm, clause, peru, 'Ask @"Ghana".', now=now)
    assert said.visibility is Visibility.HELD
    morning()
    assert office.to(person(session, ghana).email) == [] and called(session) == []
    moderation.release(session, make.seated(Role.MODERATOR, norm), norm, said, now=now)
    morning()
    assert "Peru mentioned you in comment c1." in office.text(person(session, ghana).email)


def test_an_edit_tells_whom_it_names_in_addition_and_nobody_twice(
    session: Session, make: Make, norm: Norm, peru: Speaker, ghana: Speaker, office: PostOffice,
    morning: Morning, now: dt.datetime,
) -> None:  # fmt: skip
    clause, tonga = clause_of(session, norm, 1), make.speaker(name="Tonga")
    for speaker in (ghana, tonga):
        say(session, norm, clause_of(session, norm, 2), speaker, Stance.ACCEPT, now=now)
    said = remark(session, norm, clause, peru, 'Ask @"Ghana".', now=now)
    morning()
    edited(session, norm, said, peru, 'Ask @"Ghana" and @"Tonga".', now)
    morning()
    assert called(session) == [ghana[1].id, tonga[1].id]
    assert len(office.to(person(session, ghana).email)) == 1
    assert "mentioned you in comment c1" in office.text(person(session, tonga).email)


def test_two_of_one_name_are_both_found(
    session: Session, make: Make, norm: Norm, ghana: Speaker, browser: Browser, now: dt.datetime
) -> None:
    other = make.speaker(name="Ghana", country="TG")
    remark(session, norm, clause_of(session, norm, 1), ghana, now=now)
    session.commit()
    page = "/en/norms/ai/named/?name="
    assert browser.get(f"{page}Ghana").location == f"/en/stakeholders/{ghana[1].id}/"
    assert browser.get(f"{page}Atlantis").status_code == 200
    assert "No stakeholder that has contributed to this norm has this name." in browser.page
    remark(session, norm, clause_of(session, norm, 1), other, now=now)
    session.commit()
    assert active(session, norm.id, ["Ghana"]) == {"Ghana": [ghana[1].id, other[1].id]}
    browser.get(f"{page}Ghana")
    assert browser.page.count(">Ghana</a>") == 2
