"""The pages on which people comment, propose wording, back it, screen, decide and reply."""

import datetime as dt
import html
import re
from collections.abc import Callable
from email import policy
from email.parser import BytesParser

import pytest
import sqlalchemy as sa
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Role
from app.discussion.models import Comment, Visibility
from app.norms.lifecycle import Stage
from app.norms.models import Norm
from app.norms.rules import Rules, Screening
from app.stakeholders.models import Stakeholder
from config import Config
from tests.browser import Browser
from tests.discussion.saying import decide, proposal, remark
from tests.factories import Make
from tests.positions.saying import clause_of
from tests.security.corpora import MARKUP

NORM = "/en/norms/ai/"
COMMENT = f"{NORM}provisions/p1/comment/"
PROPOSE = f"{NORM}provisions/p1/propose/"
DECISIONS = f"{NORM}dispositions/"
SignIn = Callable[[User], str]


@pytest.fixture
def norm(make: Make) -> Norm:
    texts = {"en": "Machines serve people.", "fr": "Les machines servent les gens."}
    return make.norm(texts, languages=("en", "fr"), slug="ai")


@pytest.fixture
def peru(make: Make) -> Stakeholder:
    return make.stakeholder("Peru", country="PE")


@pytest.fixture
def author(make: Make, peru: Stakeholder) -> User:
    user = make.user()
    make.mandate(user, peru)
    return user


def seated(make: Make, role: Role, norm: Norm) -> User:
    user = make.user()
    make.seat(user, role, norm)
    return user


def words(browser: Browser, holder: Stakeholder, body: str, **more: str) -> dict[str, str]:
    """The fields of the form that is shown, filled in."""
    hidden = {name: browser.hidden[name] for name in ("read_language", "form_key")}
    return {"stakeholder": str(holder.id), "body": body, "language": "en", **hidden, **more}


def comments(session: Session) -> list[Comment]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(sa.select(Comment).order_by(Comment.number)))


def test_a_comment_is_sent_and_has_an_address_of_its_own(
    session: Session, norm: Norm, peru: Stakeholder, author: User, sign_in: SignIn, browser: Browser
) -> None:
    sign_in(author)
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


def test_a_comment_on_the_whole_draft(
    session: Session, norm: Norm, peru: Stakeholder, author: User, sign_in: SignIn, browser: Browser
) -> None:
    sign_in(author)
    browser.get(f"{NORM}comment/")
    assert browser.post(f"{NORM}comment/", **words(browser, peru, "A good start.")).status_code == 303
    browser.get(DECISIONS)
    assert "A good start." in browser.page and "the whole draft" in browser.page


def test_a_double_submit_leads_to_the_one_comment(
    session: Session, norm: Norm, peru: Stakeholder, author: User, sign_in: SignIn, browser: Browser
) -> None:
    sign_in(author)
    browser.get(COMMENT)
    page, sent = browser.page, words(browser, peru, "Say who decides.")
    for _ in range(2):
        browser.page = page
        assert browser.post(COMMENT, **sent).location == f"{NORM}comments/1/"
    assert len(comments(session)) == 1


def test_the_back_button_and_other_words_lose_nothing_and_double_nothing(
    session: Session, norm: Norm, peru: Stakeholder, author: User, sign_in: SignIn, browser: Browser
) -> None:
    sign_in(author)
    browser.get(COMMENT)
    page, sent = browser.page, words(browser, peru, "Say who decides.")
    browser.post(COMMENT, **sent)
    browser.page = page
    assert browser.post(COMMENT, **{**sent, "body": "And who pays."}).status_code == 409
    assert "c1" in browser.page and "And who pays." in browser.page
    assert browser.hidden["form_key"] != sent["form_key"]
    assert browser.post(COMMENT, **words(browser, peru, "And who pays.")).status_code == 303
    assert [one.body for one in comments(session)] == ["Say who decides.", "And who pays."]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "Write something first."),
        ("x" * 100_000, "A comment may have 50000 characters; this one has 100000."),
        ("safe \u202egnp.exe", "invisible character U+202E"),
    ],
)
def test_a_hostile_comment_comes_back_with_the_reason(
    session: Session,
    norm: Norm,
    peru: Stakeholder,
    author: User,
    sign_in: SignIn,
    browser: Browser,
    body: str,
    said: str,
) -> None:
    sign_in(author)
    browser.get(COMMENT)
    assert browser.post(COMMENT, **words(browser, peru, body)).status_code == 422
    assert said in html.unescape(browser.page) and body in browser.page
    assert comments(session) == []


@pytest.mark.parametrize(
    "field", [{"form_key": "k" * 65}, {"parent": "9" * 30}, {"stakeholder": "9" * 30}, {"language": "x" * 90}]
)
def test_fields_no_database_takes_are_refused_and_the_words_kept(
    session: Session,
    norm: Norm,
    peru: Stakeholder,
    author: User,
    sign_in: SignIn,
    browser: Browser,
    field: dict[str, str],
) -> None:
    sign_in(author)
    browser.get(COMMENT)
    assert browser.post(COMMENT, **{**words(browser, peru, "Kept words."), **field}).status_code == 422
    assert "Kept words." in browser.page


@pytest.mark.parametrize("path", [COMMENT, PROPOSE])
def test_a_round_that_closed_meanwhile_gives_the_words_back(
    session: Session,
    norm: Norm,
    peru: Stakeholder,
    author: User,
    sign_in: SignIn,
    browser: Browser,
    path: str,
) -> None:
    sign_in(author)
    browser.get(path)
    norm.stage = Stage.COMPILATION
    session.commit()
    more = {"wording": "Machines serve all of us."} if path == PROPOSE else {}
    assert browser.post(path, **words(browser, peru, "My long reason.", **more)).status_code == 409
    assert "This round is closed." in browser.page and "My long reason." in browser.page
    assert not more or "Machines serve all of us." in browser.page


def test_wording_is_edited_in_place_and_shown_as_struck_and_added(
    session: Session, norm: Norm, peru: Stakeholder, author: User, sign_in: SignIn, browser: Browser
) -> None:
    sign_in(author)
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


def test_the_wording_as_it_stands_is_refused_and_the_reason_kept(
    session: Session, norm: Norm, peru: Stakeholder, author: User, sign_in: SignIn, browser: Browser
) -> None:
    sign_in(author)
    browser.get(PROPOSE)
    sent = words(browser, peru, "My reason.", wording="Machines serve people.")
    assert browser.post(PROPOSE, **sent).status_code == 422
    assert "This is the wording as it stands." in browser.page and "My reason." in browser.page


def test_others_back_and_oppose_a_change(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Stakeholder,
    author: User,
    sign_in: SignIn,
    browser: Browser,
    now: dt.datetime,
) -> None:
    proposal(
        session, norm, clause_of(session, norm, 1), (make.actor(author), peru), "Machines help.", now=now
    )
    other, chile = make.user(), make.stakeholder("Chile", country="CL")
    make.mandate(other, chile)
    sign_in(other)
    page = f"{NORM}comments/1/"
    browser.get(page)
    assert "Nobody yet." in browser.page
    for side, said in (("back", "Backs it"), ("oppose", "Opposes it")):
        assert browser.post(f"{page}back/", stakeholder=str(chile.id), side=side).status_code == 303
        browser.get(page)
        assert re.search(rf"Chile</span>: {said}", browser.page)
    browser.post(f"{page}back/", stakeholder=str(chile.id), side="")
    browser.get(page)
    assert "Nobody yet." in browser.page


def test_a_held_comment_is_read_by_its_author_and_the_norms_moderators_only(
    session: Session, make: Make, sign_in: SignIn, browser: Browser, peru: Stakeholder, author: User
) -> None:
    norm = make.norm("Machines serve people.", slug="ai", rules=Rules(screening=Screening.HELD))
    moderator, elsewhere = seated(make, Role.MODERATOR, norm), seated(make, Role.MODERATOR, make.norm())
    sign_in(author)
    browser.get(COMMENT)
    browser.post(COMMENT, **words(browser, peru, "Wait for me."))
    browser.get(f"{NORM}comments/1/")
    assert "Waits for a moderator" in browser.page and "Wait for me." in browser.page
    sign_in(elsewhere)
    for page in (f"{NORM}comments/1/", f"{NORM}provisions/p1/", DECISIONS, "/en/moderation/", "/en/my/"):
        assert browser.get(page).status_code == 200
        assert "Wait for me." not in browser.page
    sign_in(moderator)
    for page in ("/en/my/", "/en/moderation/"):
        browser.get(page)
        assert "Wait for me." in browser.page
    assert browser.post(f"{NORM}comments/1/release/").status_code == 303
    sign_in(elsewhere)
    browser.get(f"{NORM}provisions/p1/")
    assert "Wait for me." in browser.page


def test_a_hidden_comment_leaves_a_tombstone_everywhere(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Stakeholder,
    author: User,
    sign_in: SignIn,
    browser: Browser,
    now: dt.datetime,
) -> None:
    clause, speaker = clause_of(session, norm, 1), (make.actor(author), peru)
    proposal(session, norm, clause, speaker, "Machines insult.", body="An insult.", now=now)
    sign_in(seated(make, Role.MODERATOR, norm))
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


def test_a_comment_is_answered_and_its_author_told_and_heard(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Stakeholder,
    author: User,
    sign_in: SignIn,
    browser: Browser,
    runner: FlaskCliRunner,
    config: Config,
    now: dt.datetime,
) -> None:
    author.language = "fr"
    remark(session, norm, clause_of(session, norm, 1), (make.actor(author), peru), now=now)
    page, editor = f"{NORM}comments/1/", seated(make, Role.EDITOR, norm)
    sign_in(editor)
    browser.get("/en/my/")
    assert "Comments that wait for a decision" in browser.page
    browser.get(page)
    assert "Decide on this comment" in browser.page
    refused = browser.post(f"{page}disposition/", decision="not-accepted", reason=" ", language="en")
    assert refused.status_code == 422 and "Give the reason" in browser.page
    answer = {"decision": "not-accepted", "reason": "Clause 4 says it.", "language": "en"}
    assert browser.post(f"{page}disposition/", **answer).status_code == 303
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    (mail,) = (config.data_dir / "mail").glob("*.eml")
    letter = BytesParser(policy=policy.default).parsebytes(mail.read_bytes())
    assert (
        letter["To"] == author.email and f"{config.base_url}/fr/norms/ai/comments/1/" in letter.get_content()
    )
    sign_in(author)
    browser.get("/en/my/")
    assert "Decisions on your comments" in browser.page
    browser.get(page)
    assert "Clause 4 says it." in browser.page and "Not accepted" in browser.page
    reply = {"satisfaction": "not-satisfied", "note": "It does not."}
    assert browser.post(f"{page}reply/", **reply).status_code == 303
    browser.get(f"{DECISIONS}?show=not-satisfied")
    assert "It does not." in browser.page
    browser.get("/en/my/")
    assert "Decisions on your comments" not in browser.page


def test_a_duplicate_is_named_as_people_write_it(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Stakeholder,
    author: User,
    sign_in: SignIn,
    browser: Browser,
    now: dt.datetime,
) -> None:
    speaker = (make.actor(author), peru)
    for body in ("First.", "Second."):
        remark(session, norm, None, speaker, body, now=now)
    sign_in(seated(make, Role.EDITOR, norm))
    page = f"{NORM}comments/2/"
    browser.get(page)
    answer = {"decision": "duplicate", "reason": "See there.", "language": "en"}
    for name in ("", "c2", "c9", "ninth", "9" * 30):
        assert browser.post(f"{page}disposition/", **answer, duplicate_of=name).status_code == 422
        assert "See there." in browser.page
    assert browser.post(f"{page}disposition/", **answer, duplicate_of=" C1 ").status_code == 303


def test_one_replies_for_the_stakeholder_one_chooses(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Stakeholder,
    author: User,
    sign_in: SignIn,
    browser: Browser,
    now: dt.datetime,
) -> None:
    remark(session, norm, clause_of(session, norm, 1), (make.actor(author), peru), now=now)
    second = make.stakeholder("Andean Network")
    make.mandate(author, second)
    sign_in(author)
    browser.get(f"{NORM}comments/1/")
    assert browser.page.count('id="f-stakeholder') == len(
        set(re.findall(r'id="f-stakeholder[^"]*"', browser.page))
    )
    sent = {"stakeholder": str(second.id), "body": "", "language": "fr", "parent": "1", "read_language": "en"}
    key = {"form_key": browser.hidden["form_key"]}
    assert browser.post(f"{NORM}comment/", **sent, **key).status_code == 422
    assert "Reply to comment c1" in browser.page and browser.hidden["parent"] == "1"
    assert browser.post(f"{NORM}comment/", **{**sent, "body": "Le conseil."}, **key).status_code == 303
    _, reply = comments(session)
    assert (reply.stakeholder_id, reply.parent_id is not None, reply.language) == (second.id, True, "fr")
    browser.get(f"{NORM}comments/1/")
    assert 'lang="fr" dir="ltr">Le conseil.' in browser.page


def test_an_author_withdraws_her_comment(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Stakeholder,
    author: User,
    sign_in: SignIn,
    browser: Browser,
    now: dt.datetime,
) -> None:
    remark(session, norm, clause_of(session, norm, 1), (make.actor(author), peru), now=now)
    sign_in(author)
    browser.get(f"{NORM}comments/1/")
    assert browser.post(f"{NORM}comments/1/withdraw/").status_code == 303
    browser.get(f"{NORM}comments/1/")
    assert "Withdrawn by its author." in browser.page and "Say who decides." not in browser.page
    assert comments(session)[0].visibility is Visibility.WITHDRAWN


def test_markup_in_comments_wording_reasons_and_notes_does_nothing(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Stakeholder,
    author: User,
    sign_in: SignIn,
    browser: Browser,
    now: dt.datetime,
) -> None:
    clause, speaker = clause_of(session, norm, 1), (make.actor(author), peru)
    editor = make.actor(seated(make, Role.EDITOR, norm))
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
    session: Session,
    make: Make,
    norm: Norm,
    peru: Stakeholder,
    author: User,
    browser: Browser,
    now: dt.datetime,
) -> None:
    speaker = (make.actor(author), peru)
    for number in range(52):
        remark(session, norm, clause_of(session, norm, 1), speaker, f"Remark {number:02}.", now=now)
    remark(session, norm, None, speaker, "Of the whole.", now=now)
    session.commit()
    browser.get(f"{DECISIONS}?clause=p1&show=unanswered")
    assert "Remark 49." in browser.page and "Remark 50." not in browser.page
    assert "?show=unanswered&after=50&clause=p1" in html.unescape(browser.page)
    browser.get(f"{DECISIONS}?show=unanswered&after=50&clause=p1")
    assert "Remark 51." in browser.page and "Of the whole." not in browser.page
    for odd in ("?after=x", "?after=" + "9" * 40, "?show=%3Cscript%3E&clause=%22"):
        assert browser.get(f"{DECISIONS}{odd}").status_code == 200
        assert "<script>&" not in browser.page


def test_a_number_that_no_comment_has_is_no_page(session: Session, norm: Norm, browser: Browser) -> None:
    session.commit()
    for number in ("0", "7", "9" * 30, "x"):
        assert browser.get(f"{NORM}comments/{number}/").status_code == 404
