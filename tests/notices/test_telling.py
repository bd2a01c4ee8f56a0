"""What people are told: the words themselves, in their language, with a link to the place."""

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Role
from app.compilation import service as merging
from app.compilation.queries import compilation_of, entries
from app.discussion import moderation
from app.discussion.models import Decision, HidingReason, Visibility
from app.lifecycle.determination import determine
from app.lifecycle.models import DeterminationOutcome
from app.lifecycle.service import step
from app.norms.models import Norm
from app.norms.rules import Rules, Screening
from app.norms.stages import Stage
from app.positions import ledger
from app.positions.models import Objection, Stance
from app.triage import service as triage
from tests.discussion.saying import Speaker, decide, proposal, remark
from tests.factories import Make
from tests.notices.conftest import PostOffice, person
from tests.positions.saying import clause_of, say

Morning = Callable[..., int]
BASE = "http://127.0.0.1:8000/en"


def test_an_author_reads_the_decision_and_its_reason_in_her_language(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Speaker,
    office: PostOffice,
    morning: Morning,
    now: dt.datetime,
) -> None:
    author = person(session, peru)
    author.language = "fr"
    said = remark(session, norm, clause_of(session, norm, 1), peru, "Dites qui décide.", now=now)
    decide(
        session,
        norm,
        make.seated(Role.EDITOR, norm),
        said,
        Decision.NOT_ACCEPTED,
        "Clause 4 says it.",
        now=now,
    )
    morning()
    (mail,) = office.to(author.email)
    text = mail.get_content()
    assert "Dites qui décide." in text and "Clause 4 says it." in text and "c1" in text
    assert "http://127.0.0.1:8000/fr/norms/ai/comments/1/" in text
    assert mail["Content-Language"] == "fr" and "Norm ai" in mail["Subject"]


def test_a_decision_taken_twice_is_told_once_as_it_stands(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Speaker,
    office: PostOffice,
    morning: Morning,
    now: dt.datetime,
) -> None:
    editor = make.seated(Role.EDITOR, norm)
    said = remark(session, norm, clause_of(session, norm, 1), peru, now=now)
    decide(session, norm, editor, said, Decision.DEFERRED, "Perhaps later.", now=now)
    decide(session, norm, editor, said, Decision.ACCEPTED, "Yes after all.", now=now)
    morning()
    text = office.text(person(session, peru).email)
    assert "Yes after all." in text and "Perhaps later." not in text and text.count("c1") == 1


def test_a_reply_that_is_released_reaches_whom_it_answers_and_its_author(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Speaker,
    ghana: Speaker,
    office: PostOffice,
    morning: Morning,
    now: dt.datetime,
) -> None:
    said = remark(session, norm, None, peru, "On the whole.", now=now)
    reply = remark(session, norm, None, ghana, "We differ.", parent=said, now=now)
    reply.visibility = Visibility.HELD
    morning()
    office.kept.clear()
    moderation.release(session, make.seated(Role.MODERATOR, norm), norm, reply, now=now)
    morning()
    assert "replied to your comment (c2)" in office.text(person(session, peru).email)
    assert "your comment c2 has been released" in office.text(person(session, ghana).email)


def test_who_is_asked_to_answer_is_told_with_a_link_to_her_list(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Speaker,
    office: PostOffice,
    morning: Morning,
    now: dt.datetime,
) -> None:
    for words in ("One.", "Two."):
        remark(session, norm, clause_of(session, norm, 1), peru, words, now=now)
    editor, moderator = make.user("Edith"), make.user("Mona")
    make.seat(editor, Role.EDITOR, norm)
    make.seat(moderator, Role.MODERATOR, norm)
    triage.assign(session, make.actor(moderator), norm, [1, 2], to=editor, now=now)
    triage.assign(session, make.actor(moderator), norm, [1], to=moderator, now=now)  # their own act
    morning()
    text = office.text(editor.email)
    assert "You have been assigned 2 comments." in text and f"{BASE}/norms/ai/triage/?to=mine" in text
    assert not office.to(moderator.email)


def test_a_reply_reaches_whom_it_answers_and_nobody_hears_of_her_own_acts(
    session: Session,
    norm: Norm,
    peru: Speaker,
    ghana: Speaker,
    office: PostOffice,
    morning: Morning,
    now: dt.datetime,
) -> None:
    first = remark(session, norm, clause_of(session, norm, 1), peru, "Who decides?", now=now)
    remark(session, norm, None, ghana, "The council does.", parent=first, now=now)
    morning()
    text = office.text(person(session, peru).email)
    assert "Ghana replied to your comment" in text and "The council does." in text
    assert f"{BASE}/norms/ai/comments/2/" in text and "Who decides?" not in text
    assert "The council does." not in "".join(str(m) for m in office.to(person(session, ghana).email))


def test_who_follows_a_clause_reads_what_is_said_proposed_and_decided_there(
    session: Session, make: Make, norm: Norm, peru: Speaker, ghana: Speaker, office: PostOffice,
    morning: Morning, now: dt.datetime,
) -> None:  # fmt: skip
    first, second = clause_of(session, norm, 1), clause_of(session, norm, 2)
    say(session, norm, first, ghana, Stance.ACCEPT, now=now)
    said = remark(session, norm, first, peru, "Say who decides.", now=now)
    proposal(session, norm, first, peru, "Machines serve all people.", now=now)
    remark(session, norm, second, peru, "On another clause.", now=now)
    decide(session, norm, make.seated(Role.EDITOR, norm), said, reason="It is said below.", now=now)
    morning()
    text = office.text(person(session, ghana).email)
    for words in ("Say who decides.", "Machines serve all people.", "It is said below.", "Peru"):
        assert words in text
    assert "On another clause." not in text


def test_an_objector_reads_the_answer(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Speaker,
    office: PostOffice,
    morning: Morning,
    now: dt.datetime,
) -> None:
    say(session, norm, clause_of(session, norm, 2), peru, Stance.OBJECT, reason="Too costly.", now=now)
    objection = session.scalars(sa.select(Objection)).one()
    chair = make.seated(Role.CHAIR, norm)
    ledger.answer(
        session,
        chair,
        norm,
        objection,
        seen=(objection.position_id, objection.state),
        text="There is a fund.",
        language="en",
        now=now,
    )
    morning()
    text = office.text(person(session, peru).email)
    assert "There is a fund." in text and "Too costly." in text
    assert f"{BASE}/norms/ai/objections/#o{objection.id}" in text
    assert f"{BASE}/norms/ai/provisions/p2/position/?stakeholder={peru[1].id}" in text


def test_what_moderators_hold_is_nobodys_news_until_it_is_released(
    session: Session,
    make: Make,
    peru: Speaker,
    ghana: Speaker,
    office: PostOffice,
    morning: Morning,
    now: dt.datetime,
) -> None:
    norm = make.norm("Machines serve people.", slug="ai", rules=Rules(screening=Screening.HELD))
    moderator = make.seated(Role.MODERATOR, norm)
    clause = clause_of(session, norm, 1)
    say(session, norm, clause, ghana, Stance.ACCEPT, now=now)
    said = remark(session, norm, clause, peru, "Wait for me.", now=now)
    morning()
    assert office.kept == []
    moderation.release(session, moderator, norm, said, now=now + dt.timedelta(days=1))
    morning()
    assert "released" in office.text(person(session, peru).email)
    assert "Wait for me." in office.text(person(session, ghana).email)


def test_a_hidden_comment_is_told_to_its_author_with_the_reason_and_sent_to_nobody_else(
    session: Session, make: Make, norm: Norm, peru: Speaker, ghana: Speaker, office: PostOffice,
    morning: Morning, now: dt.datetime,
) -> None:  # fmt: skip
    clause = clause_of(session, norm, 1)
    say(session, norm, clause, ghana, Stance.ACCEPT, now=now)
    said = remark(session, norm, clause, peru, "Her number is 555.", now=now)
    moderator = make.seated(Role.MODERATOR, norm)
    moderation.hide(session, moderator, norm, said, reason=HidingReason.PERSONAL_DATA, now=now)
    morning()
    assert said.visibility is Visibility.HIDDEN
    assert "Personal data" in office.text(person(session, peru).email)
    assert office.to(person(session, ghana).email) == []


def test_a_new_draft_names_what_was_carried_and_links_to_what_is_to_be_reaffirmed(
    session: Session,
    make: Make,
    peru: Speaker,
    ghana: Speaker,
    office: PostOffice,
    morning: Morning,
    now: dt.datetime,
) -> None:
    norm = make.norm(
        "Machines serve people.", "States report.", slug="ai", rules=Rules(minimum_days=0),
        closes_at=now + dt.timedelta(hours=1),
    )  # fmt: skip
    for place in (1, 2):
        say(session, norm, clause_of(session, norm, place), peru, Stance.SUPPORT, now=now)
    change = proposal(
        session, norm, clause_of(session, norm, 1), ghana, "Machines serve all people.", now=now
    )
    chair, later = make.seated(Role.CHAIR, norm), now + dt.timedelta(hours=2)
    step(session, chair, norm, Stage.COMPILATION, now=later)
    compilation = compilation_of(session, norm)
    editor = make.seated(Role.EDITOR, norm)
    entry = entries(session, compilation)[0]
    merging.merge(
        session,
        editor,
        norm,
        entry,
        version=entry.version,
        language="en",
        numbers=[change.number],
        choices={},
        now=later,
    )
    step(session, chair, norm, Stage.LAST_CALL, closes_at=later + dt.timedelta(days=9), now=later)
    morning()
    text = office.text(person(session, peru).email)
    assert "Draft 2 was opened." in text and "as the wording is the same: 2." in text
    assert f"{BASE}/norms/ai/provisions/p1/position/?stakeholder={peru[1].id}" in text
    assert "provisions/p2/position" not in text
    assert f"{BASE}/norms/ai/drafts/2/changes/" in text
    assert "Last call: open until 11 March 2026, 11:30 UTC" in text
    assert "Accepted" in office.text(person(session, ghana).email)


def test_the_outcome_is_told_in_the_chairs_words(
    session: Session,
    make: Make,
    norm: Norm,
    peru: Speaker,
    office: PostOffice,
    morning: Morning,
    now: dt.datetime,
) -> None:
    say(session, norm, clause_of(session, norm, 1), peru, Stance.ACCEPT, now=now)
    norm.stage, norm.closes_at = Stage.CONSENSUS_CALL, now
    chair = make.seated(Role.CHAIR, norm)
    determine(
        session,
        chair,
        norm,
        DeterminationOutcome.CONSENSUS,
        {"en": "Nobody objects."},
        reasons={"en": "So few."},
        now=now,
    )
    morning()
    text = office.text(person(session, peru).email)
    assert "Adopted by consensus" in text and "Nobody objects." in text


def test_what_one_may_not_read_any_more_is_not_sent(
    session: Session,
    norm: Norm,
    peru: Speaker,
    ghana: Speaker,
    office: PostOffice,
    morning: Morning,
    now: dt.datetime,
) -> None:
    clause = clause_of(session, norm, 1)
    say(session, norm, clause, ghana, Stance.ACCEPT, now=now)
    remark(session, norm, clause, peru, now=now)
    norm.is_public = False
    morning()
    assert office.kept == []


def test_a_long_list_is_cut_and_what_is_left_is_counted(
    session: Session,
    norm: Norm,
    peru: Speaker,
    ghana: Speaker,
    office: PostOffice,
    morning: Morning,
    now: dt.datetime,
) -> None:
    clause = clause_of(session, norm, 1)
    say(session, norm, clause, ghana, Stance.ACCEPT, now=now)
    for number in range(60):
        remark(session, norm, clause, peru, f"Point {number}. " + "x" * 3000, now=now)
    morning()
    (mail,) = office.to(person(session, ghana).email)
    text = mail.get_content()
    assert text.count("Point ") == 50 and "And 10 more" in text and "60" in mail["Subject"]
    assert "x" * 2001 not in text
