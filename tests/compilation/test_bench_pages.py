"""The bench in a browser without JavaScript: merging, reading, two editors, notes, undoing."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Role
from app.compilation import queries, working_notes
from app.compilation.models import Treatment, WorkingNote
from app.discussion.models import ChangeOperation, Comment, Side
from app.norms.models import RulesOfProcedure
from app.norms.rules import Rules
from tests.browser import Browser
from tests.compilation.opened import FIRST, SECOND, Course, course
from tests.factories import Make

SignIn = Callable[[User], str]


def at(way: Course, rest: str = "", lang: str = "en") -> str:
    return f"/{lang}/norms/{way.norm.slug}/compilation/{rest}"


def version(browser: Browser) -> str:
    found = re.search(r'name="version" value="(\d+)"', browser.page)
    assert found is not None
    return found[1]


def at_the_bench(way: Course, browser: Browser, sign_in: SignIn, editor: User, code: str = "p1") -> str:
    """Signed in and on the page of one clause; its address."""
    if way.norm.stage.value != "compilation":
        way.compile()
    number = way.entry(code).id
    sign_in(editor)
    address = at(way, f"{number}/")
    assert browser.get(address).status_code == 200
    return address


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def test_any_selection_is_shown_merged_before_it_is_saved(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    one = way.propose(FIRST.replace("should", "shall"))
    two = way.propose(FIRST.replace("systems", "models"))
    other = way.propose(FIRST.replace("should", "must"))
    address = at_the_bench(way, browser, sign_in, editor)
    shown = browser.post(f"{address}preview/", language="en", changes=[one.number, two.number], settles="")
    assert shown.status_code == 200
    assert (
        "<del>should</del><ins>shall</ins> ensure the safety of AI <del>systems</del><ins>models</ins>"
        in browser.page
    )
    assert not way.entry("p1").wordings
    browser.post(f"{address}preview/", language="en", changes=[one.number, other.number], settles="1,2")
    collision = browser.page.partition("<fieldset")[2].partition("</fieldset>")[0]
    for word in ("must", "shall"):
        assert f">States <ins>{word}</ins> ensure the safety of AI systems.</p>" in collision
    assert f">{FIRST}</q>" in collision
    assert f"] [{FIRST.replace('should', 'shall')}]" in words(browser.page)


def test_a_choice_is_only_taken_for_the_changes_it_was_made_among(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    said = [way.propose(FIRST.replace("should", word)) for word in ("shall", "must", "may")]
    address = at_the_bench(way, browser, sign_in, editor)
    fields = {"language": "en", "version": "1", "choice.0": f"c{said[0].number}"}
    stale = [said[1].number, said[2].number]
    assert browser.post(f"{address}merge/", changes=stale, settles="1,2", **fields).status_code == 303
    way.session.expire_all()
    assert way.entry("p1").wordings[0].unsettled == 1
    said_above = browser.get(address).get_data(as_text=True).partition("<h1>")[0]
    assert "The changes to clause" in said_above and "1 conflict is unresolved" in said_above


def test_every_change_says_who_backs_it_by_bloc(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    said = way.propose(FIRST.replace("should", "shall"))
    for country, side in (("NP", Side.BACK), ("DE", Side.BACK), ("FR", Side.OPPOSE)):
        way.back(said, side, country=country)
    at_the_bench(way, browser, sign_in, editor)
    assert "2 backers" in browser.page
    sides = browser.page.partition('class="meta backing"')[2].partition("</ul>")[0]
    assert "Least developed countries 1" in sides and "Government 2" in sides and "1 opponent" in sides


@pytest.mark.parametrize(
    ("mode", "there", "not_there"),
    [
        ("base", "States should ensure", "shall"),
        ("changes", "<ins>shall</ins>", "Result"),
        ("redline", "<del>should</del><ins>shall</ins>", "1 backs"),
        ("result", "States shall ensure", "<del>"),
        ("sources", "[proposed in c1]", "<del>"),
    ],
)
def test_the_clause_and_the_whole_are_read_in_five_ways(
    way: Course, browser: Browser, sign_in: SignIn, editor: User, mode: str, there: str, not_there: str
) -> None:
    said = way.propose(FIRST.replace("should", "shall"))
    way.compile()
    way.merge(said)
    way.delete("p2")
    address = at_the_bench(way, browser, sign_in, editor)
    for page in (f"{address}?mode={mode}", at(way, f"reading/?mode={mode}")):
        assert browser.get(page).status_code == 200
        main = browser.page.partition('class="clause__text"')[2].partition("</main>")[0]
        assert there in main and not_there not in main
    assert (SECOND in browser.page) is (mode in ("base", "changes", "redline"))
    assert f'href="{at(way)}"' in browser.page


def test_two_editors_see_both_texts_and_one_button_puts_theirs_on_top(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    address = at_the_bench(way, browser, sign_in, editor)
    seen = version(browser)
    way.edit("States shall ensure safety.", motive="It is a duty.")
    way.session.commit()
    typed = {"language": "en", "text": "Everybody ensures safety.", "motive": "All of us."}
    assert browser.post(f"{address}edit/", version=seen, **typed).status_code == 409
    for there in (
        "It is a duty.",
        "All of us.",
        FIRST,
        "Everybody",
        "<ins>shall</ins>",
        "Save my version over theirs",
    ):
        assert there in browser.page
    again = browser.hidden
    again.pop("text", None)
    sent = {**again, "text": typed["text"], "motive": typed["motive"]}
    assert browser.post(f"{address}edit/", **sent).status_code == 303
    way.session.expire_all()
    assert way.entry("p1").wordings[0].text == "Everybody ensures safety."
    assert [one.text for one in queries.steps(way.session, way.entry("p1"))] == [
        "States shall ensure safety.",
        "Everybody ensures safety.",
    ]


def test_a_merge_that_came_second_shows_what_it_would_have_made(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    said = way.propose(FIRST.replace("should", "shall"))
    address = at_the_bench(way, browser, sign_in, editor)
    seen = version(browser)
    way.edit("Nothing.", motive="To be short.")
    way.session.commit()
    late = browser.post(f"{address}merge/", version=seen, language="en", changes=[said.number], settles="")
    assert late.status_code == 409
    assert "<del>should</del><ins>shall</ins>" in browser.page and "To be short." in browser.page
    assert browser.post(f"{address}merge/", **browser.hidden).status_code == 303
    way.session.expire_all()
    assert way.entry("p1").treatment is Treatment.MERGE


def test_a_working_note_is_kept_for_its_writer_and_is_no_step(
    way: Course, browser: Browser, sign_in: SignIn, editor: User, make: Make
) -> None:
    address = at_the_bench(way, browser, sign_in, editor)
    half = {"language": "en", "version": version(browser), "text": "States shall", "motive": ""}
    assert browser.post(f"{address}note/", **half).status_code == 303
    browser.get(address)
    assert ">\nStates shall</textarea>" in browser.page and "Your working note" in browser.page
    way.session.expire_all()
    assert not way.entry("p1").wordings and way.entry("p1").version == 1
    other = make.user("Otto")
    make.seat(other, Role.EDITOR, way.norm)
    sign_in(other)
    browser.get(address)
    assert "Your working note" not in browser.page
    assert "<bdi>Edda</bdi> is editing this clause now." in browser.page
    sign_in(editor)
    browser.get(address)
    browser.post(f"{address}edit/", **{**half, "text": "States shall do it.", "motive": "Short."})
    assert way.session.scalar(sa.select(sa.func.count()).select_from(WorkingNote)) == 0


def test_who_works_on_a_clause_is_shown_for_a_quarter_of_an_hour(
    way: Course, browser: Browser, sign_in: SignIn, editor: User, make: Make
) -> None:
    at_the_bench(way, browser, sign_in, editor)
    entry, other = way.entry("p1"), make.seated(Role.EDITOR, way.norm)
    working_notes.say_at_work(way.session, way.editor, way.norm, entry, now=way.now)
    later = way.now + dt.timedelta(minutes=14)
    assert entry.id in working_notes.at_work(way.session, [entry], other, now=later)
    assert not working_notes.at_work(way.session, [entry], way.editor, now=later)
    assert not working_notes.at_work(way.session, [entry], other, now=later + dt.timedelta(minutes=1))


def test_what_an_editor_kept_for_themselves_goes_with_their_account(
    way: Course, editor: User, make: Make
) -> None:
    way.compile()
    entry, edda = way.entry("p1"), make.actor(editor)
    kept = {"language": "en", "text": "Half", "motive": "", "version": 1}
    working_notes.keep_note(way.session, edda, way.norm, entry, **kept, now=way.now)  # type: ignore[arg-type]
    working_notes.forget_person(way.session, edda, editor)
    way.session.refresh(entry)
    assert working_notes.note_of(way.session, edda, entry, "en") is None
    assert entry.worked_on_by is None


def test_steps_are_undone_from_the_page_and_stay_listed(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    way.compile()
    way.edit("States shall do it.", motive="Short.")
    address = at_the_bench(way, browser, sign_in, editor)
    assert "Undo the last step: Edit by hand" in browser.page
    assert browser.post(f"{address}undo/", version=version(browser)).status_code == 303
    browser.get(address)
    assert "<del>Edit by hand</del> undone" in browser.page and "Undo the last step" not in browser.page
    assert "undone" in browser.get(at(way)).get_data(as_text=True)


def test_a_clause_is_moved_split_and_joined_from_its_pages(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    address = at_the_bench(way, browser, sign_in, editor)
    behind = str(way.entry("p2").id)
    moved = {"version": "1", "after": behind, "depth": "1", "label": "2(a)", "motive": "Under it."}
    assert browser.post(f"{address}move/", **moved).status_code == 303
    browser.get(f"{address}split/?parts=3")
    assert browser.page.count("<legend>Part") == 3 and FIRST in browser.page
    parts = {"text.en.0": "States ensure safety.", "text.en.1": "It is of AI.", "motive": "Two duties."}
    refused = browser.post(f"{address}split/", version=version(browser), **(parts | {"text.en.1": " "}))
    assert refused.status_code == 422 and "States ensure safety." in browser.page
    assert browser.post(f"{address}split/", version=version(browser), **parts).status_code == 303
    browser.get(at(way))
    assert "split from clause 2(a)" in browser.page
    browser.get(f"{address}join/?into={behind}")
    assert f"{SECOND} States ensure safety.</textarea>" in browser.page
    sent = browser.hidden | {"text.en": f"{SECOND} States ensure safety.", "motive": "One duty."}
    assert browser.post(f"{address}join/", **sent).status_code == 303
    browser.get(address)
    assert "joined into clause 2" in browser.page and "Undo the last step: Join" in browser.page
    way.session.rollback()
    draft = way.open()
    way.session.commit()
    browser.get(f"/en/norms/{way.norm.slug}/drafts/{draft.number}/changes/")
    assert "One duty." in browser.page and "Two duties." in browser.page
    for code, told in (
        ("p1", "a part became clause"),
        ("p3", "split from clause"),
        ("p2", "was joined"),
    ):
        browser.get(f"/en/norms/{way.norm.slug}/provisions/{code}/")
        assert told in browser.page


def test_the_work_is_shown_to_everybody_only_if_the_rules_say_so(way: Course, browser: Browser) -> None:
    way.compile()
    way.edit("States shall do it.", motive="Short.")
    way.session.commit()
    assert browser.get(at(way, "reading/")).status_code == 401
    assert "States shall do it." not in browser.get(at(way)).get_data(as_text=True)
    rules = way.session.scalars(sa.select(RulesOfProcedure)).one()
    rules.content = Rules(shows_work=True).content()
    way.session.commit()
    for lang, label in (("en", "work in progress"), ("ar", 'dir="rtl"')):
        for rest in ("", "reading/", "reading/?mode=sources"):
            assert browser.get(at(way, rest, lang)).status_code == 200
            assert label in browser.page and "<form" not in browser.page.partition("<main")[2]
    assert browser.get(at(way, f"{way.entry('p1').id}/")).status_code == 401
    way.open()
    way.session.commit()
    assert browser.get(at(way, "reading/")).status_code == 401


def test_the_bench_speaks_arabic(way: Course, browser: Browser, sign_in: SignIn, editor: User) -> None:
    way.propose(FIRST.replace("should", "shall"))
    way.propose("", operation=ChangeOperation.DELETE)
    at_the_bench(way, browser, sign_in, editor)
    number = way.entry("p1").id
    for rest in ("", f"{number}/", f"{number}/split/", f"{number}/join/?into={way.entry('p2').id}"):
        assert browser.get(at(way, rest, "ar")).status_code == 200
        assert 'dir="rtl"' in browser.page


def test_a_page_of_the_bench_asks_no_more_for_more_clauses(
    session: Session, make: Make, now: dt.datetime, app: Flask, browser: Browser, sign_in: SignIn
) -> None:
    counts = []
    for clauses in (2, 12):
        way = course(session, make, now, *(f"{FIRST} {number}" for number in range(clauses)))
        editor = make.user()
        make.seat(editor, Role.EDITOR, way.norm)
        for number in range(1, clauses + 1):
            way.propose(f"{FIRST} {number} or so", f"p{number}")
        at_the_bench(way, browser, sign_in, editor)
        pages = (at(way), at(way, "reading/?mode=changes"), at(way, "reading/?mode=sources"))
        counts.append([statements(app, browser, page) for page in pages])
    assert counts[0] == counts[1]


def statements(app: Flask, browser: Browser, page: str) -> int:
    asked: list[str] = []

    def note(*event: object) -> None:
        asked.append(str(event[2]))

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    try:
        assert browser.get(page).status_code == 200
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)
    return len(asked)


def test_clauses_with_their_changes_come_some_at_a_time(
    session: Session, make: Make, now: dt.datetime, browser: Browser, sign_in: SignIn
) -> None:
    way = course(session, make, now, *(f"Clause number {number}." for number in range(1, 14)))
    user = make.user()
    make.seat(user, Role.EDITOR, way.norm)
    way.propose("The last.", "p13")
    at_the_bench(way, browser, sign_in, user)
    browser.get(at(way, "reading/?mode=changes"))
    assert "Clause number 10." in browser.page and "Clause number 11." not in browser.page
    following = re.search(r'href="([^"]+)" rel="next"', browser.page)
    assert following is not None
    browser.get(at(way, "reading/" + following[1].replace("&amp;", "&")))
    assert "Clause number 13." in browser.page and "The last." in words(browser.page)
    assert "Clause number 10." not in browser.page and 'rel="next"' not in browser.page


def test_changes_are_counted_and_found_by_clause(way: Course) -> None:
    one = way.propose(FIRST.replace("should", "shall"))
    two = way.propose(FIRST.replace("should", "must"))
    new = way.propose("So be it.", "p2", operation=ChangeOperation.INSERT_AFTER)
    draft, (first, second) = way.norm.current_draft_id or 0, (one.provision_id, new.provision_id)
    assert queries.change_counts(way.session, draft) == {first: 2, second: 1}
    assert numbers(queries.changes_to(way.session, draft, first or 0)) == [one.number, two.number]
    assert numbers(queries.first_changes(way.session, draft, [first or 0, second or 0], 1)) == [
        one.number,
        new.number,
    ]
    assert numbers(queries.insertions(way.session, draft)) == [new.number]


def numbers(found: object) -> list[int]:
    return [one.number for one in found if isinstance(one, Comment)]  # type: ignore[attr-defined]
