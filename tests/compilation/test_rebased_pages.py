"""The page on which an author sees what became of their change, and proposes it again."""

import html
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from app.accounts.models import User
from app.authority.actor import Role
from app.discussion.models import ChangeOperation, Comment, Decision, HidingReason, Visibility
from app.norms.stages import Stage
from tests.browser import Browser
from tests.compilation.opened import FIRST, Course
from tests.factories import Make

SHALL = FIRST.replace("should", "shall")
SignIn = Callable[[User], str]


def address(way: Course, said: Comment, draft: int = 2, lang: str = "en") -> str:
    return f"/{lang}/norms/{way.norm.slug}/comments/{said.number}/drafts/{draft}/"


def author_of(way: Course, said: Comment) -> User:
    return way.session.get_one(User, said.author_id)


def returned(way: Course) -> Comment:
    said = way.propose(SHALL)
    way.decide(said, Decision.DEFERRED)
    way.compile()
    way.edit(FIRST.replace("should", "must").replace("systems", "systems and data"))
    way.open()
    return said


def test_both_texts_stand_side_by_side_for_everybody(way: Course, browser: Browser) -> None:
    said = returned(way)
    way.session.commit()
    assert browser.get(address(way, said)).status_code == 200
    assert "Returned to its author" in browser.page
    assert "<del>should</del><ins>shall</ins>" in browser.page
    assert "<del>should</del><ins>must</ins>" in browser.page
    assert '<form method="post" action="/en/norms' not in browser.page
    browser.get(f"/en/norms/{way.norm.slug}/comments/{said.number}/")
    assert address(way, said) in browser.page
    browser.get(f"/en/norms/{way.norm.slug}/provisions/p1/")
    assert address(way, said) in browser.page


def test_the_author_proposes_again_with_one_button(way: Course, browser: Browser, sign_in: SignIn) -> None:
    said = returned(way)
    sign_in(author_of(way, said))
    browser.get(address(way, said))
    offered = "States shall ensure the safety of AI systems."
    assert f"\n{offered}</textarea>" in html.unescape(browser.page)
    fields = {**browser.hidden, "wording": offered, "body": said.body}
    sent = browser.post(f"/en/norms/{way.norm.slug}/provisions/p1/propose/", **fields)
    assert sent.status_code == 303
    way.session.rollback()
    anew = way.session.scalars(sa.select(Comment).order_by(Comment.number.desc()).limit(1)).one()
    assert anew.number == said.number + 1
    assert anew.change is not None and anew.change.wording == offered
    assert (anew.stakeholder_id, anew.draft_id) == (said.stakeholder_id, way.norm.current_draft_id)


@pytest.mark.parametrize("who", ["another", "closed"])
def test_nobody_else_and_not_after_the_round(
    way: Course, make: Make, browser: Browser, sign_in: SignIn, who: str
) -> None:
    said = returned(way)
    person = author_of(way, said)
    if who == "another":
        person = way.session.get_one(User, make.speaker()[0].user_id)
    else:
        way.norm.stage = Stage.ADOPTED
    sign_in(person)
    assert browser.get(address(way, said)).status_code == 200
    assert "Propose again" not in browser.page


def test_a_carried_change_reads_against_the_new_text_with_who_backs_it(way: Course, browser: Browser) -> None:
    said = way.propose(SHALL)
    way.back(said)
    way.decide(said, Decision.DEFERRED)
    way.compile()
    way.edit(FIRST.replace("systems", "systems and data"))
    way.open()
    way.session.commit()
    browser.get(address(way, said))
    assert (
        "States <del>should</del><ins>shall</ins> ensure the safety of AI systems and data." in browser.page
    )
    assert "Carried over" in browser.page and "1 backer" in browser.page


def test_an_insertion_a_deletion_and_a_change_that_was_met(way: Course, browser: Browser) -> None:
    met = way.propose(SHALL)
    behind = way.propose("And so on.", "p2", ChangeOperation.INSERT_AFTER)
    without = way.propose("", "p2", ChangeOperation.DELETE)
    way.compile()
    way.edit(SHALL)
    way.delete("p2")
    way.open()
    way.session.commit()
    for said, words in (
        (met, "already contains all of this"),
        (behind, "no longer contains this clause"),
        (without, "already contains all of this"),
    ):
        assert browser.get(address(way, said)).status_code == 200
        assert words in browser.page


def test_on_the_third_draft_it_is_shown_from_the_second(way: Course, browser: Browser) -> None:
    said = way.propose(SHALL)
    way.compile()
    way.edit(FIRST.replace("systems", "systems and data"))
    way.open()
    way.compile()
    way.edit(FIRST.replace("systems", "systems and data").replace("should", "must"))
    way.open()
    way.session.commit()
    browser.get(address(way, said, 3))
    assert "Proposed on draft 2" in browser.page
    assert "<ins>shall</ins> ensure the safety of AI systems and data" in browser.page
    browser.get(address(way, said, 3, "ar"))
    assert 'dir="rtl"' in browser.page


def test_what_is_not_there_is_not_found(way: Course, browser: Browser) -> None:
    said = returned(way)
    said.visibility, said.hiding_reason = Visibility.HIDDEN, HidingReason.SPAM
    way.session.commit()
    for path in (address(way, said), address(way, said, 3), address(way, said).replace("/1/", "/9/")):
        assert browser.get(path).status_code == 404


def test_the_editors_bench_takes_the_carried_wording(
    way: Course, make: Make, browser: Browser, sign_in: SignIn
) -> None:
    said = way.propose(SHALL)
    way.decide(said, Decision.DEFERRED)
    way.compile()
    way.edit(FIRST.replace("systems", "systems and data"))
    way.open()
    way.compile()
    user = make.user()
    make.seat(user, Role.EDITOR, way.norm)
    number = way.entry("p1").id
    sign_in(user)
    assert browser.get(f"/en/norms/{way.norm.slug}/compilation/{number}/").status_code == 200
    assert "<ins>shall</ins> ensure the safety of AI systems and data." in browser.page
    assert "carried from draft 1" in browser.page
