"""What people are told: the words themselves, in their language, with a link to the place."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Role
from app.compilation import service as merging
from app.compilation.queries import compilation_of, entries
from app.discussion import moderation
from app.discussion.models import Comment, Decision, HidingReason, Visibility
from app.lifecycle.determination import determine
from app.lifecycle.models import DeterminationOutcome
from app.lifecycle.service import step
from app.norms.models import Norm
from app.norms.rules import Rules, Screening
from app.norms.stages import Stage
from app.positions.models import Objection, Stance
from app.triage import service as triage
from tests.discussion.saying import Speaker, decide, proposal, remark
from tests.factories import Make
from tests.notices.conftest import PostOffice, person
from tests.positions.saying import answer, clause_of, say

Morning = Callable[..., int]
BASE = "http://127.0.0.1:8000/en"


@dataclass
class Talk:
    """What is said on a norm, and the mail that tells of it."""

    make: Make
    norm: Norm
    office: PostOffice

    @property
    def session(self) -> Session:
        return self.make.session

    def remark(self, speaker: Speaker, body: str, place: int | None = 1, **more: Any) -> Comment:
        """On the clause at a place, or on the whole draft."""
        clause = clause_of(self.session, self.norm, place) if place else None
        return remark(self.session, self.norm, clause, speaker, body, now=self.make.now, **more)

    def propose(self, speaker: Speaker, wording: str) -> Comment:
        clause = clause_of(self.session, self.norm, 1)
        return proposal(self.session, self.norm, clause, speaker, wording, now=self.make.now)

    def say(self, speaker: Speaker, stance: Stance, place: int = 1, reason: str = "") -> None:
        clause = clause_of(self.session, self.norm, place)
        say(self.session, self.norm, clause, speaker, stance, reason=reason, now=self.make.now)

    def decide(self, said: Comment, decision: Decision, reason: str) -> None:
        editor = self.make.seated(Role.EDITOR, self.norm)
        decide(self.session, self.norm, editor, said, decision, reason, now=self.make.now)

    def mails(self, speaker: Speaker) -> list[EmailMessage]:
        return self.office.to(person(self.session, speaker).email)

    def told(self, speaker: Speaker) -> str:
        """The words of the only mail to whom speaks."""
        return self.office.text(person(self.session, speaker).email)


@pytest.fixture
def talk(make: Make, norm: Norm, office: PostOffice) -> Talk:
    return Talk(make, norm, office)


def test_an_author_reads_the_decision_and_its_reason_in_their_language(
    session: Session, talk: Talk, peru: Speaker, morning: Morning
) -> None:
    person(session, peru).language = "fr"
    said = talk.remark(peru, "Dites qui décide.")
    talk.decide(said, Decision.NOT_ACCEPTED, "Clause 4 says it.")
    morning()
    (mail,) = talk.mails(peru)
    text = mail.get_content()
    assert "Dites qui décide." in text and "Clause 4 says it." in text and "c1" in text
    assert "http://127.0.0.1:8000/fr/norms/ai/comments/1/" in text
    assert mail["Content-Language"] == "fr" and "Norm ai" in mail["Subject"]


def test_a_decision_taken_twice_is_told_once_as_it_stands(
    talk: Talk, peru: Speaker, morning: Morning
) -> None:
    said = talk.remark(peru, "Say who decides.")
    talk.decide(said, Decision.DEFERRED, "Perhaps later.")
    talk.decide(said, Decision.ACCEPTED, "Yes after all.")
    morning()
    text = talk.told(peru)
    assert "Yes after all." in text and "Perhaps later." not in text and text.count("c1") == 1


def test_a_reply_that_is_released_reaches_whom_it_answers_and_its_author(
    make: Make, talk: Talk, peru: Speaker, ghana: Speaker, morning: Morning, now: dt.datetime
) -> None:
    said = talk.remark(peru, "On the whole.", None)
    reply = talk.remark(ghana, "We differ.", None, parent=said)
    reply.visibility = Visibility.HELD
    morning()
    talk.office.kept.clear()
    moderator = make.seated(Role.MODERATOR, talk.norm)
    moderation.release(talk.session, moderator, talk.norm, reply, now=now)
    morning()
    assert "replied to your comment (c2)" in talk.told(peru)
    assert "your comment c2 has been released" in talk.told(ghana)


def test_who_is_asked_to_answer_is_told_with_a_link_to_their_list(
    session: Session, make: Make, norm: Norm, talk: Talk, peru: Speaker, morning: Morning, now: dt.datetime
) -> None:
    for words in ("One.", "Two."):
        talk.remark(peru, words)
    editor, moderator = make.user("Edith"), make.user("Mona")
    make.seat(editor, Role.EDITOR, norm)
    make.seat(moderator, Role.MODERATOR, norm)
    triage.assign(session, make.actor(moderator), norm, [1, 2], to=editor, now=now)
    triage.assign(session, make.actor(moderator), norm, [1], to=moderator, now=now)  # their own act
    morning()
    text = talk.office.text(editor.email)
    assert "You have been assigned 2 comments." in text and f"{BASE}/norms/ai/triage/?to=mine" in text
    assert not talk.office.to(moderator.email)


def test_a_reply_reaches_whom_it_answers_and_nobody_hears_of_their_own_acts(
    talk: Talk, peru: Speaker, ghana: Speaker, morning: Morning
) -> None:
    first = talk.remark(peru, "Who decides?")
    talk.remark(ghana, "The council does.", None, parent=first)
    morning()
    text = talk.told(peru)
    assert "Ghana replied to your comment" in text and "The council does." in text
    assert f"{BASE}/norms/ai/comments/2/" in text and "Who decides?" not in text
    assert "The council does." not in "".join(map(str, talk.mails(ghana)))


def test_who_follows_a_clause_reads_what_is_said_proposed_and_decided_there(
    talk: Talk, peru: Speaker, ghana: Speaker, morning: Morning
) -> None:
    talk.say(ghana, Stance.ACCEPT)
    said = talk.remark(peru, "Say who decides.")
    talk.propose(peru, "Machines serve all people.")
    talk.remark(peru, "On another clause.", 2)
    talk.decide(said, Decision.NOTED, "It is said below.")
    morning()
    text = talk.told(ghana)
    for words in ("Say who decides.", "Machines serve all people.", "It is said below.", "Peru"):
        assert words in text
    assert "On another clause." not in text


def test_an_objector_reads_the_answer(
    session: Session, make: Make, norm: Norm, talk: Talk, peru: Speaker, morning: Morning, now: dt.datetime
) -> None:
    talk.say(peru, Stance.OBJECT, 2, "Too costly.")
    objection = session.scalars(sa.select(Objection)).one()
    answer(session, norm, make.seated(Role.CHAIR, norm), objection, "There is a fund.", now=now)
    morning()
    text = talk.told(peru)
    assert "There is a fund." in text and "Too costly." in text
    assert f"{BASE}/norms/ai/objections/#o{objection.id}" in text
    assert f"{BASE}/norms/ai/provisions/p2/position/?stakeholder={peru[1].id}" in text


def test_what_moderators_hold_is_nobodys_news_until_it_is_released(
    make: Make, talk: Talk, peru: Speaker, ghana: Speaker, morning: Morning, now: dt.datetime
) -> None:
    talk.norm = make.norm("Machines serve people.", rules=Rules(screening=Screening.HELD))
    moderator = make.seated(Role.MODERATOR, talk.norm)
    talk.say(ghana, Stance.ACCEPT)
    said = talk.remark(peru, "Wait for me.")
    morning()
    assert talk.office.kept == []
    moderation.release(talk.session, moderator, talk.norm, said, now=now + dt.timedelta(days=1))
    morning()
    assert "released" in talk.told(peru)
    assert "Wait for me." in talk.told(ghana)


def test_a_hidden_comment_is_told_to_its_author_with_the_reason_and_sent_to_nobody_else(
    make: Make, talk: Talk, peru: Speaker, ghana: Speaker, morning: Morning, now: dt.datetime
) -> None:
    talk.say(ghana, Stance.ACCEPT)
    said = talk.remark(peru, "Her number is 555.")
    moderator = make.seated(Role.MODERATOR, talk.norm)
    moderation.hide(talk.session, moderator, talk.norm, said, reason=HidingReason.PERSONAL_DATA, now=now)
    morning()
    assert said.visibility is Visibility.HIDDEN
    assert "Personal data" in talk.told(peru)
    assert talk.mails(ghana) == []


def test_a_new_draft_names_what_was_carried_and_links_to_what_is_to_be_reaffirmed(
    session: Session, talk: Talk, peru: Speaker, ghana: Speaker, morning: Morning, now: dt.datetime
) -> None:
    norm = talk.norm = talk.make.norm(
        "Machines serve people.", "States report.", slug="next", rules=Rules(minimum_days=0),
        closes_at=now + dt.timedelta(hours=1),
    )  # fmt: skip
    for place in (1, 2):
        talk.say(peru, Stance.SUPPORT, place)
    change = talk.propose(ghana, "Machines serve all people.")
    chair, later = talk.make.seated(Role.CHAIR, norm), now + dt.timedelta(hours=2)
    step(session, chair, norm, Stage.COMPILATION, now=later)
    compilation = compilation_of(session, norm)
    editor = talk.make.seated(Role.EDITOR, norm)
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
    text = talk.told(peru)
    assert "Draft 2 was opened." in text and "as the wording is the same: 2." in text
    assert f"{BASE}/norms/next/provisions/p1/position/?stakeholder={peru[1].id}" in text
    assert "provisions/p2/position" not in text
    assert f"{BASE}/norms/next/drafts/2/changes/" in text
    assert "Last call: open until 11 March 2026, 11:30 UTC" in text
    assert "Accepted" in talk.told(ghana)


def test_the_outcome_is_told_in_the_chairs_words(
    session: Session, make: Make, norm: Norm, talk: Talk, peru: Speaker, morning: Morning, now: dt.datetime
) -> None:
    talk.say(peru, Stance.ACCEPT)
    norm.stage, norm.closes_at = Stage.CONSENSUS_CALL, now
    chair, outcome = make.seated(Role.CHAIR, norm), DeterminationOutcome.CONSENSUS
    reasons = {"en": "So few."}
    determine(session, chair, norm, outcome, {"en": "Nobody objects."}, reasons=reasons, now=now)
    morning()
    text = talk.told(peru)
    assert "Adopted by consensus" in text and "Nobody objects." in text


def test_what_one_may_not_read_any_more_is_not_sent(
    norm: Norm, talk: Talk, peru: Speaker, ghana: Speaker, morning: Morning
) -> None:
    talk.say(ghana, Stance.ACCEPT)
    talk.remark(peru, "Say who decides.")
    norm.is_public = False
    morning()
    assert talk.office.kept == []


def test_a_long_list_is_cut_and_what_is_left_is_counted(
    talk: Talk, peru: Speaker, ghana: Speaker, morning: Morning
) -> None:
    talk.say(ghana, Stance.ACCEPT)
    for number in range(60):
        talk.remark(peru, f"Point {number}. " + "x" * 3000)
    morning()
    (mail,) = talk.mails(ghana)
    text = mail.get_content()
    assert text.count("Point ") == 50 and "And 10 more" in text and "60" in mail["Subject"]
    assert "x" * 2001 not in text
