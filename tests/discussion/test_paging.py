"""What is said is read some at a time, and nothing is left out or shown twice."""

import datetime as dt

from sqlalchemy.orm import Session

from app.discussion import threads
from app.norms.models import Clause, Norm
from app.positions.models import Stance
from app.positions.queries import on_provision
from tests.browser import Browser
from tests.discussion.saying import Speaker, remark
from tests.factories import Make
from tests.positions.saying import say


def test_threads_come_in_pages_with_their_replies(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    roots = [remark(session, norm, clause, ghana, f"Root {number}.", now=now) for number in range(5)]
    for root in roots:
        remark(session, norm, None, ghana, f"On {root.body}", parent=root, now=now)
    after: int | None = 0
    seen = []
    while after is not None:
        page = threads.about(session, norm.id, clause.provision_id, after=after, limit=2)
        seen.append([(one.line.comment.body, [said.body for said in one.replies]) for one in page.shown])
        after = page.last
    assert [len(some) for some in seen] == [2, 2, 1]
    assert [one for some in seen for one in some] == [(root.body, [f"On {root.body}"]) for root in roots]


def test_pages_of_threads_lead_back_as_they_led_on(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    for number in range(5):
        remark(session, norm, clause, ghana, f"Root {number}.", now=now)
    pages = [threads.about(session, norm.id, clause.provision_id, limit=2)]
    while pages[-1].last is not None:
        pages.append(threads.about(session, norm.id, clause.provision_id, after=pages[-1].last, limit=2))
    assert pages[0].first is None
    page, back = pages[-1], []
    while page.first is not None:
        page = threads.about(session, norm.id, clause.provision_id, before=page.first, limit=2)
        assert page.last is not None
        back.insert(0, page)
    assert [numbers(one) for one in back] == [numbers(one) for one in pages[:-1]]


def numbers(page: threads.Threads) -> list[int]:
    return [one.line.comment.number for one in page.shown]


def test_positions_come_in_pages(
    session: Session, make: Make, norm: Norm, clause: Clause, now: dt.datetime
) -> None:
    speakers = [make.speaker() for _ in range(5)]
    for speaker in speakers:
        say(session, norm, clause, speaker, Stance.SUPPORT, now=now)
    after: int | None = 0
    seen: list[int] = []
    while after is not None:
        some, after = on_provision(session, clause.draft_id, clause.provision_id, after=after, limit=2)
        assert len(some) <= 2
        seen += [one.position.stakeholder_id for one in some]
    assert seen == [holder.id for _, holder in speakers]


def test_the_clause_page_leads_on_and_a_visitor_gets_each_page(
    session: Session, browser: Browser, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    for number in range(threads.PAGE + 1):
        remark(session, norm, clause, ghana, f"Remark {number}.", now=now)
    session.commit()
    page = f"/en/norms/{norm.slug}/provisions/{clause.provision.code}/"
    browser.get(page)
    assert "Remark 0." in browser.page
    assert f"Remark {threads.PAGE}." not in browser.page
    assert f'href="?after={threads.PAGE}#comments"' in browser.page
    browser.get(f"{page}?after={threads.PAGE}")
    assert "Remark 0." not in browser.page
    assert f"Remark {threads.PAGE}." in browser.page
    assert 'rel="next"' not in browser.page
    browser.get(f"{page}?before={threads.PAGE + 1}")
    assert "Remark 0." in browser.page
    assert 'rel="prev"' not in browser.page
