"""A decision that does not satisfy goes to the chair, by a day that is set."""

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import Actor, Role
from app.discussion import moderation, queries, replying
from app.discussion.models import Comment, Decision, Disposition, Satisfaction, Visibility
from app.discussion.reviews import service as reviewing
from app.discussion.reviews.models import Finding, Review
from app.discussion.service import withdraw
from app.foundation.errors import BadInput, NotAllowed
from app.lifecycle.guards import reviews_ended
from app.lifecycle.queries import gather
from app.norms.models import Clause, Norm
from app.norms.rules import Rules, RulesUnclear
from tests.browser import Browser
from tests.discussion.pages import SignIn
from tests.discussion.saying import Speaker, decide, decision_on, remark, standing_id
from tests.factories import Make
from tests.moments import at_once
from tests.positions.saying import next_draft

ANSWER = {"decision": Decision.NOTED, "reason": "Seen.", "language": "en"}


@pytest.fixture
def chair(make: Make, norm: Norm) -> Actor:
    return make.seated(Role.CHAIR, norm)


@pytest.fixture
def said(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, editor: Actor, now: dt.datetime
) -> Comment:
    said = remark(session, norm, clause, ghana, now=now)
    decide(session, norm, editor, said, reason="Seen.", now=now)
    return said


def reply(
    session: Session, ghana: Speaker, norm: Norm, said: Comment, how: Satisfaction, now: dt.datetime
) -> None:
    replying.reply(
        session, ghana[0], norm, said, seen=decision_on(session, said).id, satisfaction=how, note="", now=now
    )


def find(session: Session, chair: Actor, norm: Norm, said: Comment, now: dt.datetime, **given: str) -> Review:
    words = {"finding": Finding.UPHELD, "reason": "It was weighed.", "language": "en"} | given
    return reviewing.find(session, chair, norm, said, **words, now=now)  # type: ignore[arg-type]


def test_not_satisfied_puts_the_decision_before_the_chair_once(
    session: Session, norm: Norm, said: Comment, ghana: Speaker, now: dt.datetime
) -> None:
    for _ in range(2):
        reply(session, ghana, norm, said, Satisfaction.NOT_SATISFIED, now)
    (review,) = reviewing.reviews_of(session, said)
    assert review.due_at == now + dt.timedelta(days=Rules().review_days)
    assert reviewing.waiting(session) == [(norm, 1, review.due_at)]
    assert reviewing.waiting(session, [norm.id + 1]) == []
    assert reviewing.open_numbers(session, norm.id) == (said.number,)
    (missing,) = reviews_ended(gather(session, norm, now=now), None)
    assert missing.values["comments"] == [said.number]


def test_the_chair_upholds_with_a_reason_and_that_stands(
    session: Session, norm: Norm, said: Comment, ghana: Speaker, chair: Actor, editor: Actor, now: dt.datetime
) -> None:
    with pytest.raises(reviewing.NoReview):
        find(session, chair, norm, said, now)
    reply(session, ghana, norm, said, Satisfaction.NOT_SATISFIED, now)
    with pytest.raises(NotAllowed):
        find(session, editor, norm, said, now)
    with pytest.raises(reviewing.FindingReasonMissing):
        find(session, chair, norm, said, now, reason=" ")
    with pytest.raises(BadInput):
        find(session, chair, norm, said, now, finding=Finding.SETTLED)
    review = find(session, chair, norm, said, now)
    assert (review.finding, review.ended_by) == (Finding.UPHELD, chair.user_id)
    assert list(reviews_ended(gather(session, norm, now=now), None)) == []
    last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc())).first()
    assert last is not None and (last.act, last.details["finding"]) == ("disposition-reviewed", "upheld")
    reply(session, ghana, norm, said, Satisfaction.SATISFIED, now)
    reply(session, ghana, norm, said, Satisfaction.NOT_SATISFIED, now)
    assert len(reviewing.reviews_of(session, said)) == 1
    with pytest.raises(reviewing.NoReview):
        find(session, chair, norm, said, now)


def test_what_is_returned_waits_for_another_decision(
    session: Session, norm: Norm, said: Comment, ghana: Speaker, chair: Actor, editor: Actor, now: dt.datetime
) -> None:
    reply(session, ghana, norm, said, Satisfaction.NOT_SATISFIED, now)
    find(session, chair, norm, said, now, finding=Finding.RETURNED)
    assert [line.comment for line in queries.lines(session, norm.id, queries.Wanted("unanswered"))] == [said]
    decide(session, norm, editor, said, reason="Seen again.", now=now)
    reply(session, ghana, norm, said, Satisfaction.NOT_SATISFIED, now)
    assert [one.finding for one in reviewing.reviews_of(session, said)] == [Finding.RETURNED, None]
    assert session.scalar(sa.select(sa.func.count(Disposition.id))) == 2


def test_a_review_ends_when_it_has_become_needless(
    session: Session, norm: Norm, said: Comment, ghana: Speaker, editor: Actor, now: dt.datetime
) -> None:
    reply(session, ghana, norm, said, Satisfaction.NOT_SATISFIED, now)
    assert [one.comment for one in queries.lines(session, norm.id, queries.Wanted("under-review"))] == [said]
    decide(session, norm, editor, said, reason="Better.", now=now)
    reply(session, ghana, norm, said, Satisfaction.NOT_SATISFIED, now)
    reply(session, ghana, norm, said, Satisfaction.SATISFIED, now)
    session.expire_all()
    findings = [one.finding for one in reviewing.reviews_of(session, said)]
    assert findings == [Finding.DECIDED_ANEW, Finding.SETTLED]
    assert queries.lines(session, norm.id, queries.Wanted("under-review")) == []


def test_the_days_for_a_review_are_a_rule() -> None:
    assert Rules.read({}).review_days == 14
    assert Rules.read({"review_days": "3"}).review_days == 3
    for wrong in (-1, 367, "soon"):
        with pytest.raises(RulesUnclear):
            Rules.read({"review_days": wrong})


def test_the_chair_decides_on_the_page_of_the_comment(
    session: Session,
    make: Make,
    norm: Norm,
    said: Comment,
    ghana: Speaker,
    browser: Browser,
    sign_in: SignIn,
    now: dt.datetime,
) -> None:
    reply(session, ghana, norm, said, Satisfaction.NOT_SATISFIED, now)
    chair: User = make.user()
    make.seat(chair, Role.CHAIR, norm)
    page = f"/en/norms/{norm.slug}/comments/{said.number}/"
    sign_in(chair)
    browser.get("/en/my/")
    assert "show=under-review" in browser.page
    browser.get(page)
    assert browser.post(f"{page}review/", finding="upheld", reason="", language="en").status_code == 422
    assert (
        browser.post(f"{page}review/", finding="upheld", reason="Weighed.", language="en").status_code == 303
    )
    browser.get(page)
    assert "Weighed." in browser.page
    browser.get("/en/my/")
    assert "show=under-review" not in browser.page


def test_a_change_of_mind_reaches_the_chair_again_until_a_finding(
    session: Session, norm: Norm, said: Comment, ghana: Speaker, chair: Actor, now: dt.datetime
) -> None:
    for how in (Satisfaction.NOT_SATISFIED, Satisfaction.SATISFIED, Satisfaction.NOT_SATISFIED):
        reply(session, ghana, norm, said, how, now)
    assert gather(session, norm, now=now).under_review == (said.number,)
    find(session, chair, norm, said, now)
    for how in (Satisfaction.SATISFIED, Satisfaction.NOT_SATISFIED):
        reply(session, ghana, norm, said, how, now)
    assert gather(session, norm, now=now).under_review == ()


def test_what_is_taken_back_needs_no_finding(
    session: Session, norm: Norm, said: Comment, ghana: Speaker, now: dt.datetime
) -> None:
    reply(session, ghana, norm, said, Satisfaction.NOT_SATISFIED, now)
    withdraw(session, ghana[0], norm, said, now=now)
    assert gather(session, norm, now=now).under_review == () and reviewing.waiting(session) == []


def test_two_replies_at_once_open_one_review(
    session: Session, engine: sa.Engine, norm: Norm, said: Comment, ghana: Speaker, now: dt.datetime
) -> None:
    session.commit()

    def unhappy(own: Session) -> None:
        there, here = own.get_one(Norm, norm.id), own.get_one(Comment, said.id)
        reply(own, ghana, there, here, Satisfaction.NOT_SATISFIED, now)

    at_once(engine, unhappy, unhappy)
    session.rollback()
    assert len(session.scalars(sa.select(Review)).all()) == 1


def test_whose_mandate_has_ended_replies_no_more(
    session: Session, make: Make, norm: Norm, said: Comment, ghana: Speaker, now: dt.datetime
) -> None:
    before = replace(ghana[0], mandates=frozenset())
    with pytest.raises(NotAllowed):
        reply(session, (before, ghana[1]), norm, said, Satisfaction.NOT_SATISFIED, now)


def test_what_is_returned_or_held_waits_whatever_the_draft(
    session: Session, make: Make, norm: Norm, said: Comment, ghana: Speaker, chair: Actor, now: dt.datetime
) -> None:
    reply(session, ghana, norm, said, Satisfaction.NOT_SATISFIED, now)
    held = remark(session, norm, None, ghana, "More.", parent=said, now=now)
    held.visibility = Visibility.HELD
    number = session.scalar(
        sa.select(sa.func.count(Clause.id)).where(Clause.draft_id == norm.current_draft_id)
    )
    next_draft(make, norm, *["Other words."] * (number or 0))
    find(session, chair, norm, said, now, finding=Finding.RETURNED)
    facts = gather(session, norm, now=now)
    assert (facts.unanswered, facts.held) == ((said.number,), (held.number,))


def test_comments_do_not_repeat_each_other_in_a_circle(
    session: Session,
    norm: Norm,
    clause: Clause,
    said: Comment,
    ghana: Speaker,
    editor: Actor,
    now: dt.datetime,
) -> None:
    def repeats(one: Comment, of: Comment) -> None:
        given = {"decision": Decision.DUPLICATE, "reason": "The same.", "language": "en", "now": now}
        moderation.dispose(
            session,
            editor,
            norm,
            one,
            seen=one.version,
            version=standing_id(session, one),
            duplicate_of=of,
            **given,
        )  # type: ignore[arg-type]

    other = remark(session, norm, clause, ghana, "Say it.", now=now)
    repeats(said, other)
    with pytest.raises(moderation.DuplicateOfWhat):
        repeats(other, said)
    third = remark(session, norm, clause, ghana, "And say it.", now=now)
    other.visibility = Visibility.WITHDRAWN
    with pytest.raises(moderation.DuplicateOfWhat):
        repeats(third, other)


def test_nothing_is_taken_for_withdrawn_without_a_reason(
    session: Session, norm: Norm, said: Comment, editor: Actor, now: dt.datetime
) -> None:
    given = {"decision": Decision.WITHDRAWN, "reason": " ", "language": "en", "now": now}
    with pytest.raises(moderation.DispositionReasonMissing):
        moderation.dispose(
            session, editor, norm, said, seen=said.version, version=standing_id(session, said), **given
        )  # type: ignore[arg-type]


def test_a_reply_to_a_decision_that_was_replaced_is_not_put_to_the_next(
    session: Session, norm: Norm, said: Comment, ghana: Speaker, editor: Actor, now: dt.datetime
) -> None:
    read = decision_on(session, said).id
    decide(session, norm, editor, said, Decision.NOT_ACCEPTED, "Not here.", now=now)
    answer = {"satisfaction": Satisfaction.SATISFIED, "note": "", "now": now}
    with pytest.raises(replying.DecidedSince):
        replying.reply(session, ghana[0], norm, said, seen=read, **answer)
