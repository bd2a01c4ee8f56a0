"""Pages kept for visitors: each with the whole question it answers, and tags that survive a proxy."""

import dataclasses
from collections.abc import Callable
from threading import Barrier, Event, Thread
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts import sign_ins
from app.audit import service as audit
from app.authority.actor import SYSTEM
from app.web.site import page_cache
from app.web.site.page_cache import PATIENCE, CachedPage, RenewingCache
from config import Config
from tests.browser import Browser
from tests.conftest import StoppedClock
from tests.factories import Make

PAGES = ["/ru/norms/ai/", "/ru/norms/ai/drafts/1/", "/ru/norms/ai/provisions/p1/"]


@pytest.mark.parametrize("path", PAGES)
def test_nobody_reads_what_another_visitor_asked(
    path: str, client: FlaskClient, session: Session, make: Make
) -> None:
    make.norm("Everybody has a say.", slug="ai")
    session.commit()
    for query in ("xx=POISONED", "beside=POISONED", "after=c1&after=POISONED", "%D1%8F=POISONED", "beside="):
        client.get(f"{path}?{query}")
        assert "POISONED" not in client.get(path).text
    assert "POISONED" not in client.get(f"{path}?beside=en").text


def test_made_up_questions_drive_out_no_page_that_everybody_reads(
    app: Flask, client: FlaskClient, session: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.norm("Everybody has a say.", slug="ai")
    session.commit()
    for name in ("page_cache", "asked_page_cache"):
        monkeypatch.setitem(app.extensions, name, RenewingCache(1))
    asked: list[str] = []
    monkeypatch.setattr(page_cache, "CachedPage", lambda body: asked.append("") or CachedPage(body))
    for address in (PAGES[0], *(f"{PAGES[0]}?at=p{number}7" for number in range(3)), PAGES[0]):
        assert client.get(address).status_code == 200
    assert len(asked) == 4


def test_a_kept_page_answers_a_weakened_tag(client: FlaskClient, session: Session, make: Make) -> None:
    make.norm("Everybody has a say.", slug="ai")
    session.commit()
    tag = client.get(PAGES[0]).headers["ETag"]
    for sent in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        assert client.get(PAGES[0], headers={"If-None-Match": sent}).status_code == 304
    assert client.get(PAGES[0], headers={"If-None-Match": 'W/"other"'}).status_code == 200


class Seconds:
    """The process's clock, which moves only when told."""

    def __init__(self) -> None:
        self.passed = 1000.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    passing = Seconds()
    monkeypatch.setattr(page_cache, "monotonic", passing)
    return passing


def test_a_value_is_compared_with_the_state_when_its_age_has_passed(seconds: Seconds) -> None:
    cache, states, made = RenewingCache[str](), iter(["a", "a", "b"]), iter(["first", "second"])

    def got(age: float) -> str:
        return cache.get("page", lambda: next(states), lambda: next(made), age=age)

    assert [got(3), got(3)] == ["first", "first"], "the state was asked once"
    seconds.passed += 3
    assert got(3) == "first", "compared, and the same"
    seconds.passed += 1
    assert got(0) == "second", "for who has acted it is compared at once"
    assert next(states, None) is None


def test_one_renders_and_the_others_are_served_what_there_is(seconds: Seconds) -> None:
    cache, rendering, go_on = RenewingCache[str](), Event(), Event()
    cache.get("page", lambda: 1, lambda: "old", age=3)
    seconds.passed += 4

    def render() -> str:
        rendering.set()
        assert go_on.wait(20)
        return "new"

    found: list[str] = []
    renderer = Thread(target=lambda: found.append(cache.get("page", lambda: 2, render, age=3)))
    renderer.start()
    assert rendering.wait(20)
    assert cache.get("page", lambda: 2, lambda: "second rendering", age=3) == "old"
    seconds.passed += PATIENCE
    waiting = Thread(target=lambda: found.append(cache.get("page", lambda: 2, lambda: "no", age=3)))
    waiting.start()
    go_on.set()
    for thread in (renderer, waiting):
        thread.join(20)
    assert found == ["new", "new"], "what is too old is waited for, and made once"


def test_a_page_that_is_asked_for_by_many_at_first_is_made_once() -> None:
    cache, together, made = RenewingCache[str](), Barrier(8), []

    def ask() -> None:
        together.wait(20)
        cache.get("page", lambda: 1, lambda: str(made.append(1)), age=3)

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert made == [1]


def test_what_could_not_be_made_is_made_by_the_next(seconds: Seconds) -> None:
    cache = RenewingCache[str]()
    with pytest.raises(ZeroDivisionError):
        cache.get("page", lambda: 1, lambda: str(1 // 0), age=3)
    assert cache.get("page", lambda: 1, lambda: "made", age=3) == "made"


PAGE = "/en/norms/ai/"


class Readers(NamedTuple):
    """A visitor, a delegate and a colleague on a server whose pages may be three seconds old."""

    visitor: FlaskClient
    delegate: Browser
    colleague: Browser
    stakeholder: int

    def comment(self) -> None:
        """The delegate's, in a form that was opened before."""
        sent = {"stakeholder": str(self.stakeholder), "kind": "general", "body": "Why?", "language": "en"}
        assert self.delegate.post(f"{PAGE}comment/", **self.delegate.hidden | sent).status_code == 303


@pytest.fixture
def readers(
    make_app: Callable[[Config], Flask], config: Config, session: Session, make: Make, clock: StoppedClock
) -> Readers:
    norm = make.norm("Everybody has a say.", slug="ai")
    people, entity = [make.user(), make.user()], make.stakeholder(country="KE")
    make.mandate(people[0], entity)
    tokens = [sign_ins.begin(session, user, now=clock()) for user in people]
    audit.record(session, SYSTEM, "norm-imported", f"norm:{norm.id}", norm="ai", now=clock())
    session.commit()
    app = make_app(dataclasses.replace(config, page_seconds=3))

    def browser(token: str) -> Browser:
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return Browser(client)

    return Readers(app.test_client(), *map(browser, tokens), entity.id)


def test_visitors_wait_for_no_act_and_who_acts_sees_it_at_once(
    readers: Readers, clock: StoppedClock, seconds: Seconds
) -> None:
    before = readers.visitor.get(PAGE)
    assert 'Includes every act recorded up to <time datetime="2026-03-02T09:30+00:00">' in before.text
    assert "1 comment" not in readers.delegate.get(PAGE).text
    readers.delegate.get(f"{PAGE}comment/")
    clock.forward(minutes=2)
    readers.comment()
    assert "1 comment" in readers.delegate.get(PAGE).text
    assert readers.visitor.get(PAGE).data == before.data
    seconds.passed += 3
    assert "1 comment" in readers.visitor.get(PAGE).text
    assert readers.visitor.get("/en/norms/none/").status_code == 404


def test_a_proxy_in_front_keeps_visitors_pages_alone(readers: Readers) -> None:
    kept = readers.visitor.get(PAGE)
    assert kept.headers["Cache-Control"] == "max-age=0, must-revalidate, s-maxage=3"
    assert "Cookie" in kept.headers["Vary"]
    assert "Set-Cookie" not in kept.headers
    known = readers.visitor.get(PAGE, headers={"If-None-Match": kept.headers["ETag"]})
    assert known.status_code == 304 and known.headers["Cache-Control"] == kept.headers["Cache-Control"]
    for mine in (readers.delegate.get(PAGE), readers.visitor.get("/en/sign-in/")):
        assert mine.headers["Cache-Control"] == "no-store"


def test_a_page_is_not_made_of_an_older_reading_than_it_says(readers: Readers, seconds: Seconds) -> None:
    readers.visitor.get(PAGE)
    readers.delegate.get(f"{PAGE}comment/")
    seconds.passed += 3.5
    readers.colleague.get(PAGE)  # keeps a reading of the draft from before the act
    readers.comment()
    seconds.passed += 0.5
    assert "1 comment" in readers.visitor.get(PAGE).text


def test_addresses_that_do_not_exist_take_no_room() -> None:
    cache = RenewingCache[str](2)

    def refuse() -> str:
        raise KeyError

    cache.get("page", lambda: 1, lambda: "kept", age=3)
    for number in range(5):
        with pytest.raises(KeyError):
            cache.get(number, lambda: 1, refuse, age=3)
    assert cache.get("page", lambda: 2, lambda: "made twice", age=3) == "kept"


def test_a_refusal_does_not_tell_when_a_closed_norm_was_worked_on(
    client: FlaskClient, session: Session, make: Make
) -> None:
    norm = make.norm("Everybody has a say.", slug="ai", is_public=False)
    audit.record(session, SYSTEM, "norm-imported", f"norm:{norm.id}", norm="ai", now=make.now)
    session.commit()
    refused = client.get("/en/norms/ai/")
    assert refused.status_code == 404
    assert "Includes every act" not in refused.text
