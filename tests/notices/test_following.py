"""Following a clause: by itself where one has spoken, and as one chooses."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import VISITOR
from app.norms.models import Norm
from app.notices import following
from app.notices.models import Follow
from app.positions.models import Stance
from tests.browser import Browser
from tests.discussion.saying import Speaker, remark
from tests.factories import Make
from tests.notices.conftest import PostOffice
from tests.positions.saying import clause_of, say

Morning = Callable[..., int]
SignIn = Callable[[User], str]
PAGE = "/en/norms/ai/provisions/p1/"


def follows(session: Session, speaker: Speaker, norm: Norm, place: int) -> bool:
    return following.is_followed(session, speaker[0], clause_of(session, norm, place).provision_id)


def test_one_follows_where_one_has_commented_or_stated_a_position(
    session: Session, norm: Norm, peru: Speaker, now: dt.datetime
) -> None:
    assert not any(follows(session, peru, norm, place) for place in (1, 2, 3))
    remark(session, norm, clause_of(session, norm, 1), peru, now=now)
    say(session, norm, clause_of(session, norm, 2), peru, Stance.ABSTAIN, now=now)
    assert [follows(session, peru, norm, place) for place in (1, 2, 3)] == [True, True, False]


def test_a_mandate_brings_what_the_stakeholder_has_a_position_on(
    session: Session, make: Make, norm: Norm, peru: Speaker, now: dt.datetime
) -> None:
    say(session, norm, clause_of(session, norm, 1), peru, Stance.ACCEPT, now=now)
    deputy = make.user()
    make.mandate(deputy, peru[1])
    assert follows(session, (make.actor(deputy), peru[1]), norm, 1)


def test_a_choice_goes_before_what_happens_by_itself(
    session: Session, norm: Norm, peru: Speaker, now: dt.datetime
) -> None:
    clause = clause_of(session, norm, 1)
    remark(session, norm, clause, peru, now=now)
    for choice in (False, False, True, False):
        following.choose(session, peru[0], norm, clause.provision, follows=choice)
        assert follows(session, peru, norm, 1) is choice
    remark(session, norm, clause, peru, "Once more.", now=now)
    assert not follows(session, peru, norm, 1)
    assert session.scalar(sa.select(sa.func.count()).select_from(Follow)) == 1


def test_nobody_who_is_not_signed_in_follows(session: Session, norm: Norm) -> None:
    assert not following.is_followed(session, VISITOR, clause_of(session, norm, 1).provision_id)


def test_a_reader_follows_by_a_button_and_is_told(
    session: Session, make: Make, norm: Norm, peru: Speaker, browser: Browser, sign_in: SignIn,
    office: PostOffice, morning: Morning, now: dt.datetime,
) -> None:  # fmt: skip
    reader = make.user()
    session.commit()
    assert "Follow this clause" not in browser.get(PAGE).text
    sign_in(reader)
    assert "Follow this clause" in browser.get(PAGE).text
    assert browser.post(f"{PAGE}follow/", follows="true").status_code == 303
    assert "Unfollow this clause" in browser.get(PAGE).text
    remark(session, norm, clause_of(session, norm, 1), peru, "Say who decides.", now=now)
    morning()
    assert "Say who decides." in office.text(reader.email)
    sign_in(reader)
    browser.get(PAGE)
    assert browser.post(f"{PAGE}follow/", follows="false").status_code == 303
    assert "Follow this clause" in browser.get(PAGE).text


def test_a_closed_norm_is_followed_by_nobody_who_may_not_read_it(
    make: Make, norm: Norm, browser: Browser, sign_in: SignIn
) -> None:
    norm.is_public = False
    sign_in(make.user())
    assert browser.post(f"{PAGE}follow/", follows="true").status_code == 404


def test_what_one_follows_is_not_on_the_public_record_and_goes_with_the_account(
    session: Session, norm: Norm, peru: Speaker
) -> None:
    user = session.get_one(User, peru[0].user_id)
    following.choose(session, peru[0], norm, clause_of(session, norm, 1).provision, follows=True)
    assert session.scalars(sa.select(AuditEntry)).all() == []
    following.forget_person(session, peru[0], user)
    assert session.scalars(sa.select(Follow)).all() == []


def test_who_takes_over_follows_what_the_stakeholder_commented_on(
    session: Session, make: Make, norm: Norm, peru: Speaker, now: dt.datetime
) -> None:
    remark(session, norm, clause_of(session, norm, 1), peru, now=now)
    successor = make.user()
    make.mandate(successor, peru[1])
    assert follows(session, (make.actor(successor), peru[1]), norm, 1)
