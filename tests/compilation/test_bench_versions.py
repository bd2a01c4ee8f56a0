"""What a person typed at the bench goes with the version they saw, and nothing of it is lost."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.compilation import queries, restructuring, working_notes
from app.compilation import service as compilation
from app.compilation.merged_wording import ChangeUnknown
from app.compilation.models import CompilationItem, WorkingNote
from app.compilation.operations import LabelTooLong, MotiveTooLong
from app.compilation.restructuring import SplitPart
from app.compilation.service import AddedAlready
from app.discussion.models import ChangeOperation, Comment, Visibility
from app.foundation.errors import NotFound
from app.foundation.text import UnsafeText
from app.norms.models import Norm
from tests.browser import Browser
from tests.compilation.opened import FIRST, Course, course
from tests.compilation.test_bench_pages import at, at_the_bench
from tests.factories import Make
from tests.moments import at_once

SignIn = Callable[[User], str]
TICKED_CHANGE = re.compile(r"checked>\s+c\d")
TYPED = {"language": "en", "text": "Everybody ensures safety.", "motive": "All of us."}


def worked_on(way: Course) -> None:
    """Another editor edits the first clause."""
    way.edit("States shall ensure safety.", motive="It is a duty.")
    way.session.commit()


def form(page: str, act: str) -> str:
    """The form of a page that asks for an act."""
    return next(one for one in page.split("<form")[1:] if f'/{act}/"' in one.partition(">")[0])


def is_open(page: str, heading: str) -> bool:
    """Whether the part of a page is unfolded whose heading begins so."""
    return re.search(rf"<details open>\s*<summary>{heading}", page) is not None


def test_who_looks_at_a_merge_first_does_not_overwrite_what_was_made_meanwhile(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    said = way.propose(FIRST.replace("should", "must"))
    address = at_the_bench(way, browser, sign_in, editor)
    worked_on(way)
    fields = {"version": "1", "language": "en", "changes": str(said.number), "settles": ""}
    assert browser.post(f"{address}preview/", **fields).status_code == 409
    assert "Another person has edited this clause" in browser.page and "<ins>must</ins>" in browser.page
    assert 'name="version" value="1"' in form(browser.page, "merge")
    assert 'name="version" value="2"' in form(browser.page, "edit")
    assert browser.post(f"{address}merge/", **fields).status_code == 409
    assert "It is a duty." in browser.page and "Save my version over theirs" in browser.page
    way.session.expire_all()
    assert way.entry("p1").wordings[0].text == "States shall ensure safety."


def test_a_working_note_meets_what_was_made_since_it_was_begun(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    address = at_the_bench(way, browser, sign_in, editor)
    assert browser.post(f"{address}note/", version="1", **TYPED).status_code == 303
    worked_on(way)
    browser.get(address)
    own = form(browser.page, "edit")
    assert TYPED["text"] in own and 'name="version" value="1"' in own
    assert "The clause has been edited since you opened it." in browser.page
    assert browser.post(f"{address}note/", version="1", **TYPED).status_code == 303
    assert browser.get(address) and 'name="version" value="1"' in form(browser.page, "edit")
    assert browser.post(f"{address}edit/", version="1", **TYPED).status_code == 409
    assert browser.post(f"{address}edit/", version="2", **TYPED).status_code == 303


def test_a_note_sent_twice_in_one_moment_is_kept_once(
    way: Course, session: Session, engine: sa.Engine, editor: User, make: Make
) -> None:
    way.compile()
    edda, norm, entry = make.actor(editor), way.norm.id, way.entry("p1").id
    session.commit()

    def keep(own: Session) -> None:
        working_notes.keep_note(
            own, edda, own.get_one(Norm, norm), own.get_one(CompilationItem, entry),
            language="en", text="Half", motive="", version=1, now=way.now,
        )  # fmt: skip

    assert at_once(engine, *[keep] * 5) == [None] * 5
    assert session.scalar(sa.select(sa.func.count()).select_from(WorkingNote)) == 1


def test_a_clause_can_be_worked_on_when_a_change_that_was_merged_into_it_is_hidden(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    """What was chosen for a collision does not go over to another one."""
    base = FIRST.replace("should", "shall")
    said = [
        way.propose(text)
        for text in (base, FIRST.replace("should", "must"), FIRST.replace("AI systems", "AI"))
    ]
    said.append(way.propose(FIRST.replace("AI systems", "robots")))
    address = at_the_bench(way, browser, sign_in, editor)
    numbers = [one.number for one in said]
    chosen = {"choice.0": f"c{numbers[0]}", "choice.1": f"c{numbers[2]}"}
    fields = {"language": "en", "changes": numbers, "settles": ",".join(map(str, numbers))}
    assert browser.post(f"{address}merge/", version="1", **fields, **chosen).status_code == 303
    hide(way, said[0])
    for mode in ("", "?mode=redline"):
        assert browser.get(address + mode).status_code == 200
    browser.get(address)
    assert f'value="{numbers[1]}" checked' in browser.page
    assert f'name="changes" value="{numbers[0]}"' not in browser.page
    assert not TICKED_CHANGE.search(browser.page.partition("<fieldset")[2])
    assert browser.post(f"{address}preview/", version="2", **fields, **chosen).status_code == 200
    assert "1 passage is unresolved" in browser.page
    odd = {"choice.0": "c99"}
    left = {"changes": numbers[2:], "settles": ",".join(map(str, numbers[2:])), "language": "en"}
    assert browser.post(f"{address}preview/", version="2", **left, **odd).status_code == 200
    assert browser.post(f"{address}merge/", version="2", **fields, **chosen).status_code == 422
    assert f"c{numbers[0]} does not propose wording" in browser.page


def test_a_merge_that_came_second_is_shown_without_what_is_hidden(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    said = [way.propose(FIRST.replace("should", word)) for word in ("shall", "must")]
    address = at_the_bench(way, browser, sign_in, editor)
    worked_on(way)
    hide(way, said[0])
    numbers = [one.number for one in said]
    late = browser.post(f"{address}merge/", version="1", language="en", changes=numbers, settles="")
    assert late.status_code == 409
    assert "Save my version over theirs" in browser.page and "<ins>must</ins>" in browser.page


def hide(way: Course, said: Comment) -> None:
    way.session.execute(
        sa.update(Comment).where(Comment.id == said.id).values(visibility=Visibility.WITHDRAWN)
    )
    way.session.commit()
    way.session.expire_all()


def test_a_refused_move_keeps_what_was_typed_and_fills_no_other_form(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    address = at_the_bench(way, browser, sign_in, editor)
    behind = str(way.entry("p2").id)
    moved = {"version": "1", "after": behind, "depth": "7", "label": "9 bis", "motive": "It is the end."}
    assert browser.post(f"{address}move/", **moved).status_code == 422
    own = form(browser.page, "move")
    assert f'value="{behind}" selected' in own and 'value="7"' in own and "9 bis" in own
    assert browser.page.count("It is the end.") == 1 and "It is the end." in own
    assert is_open(browser.page, "Move")


def test_a_refused_deletion_keeps_its_reason_and_fills_no_other_form(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    address = at_the_bench(way, browser, sign_in, editor)
    hidden = "Said\u202eelsewhere."
    assert browser.post(f"{address}delete/", version="1", motive=hidden).status_code == 422
    assert browser.page.count(hidden) == 1 and hidden in form(browser.page, "delete")
    assert is_open(browser.page, "Delete")


def test_numbers_without_end_are_refused_in_words(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    said = way.propose(FIRST.replace("should", "shall"))
    address = at_the_bench(way, browser, sign_in, editor)
    large, other = str(10**30), str(way.entry("p2").id)
    merged = {"language": "en", "changes": str(said.number), "settles": ""}
    parts = {"motive": "Two.", "text.en.0": "One.", "text.en.1": "Two."}
    both = {"motive": "One.", "text.en": "One.", "into": other}
    assert browser.post(f"{address}merge/", version=large, **merged).status_code == 409
    assert browser.post(f"{address}preview/", version=large, **merged).status_code == 200
    assert browser.post(f"{address}split/", version=large, **parts).status_code == 409
    assert browser.post(f"{address}join/", version="1", into_version=large, **both).status_code == 409
    assert browser.post(f"{address}join/", version=large, into_version="1", **both).status_code == 409
    assert browser.post(f"{address}join/", version="1", **(both | {"into": large})).status_code == 404


def test_a_norm_is_worded_in_its_languages_alone(way: Course) -> None:
    way.compile()
    for language in ("zz", "x" * 40):
        with pytest.raises(NotFound):
            way.edit("States do it.", language=language)
        with pytest.raises(NotFound):
            add(way, text="So be it.", language=language)


def test_reasons_and_labels_are_clean_and_have_an_end(way: Course) -> None:
    way.compile()
    entry = way.entry("p1")
    for motive, refusal in (("x" * 5_001, MotiveTooLong), ("Be\u202ecause", UnsafeText)):
        with pytest.raises(refusal):
            way.edit("States do it.", motive=motive)
    way.edit("States do it.", motive=" Cafe\u0301.\r\nIt is so. ")
    assert entry.motive == "Caf\u00e9.\nIt is so."
    for label, refused in (("x" * 41, LabelTooLong), ("1\u202e", UnsafeText)):
        parts = [SplitPart(label, {"en": "One."}), SplitPart("", {"en": "Two."})]
        with pytest.raises(refused):
            restructuring.split(
                way.session, way.editor, way.norm, entry,
                parts=parts, motive="Two.", version=entry.version, now=way.now,
            )  # fmt: skip
        with pytest.raises(refused):
            add(way, text="So be it.", label=label)
    assert add(way, text="So be it.", label=" 9\n bis ").label == "9 bis"


def add(way: Course, **values: object) -> CompilationItem:
    fields = {"after": None, "label": "", "language": "en", "text": "", "motive": "It was missing."}
    return compilation.add(way.session, way.editor, way.norm, **(fields | values), now=way.now)  # type: ignore[arg-type]


def test_of_a_clause_that_is_added_each_word_is_named_after_its_writer(way: Course) -> None:
    said = way.propose("Everybody reports every year.", "p2", ChangeOperation.INSERT_AFTER)
    way.compile()
    whole = add(way, source=said).wordings[0]
    assert whole.runs == [["Everybody reports every year.", ["c1"]]]
    some = add(way, source=said, text="Everybody reports every month.").wordings[0]
    assert some.runs == [
        ["Everybody reports every ", ["c1"]],
        ["month", ["editor"]],
        [".", ["c1"]],
    ]
    own = add(way, source=said, text="其他").wordings[0]
    assert own.runs == [["其他", ["editor"]]]


def test_an_insertion_of_which_no_word_is_taken_is_not_merged(way: Course) -> None:
    said = way.propose("Everybody reports every year.", "p2", ChangeOperation.INSERT_AFTER)
    way.compile()
    draft = way.norm.current_draft_id
    add(way, source=said, text="其他")
    assert queries.merged_numbers(way.session, draft) == set()
    add(way, source=said)
    assert queries.merged_numbers(way.session, draft) == {said.number}


def test_a_proposed_clause_is_added_in_its_own_language(
    session: Session, make: Make, now: dt.datetime
) -> None:
    way = course(session, make, now, {"en": FIRST, "fr": "Les États assurent la sûreté."})
    way.norm.languages = ["en", "fr"]
    said = way.propose("Chacun rend compte.", "p1", ChangeOperation.INSERT_AFTER, language="fr")
    way.compile()
    with pytest.raises(ChangeUnknown):
        add(way, source=said)
    assert add(way, source=said, language="fr").wordings[0].language == "fr"


def test_a_clause_is_added_behind_one_of_the_same_next_draft(way: Course) -> None:
    way.compile()
    earlier = way.entry("p2")
    way.open()
    way.compile()
    with pytest.raises(NotFound):
        add(way, text="So be it.", after=earlier)
    assert add(way, text="So be it.", after=way.entry("p2")).place > way.entry("p2").place


def test_the_form_for_a_clause_sent_twice_adds_one(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    at_the_bench(way, browser, sign_in, editor)
    browser.get(at(way))
    sent = {"form_key": browser.hidden["form_key"], "language": "en", "text": "So be it.", "motive": "Yes."}
    first = browser.post(at(way, "add/"), **sent)
    assert first.status_code == 303
    again = browser.post(at(way, "add/"), **sent)
    assert (again.status_code, again.location) == (303, first.location)
    other = browser.post(at(way, "add/"), **(sent | {"text": "So it is."}))
    assert other.status_code == 409 and "So it is.</textarea>" in browser.page
    assert "This form has already been submitted" in browser.page
    assert browser.hidden["form_key"] != sent["form_key"]
    assert browser.post(at(way, "add/"), **(sent | browser.hidden)).status_code == 303
    refused = browser.post(at(way, "add/"), **(sent | {"form_key": "k", "motive": "", "label": "9 bis"}))
    assert refused.status_code == 422 and "9 bis" in browser.page and "So be it.</textarea>" in browser.page


def test_a_form_sent_twice_in_one_moment_adds_one(way: Course, session: Session, engine: sa.Engine) -> None:
    way.compile()
    norm = way.norm.id
    session.commit()

    def send(own: Session) -> int:
        made = compilation.add(
            own, way.editor, own.get_one(Norm, norm),
            after=None, label="", language="en", text="So be it.", motive="Yes.", form_key="k", now=way.now,
        )  # fmt: skip
        return made.id

    assert len(set(at_once(engine, *[send] * 5))) == 1


def test_a_form_says_no_twice_what_was_undone(way: Course) -> None:
    way.compile()
    made = add(way, text="So be it.", form_key="k")
    assert add(way, text="So be it.", form_key="k") is made
    made.is_there = False
    with pytest.raises(AddedAlready):
        add(way, text="So be it.", form_key="k")


def test_many_changes_are_listed_some_at_a_time_and_what_is_ticked_stays(
    way: Course, browser: Browser, sign_in: SignIn, editor: User
) -> None:
    said = [way.propose(f"{FIRST} {number}") for number in range(52)]
    address = at_the_bench(way, browser, sign_in, editor)
    assert browser.page.count('name="changes"') == 50 and "Later changes" in browser.page
    ticked = {"version": "1", "language": "en", "settles": "", "changes": [said[0].number, said[1].number]}
    browser.post(f"{address}preview/?start=50", **ticked)
    listed = browser.page
    assert listed.count('name="changes"') == 4 and len(TICKED_CHANGE.findall(listed)) == 2
    assert "Earlier changes" in listed and "start=0" in unescape(listed) and "Later changes" not in listed
    every = ticked | {"changes": [one.number for one in said]}
    assert browser.post(f"{address}merge/", **every).status_code == 303
    browser.get(address)
    assert browser.page.count('name="changes"') == 52
