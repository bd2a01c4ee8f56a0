"""The glossary, the clause page with what explains it, and the forms behind them."""

import datetime as dt

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.discussion.models import CommentKind
from app.norms.models import Clause, Norm
from tests.browser import Browser
from tests.discussion.pages import SignIn, comments, words
from tests.discussion.saying import proposal, remark
from tests.factories import Make

NORM = "/en/norms/ai/"
CLAUSE = f"{NORM}provisions/p1/"
GLOSSARY = f"{NORM}glossary/"


def test_a_term_is_written_marked_in_the_clause_and_read_in_the_glossary(
    norm: Norm, clause: Clause, editor: User, sign_in: SignIn, browser: Browser
) -> None:
    sign_in(editor)
    browser.get(GLOSSARY)
    term = {"kind": "term", "language": "en", "title": "AI system", "text": "A machine that <infers>."}
    assert browser.post(GLOSSARY, **term).status_code == 303
    browser.get(CLAUSE)
    assert 'An <a class="term" href="/en/norms/ai/glossary/#term-1">AI system</a> serves' in browser.page
    assert "1 glossary term in this clause" in browser.page
    browser.get("/fr/norms/ai/glossary/")
    assert 'id="term-1" lang="en"' in browser.page and "A machine that &lt;infers&gt;." in browser.page
    refused = browser.post("/en/norms/ai/glossary/", **term | {"text": "Otherwise, typed at length."})
    assert refused.status_code == 409
    assert "Otherwise, typed at length." in browser.page and "already contains this term" in browser.page


def test_a_note_is_read_beside_the_clause_and_says_that_it_is_no_text(
    session: Session, norm: Norm, clause: Clause, editor: User, sign_in: SignIn, browser: Browser
) -> None:
    sign_in(editor)
    form = f"{CLAUSE}explaining/"
    browser.get(form)
    browser.post(form, kind="note", language="en", text="Machines are for people.")
    browser.get(CLAUSE)
    assert "Machines are for people." in browser.page and "not part of the text" in browser.page
    assert "Written for an earlier wording." not in browser.page
    clause.text_digest = b"x" * 32
    session.commit()
    browser.get(CLAUSE)
    assert "Written for an earlier wording." in browser.page
    browser.get(form)
    stale = browser.post("/en/norms/ai/aids/1/", language="en", text="Mine, at length.", version="7")
    assert stale.status_code == 409 and "Mine, at length." in browser.page


def test_threads_are_read_by_question_and_by_kind(
    session: Session,
    make: Make,
    norm: Norm,
    clause: Clause,
    editor: User,
    sign_in: SignIn,
    browser: Browser,
    now: dt.datetime,
) -> None:
    sign_in(editor)
    browser.get(f"{CLAUSE}explaining/")
    browser.post(f"{CLAUSE}explaining/", kind="question", language="en", text="Who else?")
    speaker = make.user()
    holder = make.stakeholder("Peru", country="PE")
    make.mandate(speaker, holder)
    said = make.speaker()
    asked = remark(session, norm, clause, said, "What is a machine?", now=now)
    asked.kind = CommentKind.QUESTION
    proposal(session, norm, clause, said, "An AI system serves all.", now=now)
    session.commit()
    sign_in(speaker)
    browser.get(f"{CLAUSE}comment/?question=1")
    assert '<option value="1" selected>Who else?</option>' in browser.page
    assert (
        browser.post(f"{CLAUSE}comment/", **words(browser, holder, "Animals too.", question="1")).status_code
        == 303
    )
    assert [one.body for one in comments(session)][-1] == "Animals too."
    shown = {
        of: [text for text in ("What is a machine?", "<ins>all", "Animals too.") if text in page]
        for of in ("", "1", "questions", "changes", "comments", "9" * 30, "'\"")
        for page in [browser.get(f"{CLAUSE}?of={of}").get_data(as_text=True)]
    }
    everything = ["What is a machine?", "<ins>all", "Animals too."]
    assert shown == {
        "": everything,
        "1": ["Animals too."],
        "questions": ["What is a machine?"],
        "changes": ["<ins>all"],
        "comments": ["Animals too."],
        "9" * 30: everything,
        "'\"": everything,
    }


def test_an_answer_to_a_question_that_is_not_asked_here_is_kept_in_the_form(
    make: Make, norm: Norm, clause: Clause, session: Session, sign_in: SignIn, browser: Browser
) -> None:
    speaker, holder = make.user(), make.stakeholder("Peru", country="PE")
    make.mandate(speaker, holder)
    session.commit()
    sign_in(speaker)
    browser.get(f"{CLAUSE}comment/")
    refused = browser.post(f"{CLAUSE}comment/", **words(browser, holder, "Animals too.", question="5"))
    assert refused.status_code == 422
    assert "Animals too." in browser.page and "is not on the list for this norm" in browser.page
    assert comments(session) == []


def test_a_moderator_chooses_a_reason_and_everybody_reads_it_with_its_comment(
    session: Session,
    make: Make,
    norm: Norm,
    clause: Clause,
    moderator: User,
    sign_in: SignIn,
    browser: Browser,
    now: dt.datetime,
) -> None:
    said = remark(session, norm, clause, make.speaker(name="Ghana"), "It is <short>. And more.", now=now)
    session.commit()
    sign_in(moderator)
    browser.get(f"{NORM}comments/{said.number}/")
    refused = browser.post(f"{NORM}comments/{said.number}/reason/", bearing="for", words="It is long.")
    assert refused.status_code == 422 and "It is long." in browser.page
    assert (
        browser.post(
            f"{NORM}comments/{said.number}/reason/", bearing="for", words="It is <short>."
        ).status_code
        == 303
    )
    sign_in(make.user())
    browser.get(CLAUSE)
    start = browser.page.index('id="reasons"')
    listed = browser.page[start : browser.page.index('id="comments"')]
    assert "It is &lt;short&gt;." in listed and "Ghana" in listed and f"comments/{said.number}/" in listed
    assert "Remove from list" not in listed and "And more." not in listed
