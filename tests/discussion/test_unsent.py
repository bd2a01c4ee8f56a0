"""Drafts of one's own on the server: kept, gone on with, sent or thrown away; nobody else's business."""

import datetime as dt
import html

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import VISITOR
from app.discussion import unsent_comments
from app.discussion.models import SpeechForm, UnsentComment
from app.discussion.unsent_comments import MOST, UnsentPlace
from app.foundation.errors import NotFound, SignInNeeded
from app.norms.models import Clause, Norm
from app.norms.stages import Stage
from app.stakeholders.models import Stakeholder
from tests.browser import Browser
from tests.discussion.pages import COMMENT, NORM, PROPOSE, SignIn, words
from tests.discussion.saying import Speaker, remark
from tests.factories import Make

MINE = "/en/my/"


def kept(session: Session) -> list[UnsentComment]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(sa.select(UnsentComment).order_by(UnsentComment.id)))


def test_one_draft_for_each_place_and_form(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    actor, place = ghana[0], UnsentPlace(SpeechForm.COMMENT, norm.id, clause.provision_id)
    for body in ("First.", "Second."):
        unsent_comments.keep(session, actor, norm, place, fields={"body": body}, now=now)
    other = UnsentPlace(SpeechForm.PROPOSE, norm.id, clause.provision_id)
    unsent_comments.keep(session, actor, norm, other, fields={"body": "Why."}, now=now)
    assert [one.fields for one in unsent_comments.of_person(session, actor)] == [
        {"body": "Second."},
        {"body": "Why."},
    ]
    assert session.scalars(sa.select(AuditEntry)).all() == []  # a note to oneself is on no record


def test_another_persons_draft_is_out_of_reach(
    session: Session, make: Make, norm: Norm, ghana: Speaker, now: dt.datetime
) -> None:
    place, other = UnsentPlace(SpeechForm.COMMENT, norm.id), make.actor(make.user())
    unsent_comments.keep(session, ghana[0], norm, place, fields={"body": "Mine."}, now=now)
    (one,) = unsent_comments.of_person(session, ghana[0])
    assert (
        unsent_comments.kept_for(session, other, place) is None
        and unsent_comments.of_person(session, other) == []
    )
    with pytest.raises(NotFound):
        unsent_comments.throw_away(session, other, one.id)
    with pytest.raises(SignInNeeded):
        unsent_comments.keep(session, VISITOR, norm, place, fields={}, now=now)
    unsent_comments.throw_away(session, ghana[0], one.id)
    assert unsent_comments.of_person(session, ghana[0]) == []


def test_what_is_kept_is_bounded(
    session: Session, make: Make, norm: Norm, ghana: Speaker, now: dt.datetime
) -> None:
    place = UnsentPlace(SpeechForm.COMMENT, norm.id)
    with pytest.raises(unsent_comments.UnsentTooLong):
        unsent_comments.keep(
            session, ghana[0], norm, place, fields={"body": "x" * unsent_comments.LARGEST}, now=now
        )
    for number in range(MOST):
        other = make.norm(slug=f"n{number}")
        unsent_comments.keep(
            session, ghana[0], other, UnsentPlace(SpeechForm.COMMENT, other.id), fields={}, now=now
        )
    with pytest.raises(unsent_comments.TooManyUnsent):
        unsent_comments.keep(session, ghana[0], norm, place, fields={"body": "One more."}, now=now)


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("page", [COMMENT, PROPOSE, f"{NORM}comment/"])
def test_a_form_is_kept_gone_on_with_and_sent(
    session: Session, peru: Stakeholder, browser: Browser, page: str
) -> None:
    browser.get(page)
    typed = (
        {"wording": "Machines serve all.", "operation": "replace"}
        if page == PROPOSE
        else {"kind": "question"}
    )
    assert browser.post(page, **words(browser, peru, "Half a", act="keep", **typed)).location == page
    browser.get(MINE)
    assert "Half a" in browser.page and f'href="{page}"' in browser.page
    browser.get(page)
    assert "Half a" in browser.page and "You are continuing the draft that you saved" in browser.page
    assert typed.get("wording", 'value="question" selected') in browser.page
    assert browser.post(page, **words(browser, peru, "Half a thought.", **typed)).status_code == 303
    assert kept(session) == []


def test_a_reply_is_kept_with_what_it_answers(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, peru: Stakeholder, author: User,
    sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    remark(session, norm, clause, ghana, now=now)
    sign_in(author)
    browser.get(f"{NORM}comments/1/")
    reply = words(browser, peru, "Because", parent="1")
    kept_at = browser.post(f"{NORM}comment/", **reply, act="keep")
    assert kept_at.location == f"{NORM}comment/?parent=1"
    browser.get(kept_at.location)
    assert "Reply to comment c1" in browser.page and "Because" in browser.page
    browser.post(f"{NORM}comment/", **words(browser, peru, "Because so.", parent="1"))
    assert kept(session) == []


def test_a_kept_reply_is_on_the_page_of_the_comment_and_is_not_lost_to_another(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, peru: Stakeholder, author: User,
    sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    remark(session, norm, clause, ghana, now=now)
    sign_in(author)
    page = f"{NORM}comments/1/"
    browser.get(page)
    short = words(browser, peru, "Short.", parent="1")
    browser.post(f"{NORM}comment/", **words(browser, peru, "A long reply", parent="1"), act="keep")
    browser.get(page)
    assert "A long reply</textarea>" in browser.page
    assert browser.post(f"{NORM}comment/", **short).status_code == 303  # from a page without the long one
    assert [one.fields["body"] for one in kept(session)] == ["A long reply"]
    browser.get(page)
    looked = words(browser, peru, "A long reply.", parent="1")
    assert browser.post(f"{NORM}comment/", **looked, act="preview").status_code == 200
    sent = words(browser, peru, "A long reply.", parent="1")
    assert browser.post(f"{NORM}comment/", **sent).status_code == 303
    assert kept(session) == []


def test_words_are_kept_when_the_round_has_closed_and_whatever_is_missing(
    session: Session, norm: Norm, peru: Stakeholder, author: User, sign_in: SignIn, browser: Browser
) -> None:
    norm.stage = Stage.COMPILATION
    sign_in(author)
    browser.get(COMMENT)
    assert browser.post(COMMENT, body="Too late", act="keep", stakeholder="x").status_code == 303
    assert [one.fields["body"] for one in kept(session)] == ["Too late"]


@pytest.mark.usefixtures("signed_in")
def test_it_is_thrown_away_from_the_page_and_forgotten_with_the_person(
    session: Session, make: Make, peru: Stakeholder, author: User, browser: Browser
) -> None:
    for page in (COMMENT, PROPOSE):
        browser.get(page)
        browser.post(page, **words(browser, peru, "Half a", act="keep"))
    first, second = kept(session)
    assert browser.get(MINE).text.count(", clause 1") == 2
    assert browser.post(f"{MINE}unsent/{first.id}/throw-away/").status_code == 303
    assert [one.id for one in kept(session)] == [second.id]
    unsent_comments.forget_person(session, make.actor(author), author)
    assert unsent_comments.of_person(session, make.actor(author)) == []


def test_a_visitors_words_are_kept_through_the_sign_in(
    session: Session, norm: Norm, browser: Browser
) -> None:
    session.commit()
    assert browser.post(COMMENT, body="Not yet", act="keep").status_code == 401
    assert "Not yet" in html.unescape(browser.page)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_each_clause_has_its_buttons_signed_out_as_well(
    session: Session, norm: Norm, browser: Browser, language: str
) -> None:
    session.commit()
    for page in (f"/{language}/norms/ai/", f"/{language}/norms/ai/provisions/p1/"):
        browser.get(page)
        for form in ("comment", "propose"):
            assert f'href="/{language}/norms/ai/provisions/p1/{form}/"' in browser.page
