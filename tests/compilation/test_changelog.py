"""What changed in a draft, clause by clause, and why."""

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from app.authority.actor import Role
from app.compilation import restructuring
from app.compilation import service as compilation
from app.compilation.models import Treatment
from app.discussion.models import Decision, HidingReason, Visibility
from tests.browser import Browser
from tests.compilation.opened import FIRST, SECOND, Course, course
from tests.factories import Make

THIRD = "States report every year."


@pytest.fixture
def way(session: Session, make: Make, now: dt.datetime) -> Course:
    return course(session, make, now, FIRST, SECOND, THIRD, "Nothing changes here.")


def address(way: Course, draft: int = 2, lang: str = "en") -> str:
    return f"/{lang}/norms/{way.norm.slug}/drafts/{draft}/changes/"


def move(way: Course, code: str, motive: str) -> None:
    entry = way.entry(code)
    restructuring.move(
        way.session, way.editor, way.norm, entry, after=way.entry("p4"), depth=0, label="",
        motive=motive, version=entry.version, now=way.now,
    )  # fmt: skip


def everything(way: Course) -> None:
    """One clause merged, one edited, one deleted, one added, one as it was."""
    said = way.propose(FIRST.replace("should", "shall"))
    way.decide(way.propose(SECOND + " Always.", "p2"), Decision.DEFERRED)
    way.compile()
    way.merge(said)
    way.edit("Everybody is heard.", "p2", "To be heard is more than to have a say.")
    way.delete("p3", "It is in another norm.")
    compilation.add(
        way.session,
        way.editor,
        way.norm,
        after=way.entry("p4"),
        label="5",
        language="en",
        text="This is reviewed.",
        motive="Nothing lasts for ever.",
        now=way.now,
    )
    way.open()
    way.session.commit()


def section(page: str, code: str) -> str:
    return page.partition(f'id="{code}"')[2].partition("</section>")[0]


def test_each_clause_says_what_changed_why_and_whose_words_they_are(way: Course, browser: Browser) -> None:
    everything(way)
    assert browser.get(address(way)).status_code == 200
    merged, edited, deleted, added = (section(browser.page, code) for code in ("p1", "p2", "p3", "p5"))
    assert "<del>should</del><ins>shall</ins>" in merged
    assert f"/en/norms/{way.norm.slug}/comments/1/" in merged and "It is clearer." in merged
    assert "Changed" in edited and "To be heard is more than to have a say." in edited
    assert "own" in edited and "comments/" not in edited
    assert f"<del>{THIRD}</del>" in deleted and "It is in another norm." in deleted
    assert "Removed" in deleted
    assert "<ins>This is reviewed.</ins>" in added and "Nothing lasts for ever." in added
    assert not section(browser.page, "p4")
    assert "4 clauses changed, 1 is unchanged." in browser.line
    assert "Carried over: 1" in browser.page


def test_it_is_found_from_the_draft_and_reads_in_arabic(way: Course, browser: Browser) -> None:
    everything(way)
    browser.get(f"/en/norms/{way.norm.slug}/")
    assert address(way) in browser.page
    assert browser.get(address(way, lang="ar")).status_code == 200
    assert 'dir="rtl"' in browser.page and '<p class="clause__text" lang="en" dir="ltr">' in browser.page


def test_steps_before_a_clause_was_kept_after_all_are_not_told(way: Course, browser: Browser) -> None:
    way.compile()
    way.edit("Everybody is heard.", "p2", "To be short.")
    entry = way.entry("p2")
    compilation.keep(way.session, way.editor, way.norm, entry, version=entry.version, now=way.now)
    way.edit(THIRD + " In public.", "p3", "To be seen.")
    way.open()
    way.session.commit()
    browser.get(address(way))
    assert not section(browser.page, "p2") and "To be short." not in browser.page
    assert "To be seen." in browser.page


def test_a_clause_that_was_moved_and_kept_is_told_as_moved(way: Course, browser: Browser) -> None:
    way.compile()
    move(way, "p2", "It belongs at the end.")
    way.edit("Everybody is heard.", "p2", "To be short.")
    entry = way.entry("p2")
    compilation.keep(way.session, way.editor, way.norm, entry, version=entry.version, now=way.now)
    assert (entry.treatment, entry.motive) == (Treatment.MOVE, "It belongs at the end.")
    way.open()
    way.session.commit()
    browser.get(address(way))
    told = section(browser.page, "p2")
    assert "Move" in told and "It belongs at the end." in told and "To be short." not in told


def test_only_comments_of_which_something_is_left_are_named(way: Course, browser: Browser) -> None:
    gone, stays = (way.propose(FIRST.replace("should", word)) for word in ("shall", "may"))
    way.compile()
    way.merge(gone)
    way.edit("States may do it.", motive="To be short.")
    way.merge(stays)
    way.open()
    way.session.commit()
    browser.get(address(way))
    told = section(browser.page, "p1")
    assert f"comments/{stays.number}/" in told and f"comments/{gone.number}/" not in told
    assert "To be short." not in told


def test_a_clause_that_was_left_out_and_taken_back_in_is_not_told_as_left_out(
    way: Course, browser: Browser
) -> None:
    way.compile()
    way.delete("p3", "It is in another norm.")
    way.edit(THIRD + " In public.", "p3", "To be seen.")
    way.open()
    way.session.commit()
    browser.get(address(way))
    told = section(browser.page, "p3")
    assert "To be seen." in told and "It is in another norm." not in told


def test_words_of_a_hidden_comment_are_not_shown_but_its_number_is(way: Course, browser: Browser) -> None:
    said = way.propose(FIRST.replace("should", "shall"))
    way.compile()
    way.merge(said)
    way.open()
    said.visibility, said.hiding_reason = Visibility.HIDDEN, HidingReason.SPAM
    way.session.commit()
    browser.get(address(way))
    assert "comments/1/" in browser.page and "It is clearer." not in browser.page


def test_the_first_draft_has_no_changes_and_a_draft_to_come_no_page(way: Course, browser: Browser) -> None:
    way.session.commit()
    assert browser.get(address(way, 1)).status_code == 200
    assert "This is the first draft." in browser.page
    assert browser.get(address(way, 2)).status_code == 404


def test_a_draft_of_a_norm_that_is_not_public_stays_with_those_who_make_it(
    way: Course, make: Make, browser: Browser
) -> None:
    way.norm.is_public = False
    make.seat(make.user(), Role.EDITOR, way.norm)
    way.session.commit()
    assert browser.get(address(way, 1)).status_code == 404
