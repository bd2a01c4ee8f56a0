"""What is said is read some at a time, and nothing is left out or shown twice."""

import datetime as dt

from flask import Flask
from sqlalchemy.orm import Session

from app.authority.actor import Role
from app.discussion import threads
from app.discussion.models import Visibility
from app.norms.models import Clause, Norm
from app.positions.models import Stance
from app.positions.queries import on_provision
from tests.browser import Browser
from tests.discussion.pages import Enter, SignIn, asked
from tests.discussion.saying import Speaker, decide, proposal, remark
from tests.factories import Make
from tests.positions.saying import clause_of, say


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


def test_a_list_shows_the_first_replies_and_how_many_more_there_are(
    session: Session, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    roots = [remark(session, norm, clause, ghana, body, now=now) for body in ("Much answered.", "Little.")]
    for number in range(threads.REPLIES + 3):
        remark(session, norm, None, ghana, f"Reply {number}.", parent=roots[0], now=now)
    remark(session, norm, None, ghana, "Once.", parent=roots[1], now=now)
    much, little = threads.about(session, norm.id, clause.provision_id).shown
    assert [one.body for one in much.replies] == [f"Reply {number}." for number in range(threads.REPLIES)]
    assert (much.more, little.more, len(little.replies)) == (3, 0, 1)


def test_the_page_of_a_comment_shows_every_reply(
    session: Session, browser: Browser, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    root = remark(session, norm, clause, ghana, "Much answered.", now=now)
    last = [remark(session, norm, None, ghana, f"Reply {n}.", parent=root, now=now) for n in range(101)][-2]
    session.commit()
    browser.get(f"/en/norms/{norm.slug}/comments/{root.number}/")
    assert "Reply 99." in browser.page and "Reply 100." not in browser.page
    assert f'href="?after={last.number}#replies"' in browser.page
    browser.get(f"/en/norms/{norm.slug}/comments/{root.number}/?after={last.number}")
    assert "Reply 99." not in browser.page and "Reply 100." in browser.page


def test_what_is_said_of_the_whole_draft_has_a_list_to_which_the_draft_leads(
    session: Session, browser: Browser, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    remark(session, norm, clause, ghana, "Of a clause.", now=now)
    session.commit()
    listed = f"/en/norms/{norm.slug}/dispositions/?clause=-"
    assert f'href="{listed}"' not in browser.get(f"/en/norms/{norm.slug}/").text
    remark(session, norm, None, ghana, "Of the whole.", now=now)
    session.commit()
    assert f'href="{listed}"' in browser.get(f"/en/norms/{norm.slug}/").text
    browser.get(listed)
    assert "Of the whole." in browser.page and "Of a clause." not in browser.page


def test_very_long_words_are_cut_in_lists_and_whole_on_their_own_page(
    session: Session, browser: Browser, norm: Norm, clause: Clause, ghana: Speaker, now: dt.datetime
) -> None:
    long = remark(session, norm, clause, ghana, "Много слов. " * 4_000 + "Конец.", now=now)
    session.commit()
    for page in ("provisions/p1/", "dispositions/"):
        browser.get(f"/en/norms/{norm.slug}/{page}")
        assert "Read the full text" in browser.page and "Конец." not in browser.page
    browser.get(f"/en/norms/{norm.slug}/comments/{long.number}/")
    assert "Конец." in browser.page and "Read the full text" not in browser.page


def test_a_reply_that_waits_for_a_moderator_is_not_read_below_what_it_answers(
    session: Session,
    enter: Enter,
    browser: Browser,
    norm: Norm,
    clause: Clause,
    ghana: Speaker,
    now: dt.datetime,
) -> None:
    root = remark(session, norm, clause, ghana, "For all.", now=now)
    remark(session, norm, None, ghana, "Not yet.", parent=root, now=now).visibility = Visibility.HELD
    session.commit()
    page = f"/en/norms/{norm.slug}/comments/{root.number}/"
    browser.get(page)
    assert "For all." in browser.page and "Not yet." not in browser.page
    enter(Role.MODERATOR)
    browser.get(page)
    assert "Not yet." in browser.page


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


def test_lists_ask_the_database_as_often_for_many_comments_as_for_a_few(
    app: Flask, session: Session, make: Make, norm: Norm, sign_in: SignIn, browser: Browser, now: dt.datetime
) -> None:
    clause, moderator = clause_of(session, norm, 1), make.user()
    for role in (Role.MODERATOR, Role.EDITOR):
        make.seat(moderator, role, norm)
    base = f"/en/norms/{norm.slug}/"
    pages = (base, f"{base}provisions/p1/", f"{base}dispositions/?clause=p1", f"{base}triage/")
    pages += ("/en/moderation/",)
    pages += (
        f"{base}triage/?show=all&first=objections",
        f"{base}groups/copies/?clause=p1",
        "/en/moderation/",
    )

    def talk(number: int) -> None:
        for _ in range(number):
            speaker = make.speaker()
            said = proposal(session, norm, clause, speaker, f"Machines help {speaker[1].name}.", now=now)
            remark(session, norm, None, speaker, "And this.", parent=said, now=now)
            for _ in range(2):
                remark(session, norm, clause, speaker, f"Say who decides, asks {speaker[1].name}.", now=now)
            decide(session, norm, make.actor(moderator), said, now=now)
            held = remark(session, norm, clause, speaker, "Wait.", now=now)
            held.visibility = Visibility.HELD

    talk(2)
    sign_in(moderator)
    few = asked(app, browser, pages)
    talk(20)
    session.commit()
    assert asked(app, browser, pages) == few
