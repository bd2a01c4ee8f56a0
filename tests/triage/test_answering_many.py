"""Answering many comments: near copies together, one answer with its reason to all that are chosen."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import Entry
from app.authority.actor import Role
from app.authority.grants import NotAllowed
from app.discussion.models import Comment, CommentKind, Decision, Disposition, HidingReason
from app.discussion.moderation import NotShown, ReasonMissing, hide
from app.discussion.queries import progress
from app.norms.models import Norm
from app.stakeholders.models import Category
from app.triage.service import EachItsOwn, Filter, NoCommentChosen, dispose_all, queues, waiting
from tests.browser import Browser
from tests.discussion.pages import SignIn
from tests.discussion.saying import decide, proposal, remark
from tests.factories import Make
from tests.positions.saying import clause_of

LETTER = "We call on States to protect the rights of children wherever machines decide about them. Name {}."


@pytest.fixture
def campaign(session: Session, make: Make, now: dt.datetime) -> Norm:
    """Six form letters and a question on clause 1, a comment on the whole draft, nothing on clause 2."""
    norm = make.norm("One.", "Two.", slug="s")
    clause = clause_of(session, norm, 1)
    for number in range(6):
        remark(session, norm, clause, make.speaker(), LETTER.format(number), now=now)
    remark(session, norm, clause, make.speaker(category=Category.COMPANY), "Who pays?", now=now)
    remark(session, norm, None, make.speaker(), "Too long.", now=now)
    session.commit()
    return norm


def answered(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count(Disposition.id))) or 0


def test_queues_say_how_many_wait_where(
    session: Session, make: Make, campaign: Norm, now: dt.datetime
) -> None:
    assert queues(session, campaign.id) == [("p1", 7), ("", 1)]
    editor = make.seated(Role.EDITOR, campaign)
    decide(
        session,
        campaign,
        editor,
        session.scalars(sa.select(Comment).where(Comment.number == 1)).one(),
        now=now,
    )
    assert queues(session, campaign.id) == [("p1", 6), ("", 1)]


def test_what_waits_can_be_narrowed(session: Session, make: Make, campaign: Norm, now: dt.datetime) -> None:
    clause = clause_of(session, campaign, 1)
    proposal(session, campaign, clause, make.speaker(), "One and only.", now=now)

    def numbers(**narrowed: object) -> list[int]:
        wanted = Filter("p1", **narrowed)  # type: ignore[arg-type]
        return [one.number for one in waiting(session, campaign.id, wanted)]

    assert numbers() == [1, 2, 3, 4, 5, 6, 7, 9]
    assert numbers(category=Category.COMPANY) == [7]
    assert numbers(language="fr") == numbers(kind=CommentKind.QUESTION) == []
    assert [one.number for one in waiting(session, campaign.id, Filter(""))] == [8]


def test_one_answer_goes_to_each_with_its_own_entry(
    session: Session, make: Make, campaign: Norm, now: dt.datetime
) -> None:
    editor = make.seated(Role.EDITOR, campaign)
    said = {"decision": Decision.ACCEPTED, "reason": "Clause 4 says so.", "language": "en", "now": now}
    assert dispose_all(session, editor, campaign, [1, 2, 3, 99], **said) == 3  # type: ignore[arg-type]
    assert answered(session) == 3
    assert session.scalar(sa.select(sa.func.count()).where(Entry.act == "comment-disposed")) == 3
    assert progress(session, campaign.id).answered == 3


def test_all_are_answered_or_none(session: Session, make: Make, campaign: Norm, now: dt.datetime) -> None:
    editor, moderator = make.seated(Role.EDITOR, campaign), make.seated(Role.MODERATOR, campaign)
    gone = session.scalars(sa.select(Comment).where(Comment.number == 3)).one()
    hide(session, moderator, campaign, gone, reason=HidingReason.SPAM, now=now)
    session.commit()
    said = {"decision": Decision.NOTED, "reason": "Read.", "language": "en", "now": now}
    with pytest.raises(NotShown):
        dispose_all(session, editor, campaign, [1, 2, 3], **said)  # type: ignore[arg-type]
    session.rollback()
    assert answered(session) == 0


@pytest.mark.parametrize(
    ("numbers", "changed", "error"),
    [
        ([], {}, NoCommentChosen),
        ([99], {}, NoCommentChosen),
        ([1], {"reason": " "}, ReasonMissing),
        ([1], {"decision": Decision.DUPLICATE}, EachItsOwn),
    ],
)
def test_what_is_no_answer_is_refused(
    numbers: list[int],
    changed: dict[str, object],
    error: type[Exception],
    session: Session,
    make: Make,
    campaign: Norm,
    now: dt.datetime,
) -> None:
    editor = make.seated(Role.EDITOR, campaign)
    said = {"decision": Decision.NOTED, "reason": "Read.", "language": "en", "now": now} | changed
    with pytest.raises(error):
        dispose_all(session, editor, campaign, numbers, **said)  # type: ignore[arg-type]


def test_only_who_may_dispose_does(session: Session, make: Make, campaign: Norm, now: dt.datetime) -> None:
    said = {"decision": Decision.NOTED, "reason": "Read.", "language": "en", "now": now}
    with pytest.raises(NotAllowed):
        dispose_all(session, make.seated(Role.PUBLISHER, campaign), campaign, [1], **said)  # type: ignore[arg-type]


def test_the_page_puts_letters_together_and_answers_them(
    session: Session, make: Make, campaign: Norm, sign_in: SignIn, browser: Browser
) -> None:
    editor = make.user()
    make.seat(editor, Role.EDITOR, campaign)
    session.commit()
    sign_in(editor)
    browser.get("/en/norms/s/triage/")
    assert "6 say nearly the same" in browser.page and "Who pays?" in browser.page
    assert "Too long." not in browser.page
    form = {"decision": "noted", "language": "en"}
    refused = browser.post("/en/norms/s/triage/?clause=p1", **form, comment=["1", "2"], reason="")
    assert refused.status_code == 422 and "6 say nearly the same" in browser.page
    done = browser.post("/en/norms/s/triage/?clause=p1", **form, comment=["1", "2"], reason="Both read.")
    assert done.status_code == 303
    browser.get(done.location)
    assert "2 comments are answered." in browser.page and "4 say nearly the same" in browser.page
