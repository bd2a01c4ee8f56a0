"""Answering many comments: near copies together, one answer with its reason to all that are chosen."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import Role
from app.authority.grants import NotAllowed
from app.discussion.models import Comment, Decision, Disposition, HidingReason
from app.discussion.moderation import DispositionReasonMissing, NotShown, hide
from app.discussion.progress import progress
from app.foundation.database import unit_of_work
from app.norms.models import Norm
from app.triage.queue import Queue, queues
from app.triage.service import (
    AnsweredMeanwhile,
    AnswersAThread,
    EachItsOwn,
    NoCommentChosen,
    dispose_all,
)
from tests.discussion.saying import decide, remark
from tests.factories import Make
from tests.moments import Meanwhile


def answered(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count(Disposition.id))) or 0


def test_queues_say_how_many_wait_where(
    session: Session, make: Make, campaign: Norm, now: dt.datetime
) -> None:
    assert queues(session, campaign) == [Queue("p1", "1", 1, 7, 7), Queue("", "", 0, 1, 1)]
    editor = make.seated(Role.EDITOR, campaign)
    decide(
        session,
        campaign,
        editor,
        session.scalars(sa.select(Comment).where(Comment.number == 1)).one(),
        now=now,
    )
    assert queues(session, campaign) == [Queue("p1", "1", 1, 6, 7), Queue("", "", 0, 1, 1)]


def test_one_answer_goes_to_each_with_its_own_entry(
    session: Session, make: Make, campaign: Norm, now: dt.datetime
) -> None:
    editor = make.seated(Role.EDITOR, campaign)
    said = {"decision": Decision.ACCEPTED, "reason": "Clause 4 says so.", "language": "en", "now": now}
    assert dispose_all(session, editor, campaign, [1, 2, 3, 99], **said) == 3  # type: ignore[arg-type]
    assert answered(session) == 3
    assert session.scalar(sa.select(sa.func.count()).where(AuditEntry.act == "comment-disposed")) == 3
    assert progress(session, campaign.id).answered == 3


def test_who_answers_many_and_who_has_one_of_them_do_not_wait_in_a_circle(
    engine: sa.Engine, session: Session, make: Make, campaign: Norm, now: dt.datetime
) -> None:
    editor, moderator = make.seated(Role.EDITOR, campaign), make.seated(Role.MODERATOR, campaign)
    session.commit()

    def answer(own: Session) -> object:
        said = {"decision": Decision.NOTED, "reason": "Read.", "language": "en", "now": now}
        return dispose_all(own, editor, own.get_one(Norm, campaign.id), [1, 2], **said)  # type: ignore[arg-type]

    with unit_of_work(session):
        second = sa.select(Comment).where(Comment.number == 2).with_for_update()
        gone = session.scalars(second).one()
        meanwhile = Meanwhile(engine, answer)
        hide(session, moderator, campaign, gone, reason=HidingReason.SPAM, now=now)
    assert isinstance(meanwhile.outcome(), NotShown)


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
        ([1], {"reason": " "}, DispositionReasonMissing),
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


def test_what_a_colleague_answered_meanwhile_keeps_that_answer(
    session: Session, make: Make, campaign: Norm, now: dt.datetime
) -> None:
    editor, other = make.seated(Role.EDITOR, campaign), make.seated(Role.EDITOR, campaign)
    first = {"decision": Decision.ACCEPTED, "reason": "Yes.", "language": "en", "now": now}
    dispose_all(session, editor, campaign, [1, 2], **first)  # type: ignore[arg-type]
    dispose_all(session, other, campaign, [1, 2, 3], **first)  # type: ignore[arg-type]
    with pytest.raises(AnsweredMeanwhile) as refused:
        dispose_all(session, other, campaign, [1, 2, 3, 4], **first | {"reason": "Read."})  # type: ignore[arg-type]
    assert refused.value.values["comments"] == "c1, c2, c3" and answered(session) == 3


def test_a_reply_is_answered_with_its_thread(
    session: Session, make: Make, campaign: Norm, now: dt.datetime
) -> None:
    editor = make.seated(Role.EDITOR, campaign)
    root = session.scalars(sa.select(Comment).where(Comment.number == 1)).one()
    remark(session, campaign, None, make.speaker(), "So do we.", parent=root, now=now)
    said = {"decision": Decision.NOTED, "reason": "Read.", "language": "en", "now": now}
    with pytest.raises(AnswersAThread):
        dispose_all(session, editor, campaign, [9], **said)  # type: ignore[arg-type]
