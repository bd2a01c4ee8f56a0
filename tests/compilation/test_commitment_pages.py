"""An organiser's day at the bench: what was accepted is to do, is named in a step, and is told everywhere."""

import datetime as dt
import re
from collections.abc import Callable

import pytest

from app.accounts.models import User
from app.authority.actor import Role
from app.discussion import moderation
from app.discussion.models import ChangeOperation, Comment, Decision, HidingReason
from app.norms.stages import Stage
from app.triage import grouping
from app.triage import service as triage
from tests.browser import Browser
from tests.compilation.opened import FIRST, Course
from tests.factories import Make

SignIn = Callable[[User], str]
DISABILITY = FIRST.replace("AI systems", "AI systems for persons with disability")


@pytest.fixture
def editor(editor: User, way: Course, make: Make) -> User:
    """The chair as well."""
    make.seat(editor, Role.CHAIR, way.norm)
    return editor


def at(way: Course, rest: str = "", lang: str = "en") -> str:
    return f"/{lang}/norms/{way.norm.slug}/{rest}"


def as_a_group(way: Course) -> list[Comment]:
    """Four comments of one mind, answered together."""
    said = [way.comment(f"Name disability ({number}).") for number in range(4)]
    numbers = [one.number for one in said]
    grouping.form(way.session, way.editor, way.norm, numbers, title="Disability", now=way.now)
    triage.dispose_all(
        way.session, way.editor, way.norm, numbers, decision=Decision.MODIFIED,
        reason="Disability is added in draft 2.", language="en", now=way.now,
    )  # fmt: skip
    return said


def step(way: Course, browser: Browser, to: str = "consultation") -> int:
    closes = (way.now + dt.timedelta(days=40)).date().isoformat()
    browser.get(at(way, "steps/"))
    fields = {"to": to, "closes_on": closes, "zone": "UTC", "override_reason": ""}
    return browser.post(at(way, "steps/"), **fields).status_code


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_what_was_accepted_of_a_group_is_to_do_until_an_edit_names_the_group(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    said = as_a_group(way)
    way.compile()
    way.session.commit()
    sign_in(editor)
    browser.get(at(way, "compilation/"))
    assert "take up c1, c2, c3, c4" in browser.page
    entry = way.entry("p1")
    assert f"compilation/{entry.id}/?takes_up=g1#edit" in browser.page
    assert step(way, browser) == 422
    assert "4 accepted comments are not taken up by any step of a draft: c1, c2, c3, c4." in browser.page
    browser.get(at(way, f"compilation/{entry.id}/?takes_up=g1"))
    assert "Disability is added in draft 2." in browser.page
    assert re.search(r'name="takes_up" value="g1" checked', browser.page)
    fields = {"language": "en", "motive": "As was asked.", "version": str(entry.version)}
    answer = browser.post(at(way, f"compilation/{entry.id}/edit/"), text=DISABILITY, takes_up="g1", **fields)
    assert answer.status_code == 303
    browser.get(at(way, f"compilation/{entry.id}/"))
    assert "takes up c1, c2, c3, c4" in browser.page
    browser.get(at(way, "compilation/"))
    assert "take up" not in words(browser.page)
    assert step(way, browser) == 303
    browser.get(at(way, "dispositions/"))
    assert browser.page.count("Taken up in draft 2") == len(said)
    browser.get(at(way, "drafts/2/changes/"))
    assert all(f">c{one.number}</a>" in browser.page for one in said)
    browser.get(at(way, "provisions/p1/"))
    assert "to take up c1" in browser.page
    told = browser.client.get(f"/api/v1/norms/{way.norm.slug}/dispositions").get_json()["items"]
    assert {one["disposition"]["draft"] for one in told} == {2}


def test_what_was_hidden_after_it_was_accepted_is_still_to_do_without_its_words(
    way: Course, browser: Browser, sign_in: SignIn, editor: User, make: Make
) -> None:
    said = way.comment("Name disability, you fools.")
    way.decide(said, Decision.MODIFIED)
    moderator = make.seated(Role.MODERATOR, way.norm)
    moderation.hide(way.session, moderator, way.norm, said, reason=HidingReason.ABUSE, now=way.now)
    way.compile()
    way.session.commit()
    sign_in(editor)
    browser.get(at(way, f"compilation/{way.entry('p1').id}/"))
    assert (
        "Hidden by a moderator. Reason: " in browser.page
        and "This comment is still accepted." in browser.page
    )
    assert "fools" not in browser.page and said.stakeholder.name not in browser.page
    browser.get(at(way, "comments/1/"))
    fields = {"decision": "not-accepted", "reason": "Not in such words.", "language": "en"}
    version = re.search(r'name="version" value="(\d+)"', browser.page)
    assert version is not None
    answer = browser.post(at(way, "comments/1/disposition/"), **fields, version=version[1], seen="1")
    assert answer.status_code == 303
    browser.get(at(way, f"compilation/{way.entry('p1').id}/"))
    assert "This comment is still accepted." not in browser.page


def test_a_change_that_is_accepted_and_not_merged_is_to_do_and_refused(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    said = way.propose(FIRST.replace("should", "shall"))
    way.decide(said, Decision.ACCEPTED)
    way.compile()
    way.session.commit()
    sign_in(editor)
    browser.get(at(way, "compilation/"))
    assert "take up c1" in browser.page
    assert step(way, browser, "last-call") == 422
    assert "not taken up by any step of a draft: c1." in browser.page
    browser.get(at(way, "dispositions/"))
    assert "Not yet in any draft" in browser.page
    browser.get(at(way, f"compilation/{way.entry('p1').id}/?takes_up=c1"))
    merging, _, by_hand = browser.page.partition("Edit by hand")
    assert re.search(r'name="changes" value="1" checked', merging)
    assert 'name="takes_up" value="c1"' not in merging and 'name="takes_up" value="c1" checked' in by_hand


def test_what_was_accepted_of_the_whole_draft_is_listed_and_taken_up_by_a_new_clause(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    whole, behind = (
        way.comment("Say who pays.", None),
        way.propose("And so on.", "p2", ChangeOperation.INSERT_AFTER),
    )
    way.decide(whole, Decision.ACCEPTED)
    way.decide(behind, Decision.ACCEPTED)
    way.compile()
    way.session.commit()
    sign_in(editor)
    browser.get(at(way, "compilation/"))
    assert "Accepted, not yet in any clause" in browser.page and "Say who pays." in browser.page
    assert "compilation/?takes_up=c2#add" in browser.page
    fields = {"language": "en", "text": "States pay.", "motive": "It was missing.", "form_key": "k"}
    assert browser.post(at(way, "compilation/add/"), takes_up=["c1", ""], **fields).status_code == 303
    browser.get(at(way, "compilation/"))
    assert "Say who pays." not in browser.page


@pytest.mark.parametrize("named", ["c99", "c2", "g7", "everything", "c1, x"])
def test_what_cannot_be_named_is_refused_and_what_was_typed_is_kept(
    way: Course, browser: Browser, sign_in: SignIn, editor: User, named: str
) -> None:
    way.decide(way.comment(), Decision.ACCEPTED)
    way.comment("Undecided.")
    way.compile()
    way.session.commit()
    sign_in(editor)
    entry = way.entry("p1")
    browser.get(at(way, f"compilation/{entry.id}/"))
    fields = {"language": "en", "motive": "As was asked.", "version": str(entry.version)}
    answer = browser.post(at(way, f"compilation/{entry.id}/edit/"), text=DISABILITY, takes_up=named, **fields)
    assert answer.status_code == 422
    assert DISABILITY in browser.page and 'role="alert"' in browser.page
    kept = re.search(r'id="f-up-edit" name="takes_up" value="([^"]*)"', browser.page)
    assert kept is not None
    ticked = re.findall(r'name="takes_up" value="([^"]+)" checked', browser.page)
    assert {*ticked, *kept[1].split(", ")} >= set(re.split(r"[, ]+", named))


def test_a_working_note_keeps_what_was_ticked(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    way.decide(way.comment(), Decision.ACCEPTED)
    way.compile()
    way.session.commit()
    sign_in(editor)
    entry = way.entry("p1")
    fields = {"language": "en", "motive": "", "version": str(entry.version), "text": "Half"}
    address = at(way, f"compilation/{entry.id}/")
    assert browser.post(f"{address}note/", takes_up="c1", **fields).status_code == 303
    browser.get(address)
    assert re.search(r'name="takes_up" value="c1" checked', browser.page)


def test_the_programs_own_reason_is_read_in_every_language(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    said = way.propose(FIRST.replace("should", "shall"))
    way.compile()
    way.merge(said)
    way.open()
    decided = way.decision(said)
    assert decided is not None and (decided.reason, decided.language) == ("merged", "zxx")
    old = way.comment("As ever.")
    way.decide(old, Decision.NOTED)
    before = way.decision(old)
    assert before is not None
    before.reason, before.language = "Merged into clause 1 of draft 2.", "en"
    way.session.commit()
    browser.get(at(way, "comments/1/"))
    assert "The full text of this proposed change was included in the next draft." in browser.page
    browser.get(at(way, "comments/1/", "fr"))
    assert "zxx" not in browser.page and "The full text of this" not in browser.page
    assert re.search(r'class="own" lang="fr"[^>]*>[^<]*modification', browser.page)
    browser.get(at(way, f"comments/{old.number}/", "fr"))
    assert "Merged into clause 1 of draft 2." in browser.page
    sheet = browser.client.get(at(way, "comments.csv", "en")).get_data(as_text=True)
    assert "The full text of this proposed change was included in the next draft." in sheet


def test_a_last_call_with_something_accepted_and_not_in_the_text_does_not_lead_on(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    way.compile()
    way.open(Stage.LAST_CALL)
    way.decide(way.comment(), Decision.ACCEPTED)
    way.session.commit()
    sign_in(editor)
    assert step(way, browser, "consensus-call") == 422
    assert "not taken up by any step of a draft: c1." in browser.page
