"""A look before sending: how it will look, and who has said it already."""

import datetime as dt
import html

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.discussion import editing, unsent_comments
from app.discussion.backing import backing_of
from app.discussion.unsent_comments import UnsentPlace
from app.norms.models import Clause, Norm
from app.norms.stages import Stage
from app.stakeholders.models import Stakeholder
from tests.browser import Browser
from tests.discussion.pages import COMMENT, NORM, PROPOSE, SignIn, comments, words
from tests.discussion.saying import Speaker, proposal, remark
from tests.factories import Make

SAID = "The clause should say who decides when a machine and a person do not agree with each other."
LIKE = "This clause should say who decides when a machine and a person do not agree with each other!"


@pytest.mark.usefixtures("signed_in")
def test_a_comment_is_shown_as_it_will_look_before_it_is_sent(
    session: Session, peru: Stakeholder, browser: Browser
) -> None:
    browser.get(COMMENT)
    looked = browser.post(
        COMMENT, **words(browser, peru, "As @c1 says.", quote="serve people", act="preview")
    )
    assert looked.status_code == 200 and comments(session) == []
    assert "Preview" in browser.page and "<blockquote" in browser.page
    assert f'<a href="{NORM}comments/1/">@c1</a>' in browser.page
    assert browser.hidden["looked"] == "true" and ">Submit the comment</button>" in browser.page
    sent = browser.post(COMMENT, **words(browser, peru, "As @c1 says.", looked="true"))
    assert sent.location == f"{NORM}comments/1/"


@pytest.mark.usefixtures("signed_in")
def test_a_proposed_change_is_shown_as_words_struck_and_added(
    session: Session, peru: Stakeholder, browser: Browser
) -> None:
    browser.get(PROPOSE)
    change = {"wording": "Machines serve all people.", "act": "preview"}
    assert browser.post(PROPOSE, **words(browser, peru, "Clearer.", **change)).status_code == 200
    assert "<ins> all</ins>" in browser.page and comments(session) == []
    assert (
        browser.post(PROPOSE, **words(browser, peru, "Clearer.", **change | {"wording": ""})).status_code
        == 422
    )


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("body", ["", "safe \u202egnp.exe"])
def test_a_look_finds_what_sending_would_be_refused_for(
    peru: Stakeholder, browser: Browser, body: str
) -> None:
    browser.get(COMMENT)
    assert browser.post(COMMENT, **words(browser, peru, body, act="preview")).status_code == 422
    assert browser.post(COMMENT, **words(browser, peru, "x", quote="no", act="preview")).status_code == 422


def test_a_look_is_for_those_who_may_speak(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Stakeholder,
    author: User,
    sign_in: SignIn,
    browser: Browser,
) -> None:
    other = make.stakeholder()
    sign_in(author)
    browser.get(COMMENT)
    assert browser.post(COMMENT, **words(browser, other, "Hm.", act="preview")).status_code == 403
    norm.stage = Stage.COMPILATION
    session.commit()
    browser.get(COMMENT)
    assert browser.post(COMMENT, **words(browser, peru, "Hm.", act="preview")).status_code == 409
    assert "Hm." in browser.page


def test_who_says_what_was_said_is_shown_it_once_before_it_is_sent(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, peru: Stakeholder, author: User,
    sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    remark(session, norm, clause, ghana, SAID, now=now)
    remark(session, norm, clause, ghana, "Something else altogether: the name of the law.", now=now)
    sign_in(author)
    browser.get(COMMENT)
    assert browser.post(COMMENT, **words(browser, peru, LIKE)).status_code == 200
    assert "Similar comments already submitted" in browser.page and "Back c1 instead" in browser.page
    assert html.escape(LIKE) in browser.page and ">Submit anyway</button>" in browser.page
    assert len(comments(session)) == 2
    assert browser.post(COMMENT, **words(browser, peru, LIKE, looked="true")).status_code == 303
    assert comments(session)[-1].body == LIKE


def test_what_nobody_has_said_is_sent_at_once(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, peru: Stakeholder, author: User,
    sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    remark(session, norm, clause, ghana, SAID, now=now)
    sign_in(author)
    browser.get(COMMENT)
    other = "A limit on energy is missing, and small states cannot pay for the audits."
    assert browser.post(COMMENT, **words(browser, peru, other)).status_code == 303
    browser.get(COMMENT)
    assert (
        browser.post(COMMENT, **words(browser, peru, other, parent="1", seen="1")).status_code == 303
    )  # a reply


def test_backing_instead_keeps_ones_own_words(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, peru: Stakeholder, author: User,
    make: Make, sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    said = remark(session, norm, clause, ghana, SAID, now=now)
    sign_in(author)
    browser.get(COMMENT)
    browser.post(COMMENT, **words(browser, peru, LIKE))
    assert browser.post(COMMENT, **words(browser, peru, LIKE, back="1.1")).location == f"{NORM}comments/1/"
    assert len(comments(session)) == 1
    assert backing_of(session, [said.id]) == {said.id: {"back": 1}}
    browser.get("/en/my/")
    assert LIKE in html.unescape(browser.page)
    browser.get(f"{NORM}comments/1/")
    assert '<span dir="auto">Peru</span>' in browser.page
    browser.get(f"{NORM}provisions/p1/")
    assert "1 backer · 0 opponents" in browser.page


def test_nobody_backs_instead_what_was_edited_since(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, peru: Stakeholder, author: User,
    sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    said = remark(session, norm, clause, ghana, SAID, now=now)
    sign_in(author)
    browser.get(COMMENT)
    browser.post(COMMENT, **words(browser, peru, LIKE))
    assert 'name="back" value="1.1"' in browser.page
    editing.edit(session, ghana[0], norm, said, body="Nobody decides.", language="en", version=1, now=now)
    session.commit()
    assert browser.post(COMMENT, **words(browser, peru, LIKE, back="1.1")).status_code == 409
    assert html.escape(LIKE) in browser.page and backing_of(session, [said.id]) == {}


def test_what_one_has_said_oneself_is_shown_without_a_button_to_back_it(
    session: Session, norm: Norm, clause: Clause, peru: Stakeholder, speaker: Speaker, author: User,
    make: Make, sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    remark(session, norm, clause, speaker, SAID, now=now)
    sign_in(author)
    browser.get(COMMENT)
    browser.post(COMMENT, **words(browser, peru, LIKE))
    assert "Similar comments already submitted" in browser.page and "Back c1 instead" not in browser.page
    browser.get(f"{NORM}comments/1/")
    assert "Back this change</button>" not in browser.page
    make.mandate(author, make.stakeholder("Chile"))
    session.commit()
    browser.get(f"{NORM}comments/1/")
    assert "Back this change</button>" in browser.page


def test_a_proposal_like_another_is_backed_instead(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, peru: Stakeholder, author: User,
    make: Make, sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    said = proposal(session, norm, clause, ghana, "Machines serve all people everywhere.", body=SAID, now=now)
    sign_in(author)
    browser.get(PROPOSE)
    change = {"wording": "Machines serve all people everywhere."}
    assert browser.post(PROPOSE, **words(browser, peru, LIKE, **change)).status_code == 200
    assert browser.post(PROPOSE, **words(browser, peru, LIKE, back="1.1", **change)).status_code == 303
    assert backing_of(session, [said.id]) == {said.id: {"back": 1}}
    place = UnsentPlace(unsent_comments.SpeechForm.PROPOSE, norm.id, clause.provision_id)
    kept = unsent_comments.kept_for(session, make.actor(author), place)
    assert kept is not None and kept.fields["wording"] == change["wording"]


def test_a_look_names_who_will_be_told_and_who_is_unknown(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, peru: Stakeholder, author: User,
    sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    remark(session, norm, clause, ghana, now=now)
    sign_in(author)
    browser.get(COMMENT)
    body = 'What do @"Ghana" and @"Atlantis" think?'
    browser.post(COMMENT, **words(browser, peru, body, act="preview"))
    assert 'The following will be notified that you mention them: <b dir="auto">Ghana</b>' in browser.page
    assert 'has the name: <b dir="auto">Atlantis</b>' in browser.page
