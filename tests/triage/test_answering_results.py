"""One answer to all that a filter finds, as its page showed it."""

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Actor, Role
from app.authority.grants import NotAllowed
from app.discussion import editing
from app.discussion.models import Comment, Decision, Disposition, HidingReason, Visibility
from app.discussion.moderation import DispositionReasonMissing, hide
from app.foundation.database import unit_of_work
from app.norms.models import Norm
from app.triage import queue, service
from app.triage.queue import QueueFilter
from app.triage.results import Results
from app.triage.service import AnsweredMeanwhile, ResultsChanged, TooManyChosen, dispose_all, dispose_results
from tests.browser import Browser
from tests.discussion.saying import decide, remark, rows
from tests.factories import Make
from tests.moments import Meanwhile, at_once, statements
from tests.positions.saying import clause_of
from tests.triage.test_pages import ANSWER, TRIAGE, listed

ON_FIRST = QueueFilter(code="p1")  #: finds c1–c7 of the campaign
NOTED: dict[str, Any] = {"decision": Decision.NOTED, "reason": "Read.", "language": "en"}


def shown(session: Session, norm: Norm, wanted: QueueFilter = ON_FIRST) -> Results:
    return Results.of(queue.versions(session, norm.id, wanted, limit=100))


def given(session: Session) -> dict[int, str]:
    """Number → reason of each answer in force."""
    asked = sa.select(Comment.number, Disposition.reason).join(
        Disposition, Disposition.comment_id == Comment.id
    )
    return {
        row.number: row.reason for row in session.execute(asked.where(Disposition.superseded_at.is_(None)))
    }


def test_all_that_the_filter_found_are_answered_and_no_other(
    session: Session, acting: Actor, campaign: Norm, now: dt.datetime
) -> None:
    seen = shown(session, campaign)
    assert dispose_results(session, acting, campaign, ON_FIRST, shown=seen, **NOTED, now=now) == 7
    assert given(session) == dict.fromkeys(range(1, 8), "Read.")


def test_what_came_since_is_not_answered(
    session: Session, make: Make, acting: Actor, campaign: Norm, now: dt.datetime
) -> None:
    seen = shown(session, campaign)
    remark(session, campaign, clause_of(session, campaign, 1), make.speaker(), "And I?", now=now)
    assert dispose_results(session, acting, campaign, ON_FIRST, shown=seen, **NOTED, now=now) == 7
    assert 9 not in given(session)


def test_nothing_is_answered_where_the_results_are_others(
    session: Session, make: Make, acting: Actor, campaign: Norm, now: dt.datetime
) -> None:
    """A colleague answered one, one was hidden, or one has other words: the number now is said."""
    colleague = make.seated(Role.MODERATOR, campaign)
    first, second, third, *_ = rows(session)
    author = make.actor(third.author)  # type: ignore[arg-type]
    session.commit()

    def answer() -> None:
        decide(session, campaign, colleague, first, Decision.ACCEPTED, "Yes.", now=now)

    def conceal() -> None:
        hide(session, colleague, campaign, second, reason=HidingReason.SPAM, now=now)

    def edit() -> None:
        words = {"body": "Other words.", "language": "en", "quote": "", "wording": None, "version": 1}
        editing.edit(session, author, campaign, third, **words, now=now)  # type: ignore[arg-type]

    for act, left in ((answer, 6), (conceal, 6), (edit, 7)):
        seen = shown(session, campaign)
        act()
        with pytest.raises(ResultsChanged) as refused:
            dispose_results(session, acting, campaign, ON_FIRST, shown=seen, **NOTED, now=now)
        assert refused.value.values == {"then": 7, "now": left}
        session.rollback()
    assert given(session) == {}


def test_the_same_form_sent_twice_is_one_answer(
    session: Session, acting: Actor, campaign: Norm, now: dt.datetime
) -> None:
    """Also where others have had the same answer before."""
    dispose_all(session, acting, campaign, [1, 2], **NOTED, now=now - dt.timedelta(minutes=1))
    seen = shown(session, campaign)
    for minutes in range(2):
        later = now + dt.timedelta(minutes=minutes)
        assert dispose_results(session, acting, campaign, ON_FIRST, shown=seen, **NOTED, now=later) == 5
    assert session.scalar(sa.select(sa.func.count(Disposition.id))) == 7
    with pytest.raises(ResultsChanged):
        other = NOTED | {"reason": "Another."}
        dispose_results(session, acting, campaign, ON_FIRST, shown=seen, **other, now=now)


def test_the_same_form_sent_twice_at_once_is_one_answer(
    engine: sa.Engine, session: Session, acting: Actor, campaign: Norm, now: dt.datetime
) -> None:
    seen, norm_id = shown(session, campaign), campaign.id
    session.rollback()

    def answer(own: Session) -> object:
        norm = own.get_one(Norm, norm_id)
        return dispose_results(own, acting, norm, ON_FIRST, shown=seen, **NOTED, now=now)

    assert at_once(engine, answer, answer) == [7, 7]
    assert session.scalar(sa.select(sa.func.count(Disposition.id))) == 7


def test_what_a_colleague_answers_at_that_moment_keeps_that_answer(
    engine: sa.Engine, session: Session, make: Make, acting: Actor, campaign: Norm, now: dt.datetime
) -> None:
    colleague, seen = make.seated(Role.EDITOR, campaign), shown(session, campaign)
    norm_id = campaign.id
    session.commit()

    def answer(own: Session) -> object:
        norm = own.get_one(Norm, norm_id)
        return dispose_results(own, acting, norm, ON_FIRST, shown=seen, **NOTED, now=now)

    with unit_of_work(session):
        dispose_all(session, colleague, campaign, [3], **NOTED | {"reason": "Yes."}, now=now)
        meanwhile = Meanwhile(engine, answer)
    assert isinstance(meanwhile.outcome(), AnsweredMeanwhile | ResultsChanged)
    session.rollback()
    assert given(session) == {3: "Yes."}


def test_it_is_refused_as_other_answers_are(
    session: Session, make: Make, acting: Actor, campaign: Norm, now: dt.datetime, monkeypatch: Any
) -> None:
    publisher, seen = make.seated(Role.PUBLISHER, campaign), shown(session, campaign)
    with pytest.raises(NotAllowed):
        dispose_results(session, publisher, campaign, ON_FIRST, shown=seen, **NOTED, now=now)
    with pytest.raises(DispositionReasonMissing):
        empty = NOTED | {"reason": " "}
        dispose_results(session, acting, campaign, ON_FIRST, shown=seen, **empty, now=now)
    monkeypatch.setattr(service, "MOST_RESULTS", 6)
    with pytest.raises(TooManyChosen):
        dispose_results(session, acting, campaign, ON_FIRST, shown=seen, **NOTED, now=now)


def test_as_many_statements_however_many_are_found(
    session: Session, acting: Actor, campaign: Norm, now: dt.datetime
) -> None:
    last = rows(session)[0]
    alike = {column.name: getattr(last, column.name) for column in Comment.__table__.c if column.name != "id"}
    sent = []
    for more in (0, 1_835):
        if more:
            session.execute(sa.insert(Comment), [alike | {"number": 9 + number} for number in range(more)])
        session.commit()
        seen = Results.of(queue.versions(session, campaign.id, ON_FIRST, limit=5_000))
        with statements(session) as each:
            dispose_results(session, acting, campaign, ON_FIRST, shown=seen, **NOTED, now=now)
        sent.append(len(each))
        session.rollback()
    assert sent[1] - sent[0] <= 1  # rows with their numbers come back a thousand at a time
    assert sent[1] <= 20


@pytest.mark.parametrize("text", ["", "7", "7.8", "x.8.a", "7.-1.a", f"7.{2**63}.a"])
def test_what_is_no_results_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Results.read(text)


def test_the_page_offers_all_it_found_and_answers_them(
    session: Session, make: Make, campaign: Norm, at_the_desk: Browser, now: dt.datetime
) -> None:
    at_the_desk.get(f"{TRIAGE}?clause=p1")
    assert "Answer all results (7)" in at_the_desk.page
    remark(session, campaign, clause_of(session, campaign, 1), make.speaker(), "And I?", now=now)
    session.commit()
    done = at_the_desk.post(f"{TRIAGE}answer-all/?clause=p1", **ANSWER, **results(at_the_desk))
    assert done.status_code == 303 and done.location.endswith("?clause=p1")
    at_the_desk.get(done.location)
    assert "7 comments have been answered." in at_the_desk.page and listed(at_the_desk) == [9]
    assert "Comments received meanwhile and not answered: 1." in at_the_desk.page


def results(browser: Browser) -> dict[str, str]:
    found = re.search(r'name="results" value="([^"]+)"', browser.page)
    assert found is not None
    return {"results": found[1]}


def test_the_page_says_that_the_number_changed_and_keeps_the_words(
    session: Session, make: Make, campaign: Norm, at_the_desk: Browser, now: dt.datetime
) -> None:
    at_the_desk.get(f"{TRIAGE}?clause=p1")
    before = results(at_the_desk)
    decide(session, campaign, make.seated(Role.EDITOR, campaign), rows(session)[0], now=now)
    session.commit()
    refused = at_the_desk.post(f"{TRIAGE}answer-all/?clause=p1", **ANSWER, **before)
    assert refused.status_code == 409
    assert "(comments then: 7, now: 6)" in at_the_desk.page and "Both read." in at_the_desk.page
    assert "Answer all results (6)" in at_the_desk.page and results(at_the_desk) != before
    assert (
        at_the_desk.post(f"{TRIAGE}answer-all/?clause=p1", **ANSWER, **results(at_the_desk)).status_code
        == 303
    )
    assert len(given(session)) == 7


def test_all_are_not_offered_where_they_are_held_answered_or_too_many(
    session: Session, campaign: Norm, at_the_desk: Browser, monkeypatch: Any
) -> None:
    rows(session)[0].visibility = Visibility.HELD
    session.commit()
    for asked in ("show=held", "show=all"):
        at_the_desk.get(f"{TRIAGE}?{asked}")
        assert "Answer all results" not in at_the_desk.page
    monkeypatch.setattr(service, "MOST_RESULTS", 6)
    at_the_desk.get(TRIAGE)
    assert "Answer all results" not in at_the_desk.page
    assert "There are more than 6 results." in at_the_desk.page
    assert at_the_desk.post(f"{TRIAGE}answer-all/", **ANSWER).status_code == 422
