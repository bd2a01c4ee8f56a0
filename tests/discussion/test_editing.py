"""Changing one's words until they are answered: nothing is lost, nothing backed is changed."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import Role
from app.discussion import backing, editing, moderation
from app.discussion.models import ChangeOperation, Comment, HidingReason, Side, Visibility
from app.discussion.proposed import SameWording
from app.discussion.service import QuoteElsewhere, withdraw
from app.foundation.errors import NotAllowed
from app.foundation.versions import ChangedMeanwhile
from app.norms.models import Clause, Norm
from app.norms.rules import Rules, Screening
from app.norms.stages import Stage
from app.stakeholders.models import Stakeholder
from tests.browser import Browser
from tests.discussion.pages import NORM, PROPOSE, SignIn, comments, seated
from tests.discussion.saying import Speaker, decide, proposal, remark
from tests.factories import Make
from tests.positions.saying import clause_of


def put(
    session: Session,
    norm: Norm,
    said: Comment,
    speaker: Speaker,
    body: str,
    *,
    now: dt.datetime,
    **more: object,
) -> Comment:
    given = {"language": said.language, "version": said.version} | more
    return editing.edit(session, speaker[0], norm, said, body=body, now=now, **given)  # type: ignore[arg-type]


def test_the_words_before_an_edit_are_kept(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, ghana, "First.", quote="serve", now=now)
    put(session, norm, said, ghana, "Second.", quote="people", now=now)
    put(session, norm, said, ghana, "Troisième.", language="fr", quote="", now=now)
    kept = [(one.version, one.body, one.language, one.quote) for one in editing.history(session, said)]
    assert kept == [(1, "First.", "en", "serve"), (2, "Second.", "en", "people")]
    assert (said.version, said.body, said.language, said.quote) == (3, "Troisième.", "fr", "")
    acts = session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number)).all()
    assert acts == ["comment-made", "comment-edited", "comment-edited"]


def test_the_same_words_sent_twice_are_one_edit(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, ghana, "First.", now=now)
    for _ in range(2):
        put(session, norm, said, ghana, "Second.", version=1, now=now)
    assert said.version == 2


def test_two_people_do_not_overwrite_each_other(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, ghana, "First.", now=now)
    put(session, norm, said, ghana, "Second.", version=1, now=now)
    with pytest.raises(ChangedMeanwhile):
        put(session, norm, said, ghana, "Other words.", version=1, now=now)
    assert said.body == "Second."


def test_nobody_else_edits_it_and_nobody_after_the_round(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, ghana, now=now)
    with pytest.raises(NotAllowed):
        put(session, norm, said, make.speaker(), "Not hers.", now=now)
    norm.stage = Stage.COMPILATION
    session.flush()
    with pytest.raises(NotAllowed):
        put(session, norm, said, ghana, "Too late.", now=now)


@pytest.mark.parametrize("end", ["decided", "hidden", "withdrawn", "thread decided"])
def test_what_is_answered_or_gone_stays_as_it_is(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime, end: str
) -> None:
    first = remark(session, norm, clause, ghana, now=now)
    said = (
        remark(session, norm, clause, ghana, "Because.", parent=first, now=now) if "thread" in end else first
    )
    if "decided" in end:
        decide(session, norm, make.seated(Role.EDITOR, norm), first, now=now)
    elif end == "hidden":
        moderator = make.seated(Role.MODERATOR, norm)
        moderation.hide(session, moderator, norm, said, reason=HidingReason.SPAM, now=now)
    else:
        withdraw(session, ghana[0], norm, said, now=now)
    with pytest.raises(editing.AnsweredAlready):
        put(session, norm, said, ghana, "Other words.", now=now)


def test_a_quote_must_stand_in_the_clause_after_an_edit_too(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, ghana, now=now)
    with pytest.raises(QuoteElsewhere):
        put(session, norm, said, ghana, "Say.", quote="elsewhere", now=now)


def test_where_comments_are_held_an_edited_one_is_held_again(
    session: Session, make: Make, ghana: Speaker, now: dt.datetime
) -> None:
    norm = make.norm("Machines serve people.", rules=Rules(screening=Screening.HELD))
    said = remark(session, norm, clause_of(session, norm, 1), ghana, now=now)
    moderation.release(session, make.seated(Role.MODERATOR, norm), norm, said, now=now)
    put(session, norm, said, ghana, "Other words.", now=now)
    assert said.visibility is Visibility.HELD


def test_words_that_no_moderator_has_shown_are_not_in_the_history(
    session: Session, make: Make, ghana: Speaker, browser: Browser, now: dt.datetime
) -> None:
    norm = make.norm("Machines serve people.", rules=Rules(screening=Screening.HELD), slug="ai")
    moderator = make.seated(Role.MODERATOR, norm)
    said = remark(session, norm, clause_of(session, norm, 1), ghana, "Slander.", now=now)
    put(session, norm, said, ghana, "Screened.", now=now)
    moderation.release(session, moderator, norm, said, seen=2, now=now)
    put(session, norm, said, ghana, "Slander again.", now=now)
    put(session, norm, said, ghana, "Screened again.", now=now)
    moderation.release(session, moderator, norm, said, seen=4, now=now)
    session.commit()
    browser.get(f"{NORM}comments/1/history/")
    assert "Screened." in browser.page and "Screened again." in browser.page
    assert "Slander" not in browser.page


def test_a_wording_nobody_has_spoken_on_can_change(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = proposal(session, norm, clause, ghana, "Machines serve all.", now=now)
    with pytest.raises(SameWording):
        put(session, norm, said, ghana, said.body, wording="Machines serve people.", now=now)
    put(session, norm, said, ghana, said.body, wording="Machines serve everybody.", now=now)
    assert said.change is not None and said.change.wording == "Machines serve everybody."
    assert [one.wording for one in editing.history(session, said)] == ["Machines serve all."]


@pytest.mark.parametrize("spoken", ["backed", "opposed", "replied"])
def test_a_wording_others_have_spoken_on_stays_but_its_reasons_may_change(
    session: Session, make: Make, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime, spoken: str
) -> None:
    said = proposal(session, norm, clause, ghana, "Machines serve all.", now=now)
    other = make.speaker()
    if spoken == "replied":
        remark(session, norm, None, other, "Good.", parent=said, now=now)
    else:
        side = Side.BACK if spoken == "backed" else Side.OPPOSE
        backing.back(
            session, other[0], norm, said, seen=said.version, stakeholder_id=other[1].id, side=side, now=now
        )
    with pytest.raises(editing.WordingIsBacked):
        put(session, norm, said, ghana, said.body, wording="Machines serve nobody.", now=now)
    put(session, norm, said, ghana, "Better reasons.", wording="Machines serve all.", now=now)
    assert said.body == "Better reasons."


def test_a_deletion_has_no_wording_to_change(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    said = proposal(session, norm, clause, ghana, operation=ChangeOperation.DELETE, now=now)
    put(session, norm, said, ghana, "Not needed.", wording="ignored", now=now)
    assert said.change is not None and said.change.wording is None and said.body == "Not needed."


def test_the_page_edits_marks_and_shows_the_history(
    session: Session, norm: Norm, clause: Clause, peru: Stakeholder, author: User, make: Make,
    sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    remark(session, norm, clause, (make.actor(author), peru), "First words.", now=now)
    sign_in(author)
    browser.get(f"{NORM}comments/1/")
    assert "Edit this comment" in browser.page and "history" not in browser.page
    assert browser.get(f"{NORM}comments/1/edit/").status_code == 200
    assert "First words." in browser.page and browser.hidden["version"] == "1"
    edit = {"language": "en", "version": "1", "quote": ""}
    assert browser.post(f"{NORM}comments/1/edit/", body="New words.", **edit).status_code == 303
    browser.get(f"{NORM}comments/1/")
    assert (
        "New words." in browser.page and "First words." not in browser.page and ">edited</a>" in browser.page
    )
    browser.get(f"{NORM}comments/1/edit/")
    assert browser.post(f"{NORM}comments/1/edit/", body="Late words.", **edit).status_code == 409
    assert "Late words." in browser.page and browser.hidden["version"] == "2"
    assert [one.body for one in comments(session)] == ["New words."]
    browser.client.delete_cookie("session")
    history = browser.client.get(f"{NORM}comments/1/history/").get_data(as_text=True)
    assert "First words." in history and "New words." in history


def test_the_history_of_a_hidden_comment_shows_no_words(
    session: Session,
    norm: Norm,
    clause: Clause,
    ghana: Speaker,
    make: Make,
    browser: Browser,
    now: dt.datetime,
) -> None:
    said = remark(session, norm, clause, ghana, "Somebody’s address.", now=now)
    put(session, norm, said, ghana, "Nothing bad.", now=now)
    moderator = make.seated(Role.MODERATOR, norm)
    moderation.hide(session, moderator, norm, said, reason=HidingReason.PERSONAL_DATA, now=now)
    session.commit()
    browser.get(f"{NORM}comments/1/history/")
    assert "address" not in browser.page and "Nothing bad." not in browser.page


@pytest.mark.parametrize("visibility", [Visibility.HELD, Visibility.HIDDEN, Visibility.WITHDRAWN])
def test_a_broken_form_shows_nobody_what_is_not_shown(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, peru: Stakeholder, author: User,
    make: Make, sign_in: SignIn, browser: Browser, now: dt.datetime, visibility: Visibility,
) -> None:  # fmt: skip
    said = proposal(
        session, norm, clause, (make.actor(author), peru), "Secret words.", body="Secret.", now=now
    )
    said.visibility = visibility
    said.hiding_reason = HidingReason.SPAM if visibility is Visibility.HIDDEN else None
    stranger = make.user()
    make.mandate(stranger, ghana[1])
    page = f"{NORM}comments/1/edit/"
    session.commit()
    assert browser.post(page, language="en").status_code == 401
    assert "Secret" not in browser.page
    sign_in(stranger)
    browser.get(NORM)
    assert browser.post(page, language="en").status_code == 403
    assert "Secret" not in browser.page
    sign_in(author)
    browser.get(NORM)
    assert browser.post(page, language="en").status_code == 422
    assert ("Secret words." in browser.page) is (visibility is Visibility.HELD)
    assert browser.post(page, language="en", wording="Typed.", body="So.", version="1").status_code in (
        303,
        422,
    )
    assert visibility is Visibility.HELD or ("Typed." in browser.page and "Secret" not in browser.page)


def test_a_wording_typed_in_vain_can_be_proposed_by_itself(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, peru: Stakeholder, author: User,
    make: Make, sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    said = proposal(session, norm, clause, (make.actor(author), peru), "Machines serve all.", now=now)
    backing.back(
        session, ghana[0], norm, said, seen=said.version, stakeholder_id=ghana[1].id, side=Side.BACK, now=now
    )
    sign_in(author)
    page = f"{NORM}comments/1/edit/"
    browser.get(page)
    assert "Propose separately" not in browser.page
    typed = {"language": "en", "version": "1", "body": "Longer.", "wording": "Machines serve us all."}
    assert browser.post(page, **typed).status_code == 422
    assert "Machines serve us all.</textarea>" in browser.page and "Propose separately" in browser.page
    names = ("stakeholder", "language", "read_language", "operation", "body", "form_key", "act")
    alone = {name: browser.hidden[name] for name in names}
    assert browser.post(PROPOSE, **alone, wording=typed["wording"]).status_code == 200
    assert "Machines serve us all.</textarea>" in browser.page and "Longer." in browser.page
    browser.get(page)
    assert browser.post(page, body="Better reasons.", language="en", version="1").status_code == 303
    session.expire_all()
    assert said.change is not None and said.change.wording == "Machines serve all."
    assert said.body == "Better reasons."


def test_a_quote_that_was_not_on_the_form_stays(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, peru: Stakeholder, author: User,
    make: Make, sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    first = remark(session, norm, clause, ghana, now=now)
    reply = remark(
        session, norm, None, (make.actor(author), peru), "No.", quote="serve", parent=first, now=now
    )
    sign_in(author)
    browser.get(f"{NORM}comments/2/edit/")
    assert 'name="quote"' not in browser.page
    browser.post(f"{NORM}comments/2/edit/", body="Yes.", language="en", version="1")
    session.expire_all()
    assert (reply.body, reply.quote) == ("Yes.", "serve")


def test_a_quote_outlives_a_better_translation_and_says_so(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, browser: Browser, now: dt.datetime
) -> None:
    said = remark(session, norm, clause, ghana, "One word is odd.", quote="serve", now=now)
    (text,) = [one for one in clause.texts if one.language == "en"]
    text.text = "Machines help people."
    put(session, norm, said, ghana, "One word was odd.", quote=" serve ", now=now)
    assert said.quote == "serve"
    with pytest.raises(QuoteElsewhere):
        put(session, norm, said, ghana, "Another.", quote="serve people", now=now)
    session.commit()
    browser.get(f"{NORM}comments/1/")
    assert "the clause has changed since" in browser.page


def test_nobody_backs_words_that_they_have_not_read(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, peru: Stakeholder, author: User,
    sign_in: SignIn, browser: Browser, now: dt.datetime,
) -> None:  # fmt: skip
    said = proposal(session, norm, clause, ghana, "Machines serve all.", now=now)
    sign_in(author)
    browser.get(f"{NORM}comments/1/")
    put(session, norm, said, ghana, said.body, wording="Machines serve nobody.", now=now)
    session.commit()
    sent = {"stakeholder": str(peru.id), "side": "back", "seen": browser.hidden["seen"]}
    assert browser.post(f"{NORM}comments/1/back/", **sent).status_code == 409
    assert backing.backing_of(session, [said.id]) == {}
    browser.get(f"{NORM}comments/1/")
    sent |= {"seen": browser.hidden["seen"]}
    assert browser.post(f"{NORM}comments/1/back/", **sent).status_code == 303


def test_a_decision_answers_the_words_that_were_read(
    session: Session,
    make: Make,
    norm: Norm,
    author: User,
    peru: Stakeholder,
    sign_in: SignIn,
    browser: Browser,
    now: dt.datetime,
) -> None:
    speaker, editor = (make.actor(author), peru), seated(make, Role.EDITOR, norm)
    said = remark(session, norm, clause_of(session, norm, 1), speaker, "Too short.", now=now)
    session.commit()
    page = f"/en/norms/ai/comments/{said.number}/"
    sign_in(editor)
    browser.get(page)
    form = {
        "decision": "not-accepted",
        "reason": "Short texts are read.",
        "language": "en",
        "seen": "1",
        "version": "0",
    }
    put(session, norm, said, speaker, "Too long.", now=now)
    session.commit()
    assert browser.post(f"{page}disposition/", **form).status_code == 409
    assert "Too long." in browser.page and "Short texts are read." in browser.page
    assert 'name="seen" value="2"' in browser.page
    assert browser.post(f"{page}disposition/", **form | {"seen": "2"}).status_code == 303
