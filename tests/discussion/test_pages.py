"""The pages on which people comment, propose wording, back it, and take a comment back."""

import datetime as dt
import html
import re

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.discussion.models import HidingReason, Visibility
from app.norms.models import Clause, Norm
from app.norms.stages import Stage
from app.stakeholders.models import Stakeholder
from tests.browser import Browser
from tests.discussion.pages import COMMENT, DECISIONS, NORM, PROPOSE, SignIn, comments, words
from tests.discussion.saying import Speaker, proposal, remark
from tests.factories import Make
from tests.positions.saying import clause_of


@pytest.mark.usefixtures("signed_in")
def test_a_comment_is_sent_and_has_an_address_of_its_own(peru: Stakeholder, browser: Browser) -> None:
    assert browser.get(COMMENT).status_code == 200
    assert "Machines serve people." in browser.page
    sent = browser.post(COMMENT, **words(browser, peru, "Say who decides.", kind="question"))
    assert (sent.status_code, sent.location) == (303, f"{NORM}comments/1/")
    browser.get(f"{NORM}comments/1/")
    assert "Say who decides." in browser.page and "Peru" in browser.page and "Question" in browser.page
    browser.get(f"{NORM}provisions/p1/")
    assert "Say who decides." in browser.page and "Not answered yet" in browser.page
    browser.get(NORM)
    assert "1 comment" in browser.page


def test_who_is_signed_out_is_led_to_sign_in_and_back(session: Session, norm: Norm, browser: Browser) -> None:
    session.commit()
    for page in (COMMENT, PROPOSE, f"{NORM}comment/"):
        assert browser.get(page).status_code == 401
        assert f'value="{page}"' in browser.page


@pytest.mark.usefixtures("signed_in")
def test_a_comment_on_the_whole_draft(peru: Stakeholder, browser: Browser) -> None:
    browser.get(f"{NORM}comment/")
    assert browser.post(f"{NORM}comment/", **words(browser, peru, "A good start.")).status_code == 303
    browser.get(DECISIONS)
    assert "A good start." in browser.page and "the whole draft" in browser.page


@pytest.mark.usefixtures("signed_in")
def test_a_double_submit_leads_to_the_one_comment(
    session: Session, peru: Stakeholder, browser: Browser
) -> None:
    browser.get(COMMENT)
    page, sent = browser.page, words(browser, peru, "Say who decides.")
    for _ in range(2):
        browser.page = page
        assert browser.post(COMMENT, **sent).location == f"{NORM}comments/1/"
    assert len(comments(session)) == 1


@pytest.mark.usefixtures("signed_in")
def test_the_back_button_and_other_words_lose_nothing_and_double_nothing(
    session: Session, peru: Stakeholder, browser: Browser
) -> None:
    browser.get(COMMENT)
    page, sent = browser.page, words(browser, peru, "Say who decides.")
    browser.post(COMMENT, **sent)
    browser.page = page
    assert browser.post(COMMENT, **{**sent, "body": "And who pays."}).status_code == 409
    assert "c1" in browser.page and "And who pays." in browser.page
    assert browser.hidden["form_key"] != sent["form_key"]
    assert browser.post(COMMENT, **words(browser, peru, "And who pays.")).status_code == 303
    assert [one.body for one in comments(session)] == ["Say who decides.", "And who pays."]


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "Enter your text first."),
        ("x" * 100_000, "A comment may have 50,000 characters; this one has 100,000."),
        ("safe \u202egnp.exe", "invisible character U+202E"),
    ],
)
def test_a_hostile_comment_comes_back_with_the_reason(
    session: Session, peru: Stakeholder, browser: Browser, body: str, said: str
) -> None:
    browser.get(COMMENT)
    assert browser.post(COMMENT, **words(browser, peru, body)).status_code == 422
    assert said in html.unescape(browser.page) and body in browser.page
    assert comments(session) == []


@pytest.mark.usefixtures("signed_in")
def test_what_came_with_pasted_words_is_taken_out_and_the_person_told(
    session: Session, norm: Norm, peru: Stakeholder, browser: Browser
) -> None:
    browser.get(COMMENT)
    sent = words(browser, peru, "\ufeffFirst.\x0bSecond.\x00")
    assert browser.post(COMMENT, **sent).status_code == 303
    assert [one.body for one in comments(session)] == ["First.\nSecond."]
    browser.get(f"/en/norms/{norm.slug}/")
    assert "removed or turned into line breaks: U+FEFF, U+000B, U+0000." in browser.page


@pytest.mark.usefixtures("signed_in")
def test_a_refusal_keeps_pasted_words_without_what_hides_in_them(
    session: Session, peru: Stakeholder, browser: Browser
) -> None:
    browser.get(COMMENT)
    sent = words(browser, peru, "Kept\x00 words. \u202e")
    assert browser.post(COMMENT, **sent).status_code == 422
    assert "Kept words." in browser.page and "turned into line breaks: U+0000." in browser.page
    assert "U+202E" in browser.page and comments(session) == []


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(
    "field", [{"form_key": "k" * 65}, {"parent": "9" * 30}, {"stakeholder": "9" * 30}, {"language": "x" * 90}]
)
def test_fields_no_database_takes_are_refused_and_the_words_kept(
    peru: Stakeholder, browser: Browser, field: dict[str, str]
) -> None:
    browser.get(COMMENT)
    assert browser.post(COMMENT, **{**words(browser, peru, "Kept words."), **field}).status_code == 422
    assert "Kept words." in browser.page


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("path", [COMMENT, PROPOSE])
def test_a_round_that_closed_meanwhile_gives_the_words_back(
    session: Session, norm: Norm, peru: Stakeholder, browser: Browser, path: str
) -> None:
    browser.get(path)
    norm.stage = Stage.COMPILATION
    session.commit()
    more = {"wording": "Machines serve all of us."} if path == PROPOSE else {}
    assert browser.post(path, **words(browser, peru, "My long reason.", **more)).status_code == 409
    assert "This round is closed." in browser.page and "My long reason." in browser.page
    assert not more or "Machines serve all of us." in browser.page


@pytest.mark.usefixtures("signed_in")
def test_wording_is_edited_in_place_and_shown_as_struck_and_added(
    peru: Stakeholder, browser: Browser
) -> None:
    browser.get(f"{PROPOSE}?in=fr")
    assert "Les machines servent les gens.</textarea>" in browser.page
    assert browser.hidden["read_language"] == "fr"
    sent = words(browser, peru, "Plus clair.", wording="Les machines aident les gens.", operation="replace")
    assert browser.post(PROPOSE, **sent).location == f"{NORM}comments/1/"
    for page in (f"{NORM}comments/1/", f"{NORM}provisions/p1/", DECISIONS):
        browser.get(page)
        assert re.search(
            r'lang="fr" dir="ltr">Les machines <del>servent</del><ins>aident</ins> les gens\.', browser.page
        ), page


@pytest.mark.usefixtures("signed_in")
def test_the_wording_as_it_stands_is_refused_and_the_reason_kept(peru: Stakeholder, browser: Browser) -> None:
    browser.get(PROPOSE)
    sent = words(browser, peru, "My reason.", wording="Machines serve people.")
    assert browser.post(PROPOSE, **sent).status_code == 422
    assert "This is the current wording." in browser.page and "My reason." in browser.page


def test_others_back_and_oppose_a_change(
    session: Session,
    make: Make,
    norm: Norm,
    speaker: Speaker,
    sign_in: SignIn,
    browser: Browser,
    now: dt.datetime,
) -> None:
    proposal(session, norm, clause_of(session, norm, 1), speaker, "Machines help.", now=now)
    other, chile = make.user(), make.stakeholder("Chile", country="CL")
    make.mandate(other, chile)
    sign_in(other)
    page = f"{NORM}comments/1/"
    browser.get(page)
    assert "None yet." in browser.page
    for side, said in (("back", "Backs the change"), ("oppose", "Opposes the change")):
        assert browser.post(f"{page}back/", stakeholder=str(chile.id), side=side, seen="1").status_code == 303
        browser.get(page)
        assert re.search(rf"Chile</span>: {said}", browser.page)
    browser.post(f"{page}back/", stakeholder=str(chile.id), side="", seen="1")
    browser.get(page)
    assert "None yet." in browser.page


@pytest.mark.usefixtures("said_by_peru")
def test_one_replies_for_the_stakeholder_one_chooses(
    session: Session, make: Make, author: User, sign_in: SignIn, browser: Browser
) -> None:
    second = make.stakeholder("Andean Network")
    make.mandate(author, second)
    sign_in(author)
    browser.get(f"{NORM}comments/1/")
    assert browser.page.count('id="f-stakeholder') == len(
        set(re.findall(r'id="f-stakeholder[^"]*"', browser.page))
    )
    sent = {"stakeholder": str(second.id), "body": "", "language": "fr", "parent": "1", "read_language": "en"}
    key = {"form_key": browser.hidden["form_key"], "seen": "1"}
    assert browser.post(f"{NORM}comment/", **sent, **key).status_code == 422
    assert "Reply to comment c1" in browser.page and browser.hidden["parent"] == "1"
    assert browser.post(f"{NORM}comment/", **{**sent, "body": "Le conseil."}, **key).status_code == 303
    _, reply = comments(session)
    assert (reply.stakeholder_id, reply.parent_id is not None, reply.language) == (second.id, True, "fr")
    browser.get(f"{NORM}comments/1/")
    assert 'lang="fr" dir="ltr">Le conseil.' in browser.page


@pytest.mark.usefixtures("said_by_peru", "signed_in")
def test_an_author_withdraws_a_comment(session: Session, browser: Browser) -> None:
    browser.get(f"{NORM}comments/1/")
    assert browser.post(f"{NORM}comments/1/withdraw/").status_code == 303
    browser.get(f"{NORM}comments/1/")
    assert "Withdrawn by its author." in browser.page and "Say who decides." not in browser.page
    assert comments(session)[0].visibility is Visibility.WITHDRAWN


@pytest.mark.parametrize("visibility", [Visibility.HELD, Visibility.HIDDEN, Visibility.WITHDRAWN])
def test_whose_words_they_are_is_shown_with_the_words_alone(
    session: Session, norm: Norm, clause: Clause, speaker: Speaker, ghana: Speaker, author: User,
    sign_in: SignIn, browser: Browser, now: dt.datetime, visibility: Visibility,
) -> None:  # fmt: skip
    first = remark(session, norm, clause, ghana, now=now)
    said = remark(session, norm, clause, speaker, "Peru’s.", now=now)
    answer = remark(session, norm, clause, speaker, "Hm.", parent=first, now=now)
    for one in (said, answer):
        one.visibility = visibility
        one.hiding_reason = HidingReason.SPAM if visibility is Visibility.HIDDEN else None
    session.commit()
    is_held = visibility is Visibility.HELD
    for page in (f"{NORM}comments/2/", f"{NORM}comments/2/history/"):
        assert browser.get(page).status_code == (404 if is_held else 200)
        assert "Peru" not in browser.page
    for page in (f"{NORM}comments/1/", f"{NORM}provisions/p1/"):
        browser.get(page)
        assert "Ghana" in browser.page and "Peru" not in browser.page
        assert ("c3 · " in browser.line) is not is_held
    sign_in(author)
    for page in (f"{NORM}comments/2/", f"{NORM}comments/2/history/", f"{NORM}comments/1/"):
        assert browser.get(page).status_code == 200
        assert ("Peru</b> ·" in browser.line) is is_held


def test_a_number_that_no_comment_has_is_no_page(session: Session, norm: Norm, browser: Browser) -> None:
    session.commit()
    for number in ("0", "7", "9" * 30, "x"):
        assert browser.get(f"{NORM}comments/{number}/").status_code == 404
