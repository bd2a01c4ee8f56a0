"""Two people open one form: the second to save learns what the first has saved, and loses nothing."""

import html
import threading
from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import Actor, Role
from app.discussion.models import Decision
from app.norms.queries import clauses
from app.norms.stages import Stage
from app.positions.models import Stance
from app.reading_aids import service as reading_aids
from app.reading_aids.models import AidKind
from app.reading_aids.wording import AidWords
from app.stakeholders.models import Verification
from app.triage import answer_templates
from tests.browser import Browser
from tests.conftest import NOW
from tests.discussion.saying import remark
from tests.factories import Make
from tests.house.laws import ROOT
from tests.positions.saying import say
from tests.versions.things import OTHERWISE, REPLACES_NOTHING, THINGS, Thing

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}

SignIn = Callable[[User], str]
Room = Mapping[str, User]


@pytest.fixture
def room(session: Session, make: Make) -> dict[str, User]:
    """One of each thing, and who may change it."""
    norm = make.norm({"en": "All speak.", "fr": "Tous parlent."}, "All listen.", slug="s")
    coming = make.norm("Not yet.", slug="new-one", stage=Stage.PREPARATION)
    adopted = make.norm({"en": "All.", "fr": "Tous."}, slug="adopted", stage=Stage.ADOPTED)
    called = make.norm("All agree.", slug="called", stage=Stage.CONSENSUS_CALL)
    body = make.stakeholder("Ministry", verification=Verification.SELF_DECLARED, evidence="A letter.")
    people = {name: make.user(name) for name in ("editor", "moderator", "contact")}
    people["administrator"] = make.user("administrator", is_administrator=True)
    for place in (norm, coming, adopted):
        make.seat(people["editor"], Role.EDITOR, place)
    for place in (norm, called):
        make.seat(people["moderator"], Role.MODERATOR, place)
    make.mandate(people["contact"], body)
    actors: dict[str, Actor] = {name: make.actor(user) for name, user in people.items()}
    clause = clauses(session, norm.current_draft_id or 0)[0]
    remark(session, norm, clause, (actors["contact"], body), "As it was said.", now=NOW)
    speaker = (actors["contact"], body)
    say(session, called, clauses(session, called.current_draft_id or 0)[0], speaker, Stance.ACCEPT, now=NOW)
    kept = {
        "title": "Military use",
        "language": "en",
        "decision": Decision.NOTED,
        "reason": "As it was kept.",
    }
    answer_templates.add(session, actors["moderator"], norm, **kept, now=NOW)
    words = AidWords("en", "As it was explained.")
    reading_aids.add(session, actors["editor"], norm, kind=AidKind.NOTE, clause=clause, words=words, now=NOW)
    session.commit()
    return people | {"body": body}


def form_of(thing: Thing, room: Room, browser: Browser, sign_in: SignIn) -> tuple[str, str, dict[str, str]]:
    """Its page, opened by who may change the thing, where it is sent, and what is sent but the words."""
    page, action = (path.format(stakeholder=room["body"].id) for path in (thing.page, thing.action))
    sign_in(room[thing.who])
    browser.get(page)
    return page, action, browser.opened(action) | thing.shared


@pytest.mark.parametrize("thing", THINGS.values(), ids=THINGS)
def test_the_second_to_save_sees_both_and_can_save_on_top(
    thing: Thing, room: Room, browser: Browser, sign_in: SignIn
) -> None:
    page, action, opened = form_of(thing, room, browser, sign_in)
    assert browser.post(action, **opened, **{thing.field: thing.theirs}).status_code == 303

    browser.get(page)
    late = browser.post(action, **opened, **{thing.field: thing.mine})
    assert late.status_code == 409
    shown = html.unescape(browser.page)
    assert thing.theirs in shown and thing.mine in shown and "Save my version over theirs" in shown
    again = browser.opened(action)
    assert again["version"] != opened.get("version")
    assert {name: value for name, value in again.items() if name != "version"} == {
        name: value for name, value in opened.items() if name != "version"
    }

    assert thing.theirs in html.unescape(browser.get(page).text)  # nothing was overwritten
    assert browser.post(action, **again, **{thing.field: thing.mine}).status_code == 303
    browser.get(page)
    assert thing.mine in html.unescape(browser.page)


@pytest.mark.parametrize("thing", THINGS.values(), ids=THINGS)
def test_the_same_sent_twice_is_nobody_elses_version(
    thing: Thing, room: Room, browser: Browser, sign_in: SignIn
) -> None:
    page, action, opened = form_of(thing, room, browser, sign_in)
    for _ in range(2):
        browser.get(page)
        browser.post(action, **opened, **{thing.field: thing.mine})
        assert "Save my version over theirs" not in browser.page
    browser.get(page)
    assert thing.mine in html.unescape(browser.page)


@pytest.mark.parametrize("thing", THINGS.values(), ids=THINGS)
def test_of_two_who_save_in_one_moment_one_sees_both(
    thing: Thing, room: Room, app: Flask, browser: Browser, sign_in: SignIn
) -> None:
    page, action = (path.format(stakeholder=room["body"].id) for path in (thing.page, thing.action))
    cookie = sign_in(room[thing.who])
    browser.get(page)
    opened = browser.opened(action) | thing.shared
    barrier, answers = threading.Barrier(2), []

    def save(words: str) -> None:
        one = Browser(app.test_client())
        with one.client.session_transaction() as kept:
            kept["_user_id"] = cookie
        one.get(page)
        barrier.wait()
        answers.append(one.post(action, **opened, **{thing.field: words}).status_code)

    threads = [threading.Thread(target=save, args=[words]) for words in (thing.theirs, thing.mine)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 409]


def test_every_route_that_writes_is_known_to_overwrite_nothing(app: Flask) -> None:
    writing = {rule.endpoint for rule in app.url_map.iter_rules() if rule.methods and rule.methods & UNSAFE}
    things = {name.split()[0] for name in THINGS}
    known = [*things, *OTHERWISE, *REPLACES_NOTHING]
    assert writing == set(known)
    assert len(known) == len(set(known))


@pytest.mark.parametrize(("path", "refusal"), OTHERWISE.values(), ids=OTHERWISE)
def test_what_is_shown_otherwise_is_shown_by_a_test_that_is_there(path: str, refusal: str) -> None:
    assert refusal in (ROOT / path).read_text()
