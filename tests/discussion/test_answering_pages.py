"""The pages on which comments are screened, decided on and replied to."""

import datetime as dt
import html
import re
from email import policy
from email.parser import BytesParser

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Role
from app.norms.models import Norm
from app.norms.rules import Rules, Screening
from app.positions.models import Stance
from app.stakeholders.models import Stakeholder
from config import Config
from tests.browser import Browser
from tests.conftest import StoppedClock
from tests.discussion.pages import COMMENT, DECISIONS, NORM, Enter, SignIn, asked, comments, seated, words
from tests.discussion.saying import Speaker, decide, proposal, remark
from tests.factories import Make
from tests.positions.saying import clause_of, say
from tests.security.corpora import MARKUP


def test_a_held_comment_is_read_by_its_author_and_the_norms_moderators_only(
    session: Session, make: Make, sign_in: SignIn, browser: Browser, peru: Stakeholder, author: User
) -> None:
    norm = make.norm("Machines serve people.", slug="ai", rules=Rules(screening=Screening.HELD))
    moderator, elsewhere = seated(make, Role.MODERATOR, norm), seated(make, Role.MODERATOR, make.norm())
    sign_in(author)
    browser.get(COMMENT)
    browser.post(COMMENT, **words(browser, peru, "Wait for me."))
    browser.get(f"{NORM}comments/1/")
    assert "Awaiting a moderator" in browser.page and "Wait for me." in browser.page
    sign_in(elsewhere)
    for page in (f"{NORM}comments/1/", f"{NORM}comments/1/history/"):
        assert browser.get(page).status_code == 404
    for page in (f"{NORM}provisions/p1/", DECISIONS, "/en/moderation/", "/en/my/"):
        assert browser.get(page).status_code == 200
        assert "Wait for me." not in browser.page
    sign_in(moderator)
    for page in ("/en/my/", "/en/moderation/"):
        browser.get(page)
        assert "Wait for me." in browser.page
    assert browser.post(f"{NORM}comments/1/release/", seen="1").status_code == 303
    sign_in(elsewhere)
    browser.get(f"{NORM}provisions/p1/")
    assert "Wait for me." in browser.page


def test_a_hidden_comment_leaves_a_tombstone_everywhere(
    session: Session, norm: Norm, speaker: Speaker, enter: Enter, browser: Browser, now: dt.datetime
) -> None:
    clause = clause_of(session, norm, 1)
    proposal(session, norm, clause, speaker, "Machines insult.", body="An insult.", now=now)
    enter(Role.MODERATOR)
    page = f"{NORM}comments/1/"
    browser.get(page)
    assert browser.post(f"{page}hide/", reason="").status_code == 422
    browser.get(page)
    assert browser.post(f"{page}hide/", reason="abuse").status_code == 303
    for shown in (page, f"{NORM}provisions/p1/"):
        browser.get(shown)
        assert "Hidden by a moderator. Reason: Abuse." in browser.page
        assert "insult" not in browser.page
    assert comments(session)[0].body == "An insult."


@pytest.mark.usefixtures("said_by_peru")
def test_a_comment_is_answered_and_its_author_told_and_heard(
    author: User,
    enter: Enter,
    sign_in: SignIn,
    browser: Browser,
    runner: FlaskCliRunner,
    config: Config,
    clock: StoppedClock,
) -> None:
    author.language = "fr"
    page = f"{NORM}comments/1/"
    enter(Role.EDITOR)
    browser.get("/en/my/")
    assert "Comments pending a disposition" in browser.page
    browser.get(page)
    assert "Decide on this comment" in browser.page
    refused = browser.post(
        f"{page}disposition/", decision="not-accepted", reason=" ", language="en", seen="1", version="0"
    )
    assert refused.status_code == 422 and "Give a reason" in browser.page
    answer = {
        "decision": "not-accepted",
        "reason": "Clause 4 says it.",
        "language": "en",
        "seen": "1",
        "version": "0",
    }
    assert browser.post(f"{page}disposition/", **answer).status_code == 303
    clock.forward(days=1)
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    (mail,) = (config.data_dir / "mail").glob("*.eml")
    letter = BytesParser(policy=policy.default).parsebytes(mail.read_bytes())
    assert (
        letter["To"] == author.email and f"{config.base_url}/fr/norms/ai/comments/1/" in letter.get_content()
    )
    sign_in(author)
    browser.get("/en/my/")
    assert "Dispositions of your comments" in browser.page
    browser.get(page)
    assert "Clause 4 says it." in browser.page and "Not accepted" in browser.page
    reply = {"satisfaction": "not-satisfied", "note": "It does not.", "seen": "1"}
    assert browser.post(f"{page}reply/", **reply).status_code == 303
    browser.get(f"{DECISIONS}?show=not-satisfied")
    assert "It does not." in browser.page
    browser.get("/en/my/")
    assert "Dispositions of your comments" not in browser.page


def test_a_duplicate_is_named_as_people_write_it(
    session: Session, norm: Norm, speaker: Speaker, enter: Enter, browser: Browser, now: dt.datetime
) -> None:
    for body in ("First.", "Second."):
        remark(session, norm, None, speaker, body, now=now)
    enter(Role.EDITOR)
    page = f"{NORM}comments/2/"
    browser.get(page)
    seen = {"seen": "1", "version": "0"}
    answer = {"decision": "duplicate", "reason": "See there.", "language": "en", **seen}
    for name in ("", "c2", "c9", "ninth", "9" * 30):
        assert browser.post(f"{page}disposition/", **answer, duplicate_of=name).status_code == 422
        assert "See there." in browser.page
    assert browser.post(f"{page}disposition/", **answer, duplicate_of=" C1 ").status_code == 303


def test_markup_in_comments_wording_reasons_and_notes_does_nothing(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Stakeholder,
    speaker: Speaker,
    author: User,
    sign_in: SignIn,
    browser: Browser,
    now: dt.datetime,
) -> None:
    clause, editor = clause_of(session, norm, 1), make.seated(Role.EDITOR, norm)
    peru.name = MARKUP[0]
    for markup in MARKUP:
        said = proposal(session, norm, clause, speaker, f"x {markup}", body=f"y {markup}", now=now)
        decide(session, norm, editor, said, reason=f"z {markup}", now=now)
    sign_in(author)
    pages = [DECISIONS, f"{NORM}provisions/p1/", "/en/my/", *(f"{NORM}comments/{n}/" for n in range(1, 10))]
    for page in pages:
        assert browser.get(page).status_code == 200
        assert not re.search(r"<script>alert|<img src=x|<svg/onload|href=.javascript:", browser.page), page
    browser.get(DECISIONS)
    assert browser.page.count("&lt;script&gt;alert(1)") >= 3


def test_decisions_are_filtered_by_clause_and_shown_fifty_at_a_time(
    session: Session, norm: Norm, speaker: Speaker, browser: Browser, now: dt.datetime
) -> None:
    for number in range(52):
        remark(session, norm, clause_of(session, norm, 1), speaker, f"Remark {number:02}.", now=now)
    remark(session, norm, None, speaker, "Of the whole.", now=now)
    session.commit()
    browser.get(f"{DECISIONS}?clause=p1&show=unanswered")
    assert "Remark 49." in browser.page and "Remark 50." not in browser.page
    assert "?show=unanswered&clause=p1&after=50" in html.unescape(browser.page)
    browser.get(f"{DECISIONS}?show=unanswered&after=50&clause=p1")
    assert "Remark 51." in browser.page and "Of the whole." not in browser.page
    for odd in ("?after=x", "?after=" + "9" * 40, "?show=%3Cscript%3E&clause=%22"):
        assert browser.get(f"{DECISIONS}{odd}").status_code == 200
        assert "<script>&" not in browser.page


def test_how_much_is_said_does_not_change_the_number_of_statements(
    app: Flask, session: Session, make: Make, norm: Norm, sign_in: SignIn, browser: Browser, now: dt.datetime
) -> None:
    clause, editor = clause_of(session, norm, 1), seated(make, Role.EDITOR, norm)
    make.seat(editor, Role.CHAIR, norm)
    make.seat(editor, Role.MODERATOR, norm)
    pages = (f"{NORM}comments/1/", f"{NORM}provisions/p1/", DECISIONS, f"{NORM}objections/", "/en/my/")

    def talk(number: int) -> None:
        for _ in range(number):
            speaker = make.speaker()
            said = proposal(session, norm, clause, speaker, f"Machines help {speaker[1].name}.", now=now)
            remark(session, norm, None, speaker, "And this.", parent=said, now=now)
            decide(session, norm, make.actor(editor), said, now=now)
            say(session, norm, clause, speaker, Stance.OBJECT, reason="No.", now=now)

    talk(1)
    sign_in(editor)
    few = asked(app, browser, pages)
    talk(10)
    session.commit()
    assert asked(app, browser, pages) == few
    assert max(few) <= 24
