"""Rows 12, 13, 15, 16, 18, 22 and 23: what holds for every route, also for those still to come."""

import itertools
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from app.accounts.models import User
from app.kernel.context import Form
from app.web.accounts.sign_in import onward
from config import Config
from tests.browser import Browser
from tests.factories import Make
from tests.security.corpora import ELSEWHERE, SQL

SignIn = Callable[[User], str]


def addresses(app: Flask, method: str) -> Iterator[tuple[str, str]]:
    """Endpoint and one address of every route with the method."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            values = {name: filler(rule, name) for name in rule.arguments}
            yield rule.endpoint, urls.build(rule.endpoint, values, method=method)


def filler(rule: Rule, name: str) -> str | int:
    if name == "lang":
        return "en"
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "nothing"


@pytest.fixture
def administrator(make: Make, sign_in: SignIn) -> User:
    user = make.user(is_administrator=True)
    sign_in(user)
    return user


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_request_that_is_too_large_is_refused_by_a_page(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    for path in ("/en/sign-in/", "/en/reset/"):
        refused = client.post(path, data=b"email=" + b"x" * 1000, content_type=kind)
        assert refused.status_code == 413 and "<h1" in refused.text


def test_every_act_demands_the_token_of_a_form(app: Flask, client: FlaskClient, administrator: User) -> None:
    statuses = {endpoint: client.post(path).status_code for endpoint, path in addresses(app, "POST")}
    assert len(statuses) > 10
    assert {endpoint for endpoint, status in statuses.items() if status not in (400, 401)} == set()


def test_a_token_of_another_browser_is_refused(app: Flask, administrator: User, browser: Browser) -> None:
    other = Browser(app.test_client())
    other.get("/en/sign-in/")
    browser.page = other.page
    assert browser.post("/en/account/", name="Mallory", language="en").status_code == 400


def kinds_of(form: type[Form]) -> Iterator[type[Form]]:
    for kind in form.__subclasses__():
        yield kind
        yield from kinds_of(kind)


def test_every_form_refuses_fields_it_does_not_know(app: Flask) -> None:
    forms = list(kinds_of(Form))
    assert len(forms) > 10
    assert [form.__name__ for form in forms if form.model_config.get("extra") != "forbid"] == []


@pytest.mark.parametrize("extra", [{"is_administrator": "true"}, {"confirmed_at": "2020-01-01"}])
def test_nobody_makes_themselves_more_than_they_are(
    browser: Browser, session: Session, extra: dict[str, str]
) -> None:
    fields = {"email": "a@example.org", "name": "A", "password": "four words of mine"}
    assert browser.post("/en/sign-up/", **fields, **extra).status_code == 422
    assert session.scalar(sa.select(sa.func.count(User.id))) == 0


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_sent_elsewhere(address: str) -> None:
    assert onward(address) == "/"


@pytest.mark.parametrize("address", ["/", "/en/norms/x/#c3", "/ar/norms/x/?page=2", "/fr/?q=a%20b"])
def test_a_path_of_this_site_is_kept(address: str) -> None:
    assert onward(address) == address


@pytest.mark.parametrize("address", ELSEWHERE)
def test_the_sign_in_page_sends_nobody_elsewhere(client: FlaskClient, address: str) -> None:
    page = client.get("/en/sign-in/", query_string={"next": address}).get_data(as_text=True)
    assert 'name="next" value="/"' in page


QUESTIONS = ("q", "category", "after", "norm", "show", "state", "stakeholder", "in", "beside", "number")
NAMES_OF_THE_ROUTER = ("_external", "_scheme", "_anchor", "_method", "endpoint", "lang", "slug")


def test_no_question_breaks_a_page(app: Flask, browser: Browser, administrator: User) -> None:
    broken = []
    for (endpoint, path), hostile in itertools.product(addresses(app, "GET"), SQL):
        if endpoint == "health.ready":  # answers 503 here: the tests' database has no migrations
            continue
        query = dict.fromkeys(QUESTIONS, hostile.encode("utf-8", "replace"))
        if browser.get(path, query_string=query).status_code not in (200, 301, 302, 303, 400, 404, 422):
            broken.append((endpoint, hostile))
    assert broken == []


@pytest.mark.parametrize("name", NAMES_OF_THE_ROUTER)
def test_no_question_leads_a_page_to_another_host(browser: Browser, name: str) -> None:
    for path in ("/en/norms/", "/en/stakeholders/"):
        shown = browser.get(
            path, query_string={name: "javascript", "_scheme": "javascript", "_external": "1"}
        )
        assert shown.status_code == 200 and "javascript:" not in shown.text


def test_no_number_and_no_sign_in_an_address_breaks_a_page(browser: Browser) -> None:
    assert browser.get("/en/stakeholders/" + "9" * 40 + "/").status_code == 404
    assert browser.get("/en/norms/%00/").status_code == 400
    assert browser.get("/en/norms/' OR '1'='1/").status_code == 404


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def lacks(response) -> list[str]:
    policy = response.headers.get("Content-Security-Policy", "")
    missing = [name for name, value in HEADERS.items() if response.headers.get(name) != value]
    parts = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")
    missing += [part for part in parts if part not in policy]
    return missing + (["unsafe"] if "unsafe" in policy else [])


def test_every_answer_carries_the_headers(app: Flask, client: FlaskClient, administrator: User) -> None:
    answers = {endpoint: client.get(path) for endpoint, path in addresses(app, "GET")}
    answers["missing"] = client.get("/nothing/here")
    answers["not allowed"] = client.delete("/en/sign-in/")
    answers["without token"] = client.post("/en/sign-in/")
    assert [answers[name].status_code for name in ("missing", "not allowed", "without token")] == [
        404,
        405,
        400,
    ]
    assert {name: lacks(answer) for name, answer in answers.items() if lacks(answer)} == {}


def test_a_failure_carries_the_headers_and_tells_nothing(
    make_app: Callable[[Config], Flask], config: Config
) -> None:
    def fail() -> str:
        raise RuntimeError("the secret of the house")

    app = make_app(config)
    app.add_url_rule("/fail/", "fail", fail)
    app.testing = False
    answer = app.test_client().get("/fail/")
    assert answer.status_code == 500 and lacks(answer) == []
    assert "secret of the house" not in answer.text and "Traceback" not in answer.text


def test_personal_pages_are_stored_nowhere(app: Flask, client: FlaskClient, administrator: User) -> None:
    kept = {}
    for endpoint, path in addresses(app, "GET"):
        answer = client.get(path)
        if answer.mimetype == "text/html" and answer.headers.get("Cache-Control") != "no-store":
            kept[endpoint] = answer.headers.get("Cache-Control")
    assert kept == {}


def test_no_address_of_a_page_names_a_person(app: Flask) -> None:
    named = {"email", "password", "name_of_person"}
    assert [rule.rule for rule in app.url_map.iter_rules() if rule.arguments & named] == []
