import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.accounts.models import User
from app.norms.models import Clause, Norm
from tests.browser import Browser
from tests.factories import Make

ADDRESS = "/en/norms/new/"


@pytest.fixture
def editor(make: Make, sign_in: Callable[[User], str], browser: Browser) -> User:
    user = make.user(is_administrator=True)
    sign_in(user)
    browser.get(ADDRESS)
    return user


def send(browser: Browser, *, act: str = "preview", files: Any = (), **texts: str) -> Any:
    data = MultiDict([("csrf_token", browser.token), ("slug", "ai"), ("title", ""), ("act", act)])
    for language, text in texts.items():
        data.add("language", language)
        data.add("form", "markdown")
        data.add("text", text)
        data.add("authentic", language)
    for file in files:
        data.add("file", file)
    response = browser.client.post(ADDRESS, data=data, content_type="multipart/form-data")
    browser.page = response.get_data(as_text=True)
    response.request.environ["wsgi.input"].close()  # the client keeps a large form in a file
    return response


def brought_back(browser: Browser) -> dict[str, str]:
    """The texts the preview carries in its own form."""
    texts = re.findall(r'<textarea hidden name="text"[^>]*>\n(.*?)</textarea>', browser.page, re.S)
    languages = re.findall(r'<input type="hidden" name="language" value="([^"]+)">', browser.page)
    return {code: html.unescape(text) for code, text in zip(languages, texts, strict=True)}


def norms(session: Session) -> int:
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(Norm)) or 0


@pytest.mark.usefixtures("editor")
def test_the_clauses_are_shown_before_anything_is_stored(browser: Browser, session: Session) -> None:
    response = send(browser, en="# AI\n\n1. One <b>\n\n(a) alpha", ar="1. واحد\n\n(أ) ألف")
    assert response.status_code == 200
    assert "Preview: no data have been saved yet" in browser.page
    assert '<td lang="ar" dir="rtl">واحد</td>' in browser.page
    assert "One &lt;b&gt;" in browser.page
    assert norms(session) == 0
    response = send(browser, act="store", **brought_back(browser))
    assert (response.status_code, response.headers["Location"]) == (303, "/en/norms/ai/steps/")
    session.rollback()
    norm = session.scalars(sa.select(Norm)).one()
    assert (norm.titles, norm.authentic_languages) == ({"en": "AI"}, ["en", "ar"])
    assert session.scalars(sa.select(Clause.label).order_by(Clause.place)).all() == ["1", "1(a)"]


@pytest.mark.usefixtures("editor")
def test_a_file_is_read_in_place_of_what_was_typed(browser: Browser, session: Session) -> None:
    response = send(browser, en="typed", files=[(io.BytesIO("1. From a file – é".encode()), "norm.txt")])
    assert response.status_code == 200
    assert brought_back(browser) == {"en": "1. From a file – é"}
    assert norms(session) == 0


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"en": "1. One\n\n2. Two", "fr": "1. Un"}, "They first differ at clause 2"),
        ({"en": ""}, "Paste or select at least one text"),
        ({"en": "1. One\u202e"}, "invisible character"),
        ({"english!": "1. One"}, "is not a language tag"),
    ],
)
def test_a_refusal_shows_why_and_keeps_every_text(
    texts: dict[str, str], words: str, browser: Browser, session: Session
) -> None:
    response = send(browser, act="store", **texts)
    assert response.status_code == 422
    assert words in html.unescape(browser.page)
    for text in texts.values():
        assert f">\n{text}</textarea>" in html.unescape(browser.page).replace("\r\n", "\n")
    assert norms(session) == 0


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"caf\xe9", 422, "Byte 3 (line 1) is not UTF-8"),
        (b"x" * 9_000_000, 413, "limit is 8 MB"),
        (b"word " * 500_000, 413, "limit is 1.8 MB"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(
    data: bytes, status: int, words: str, browser: Browser, session: Session
) -> None:
    response = send(browser, en="", files=[(io.BytesIO(data), "norm.md")])
    assert response.status_code == status
    assert words in browser.page
    assert norms(session) == 0


@pytest.mark.usefixtures("editor")
def test_storing_twice_makes_one_norm(browser: Browser, session: Session) -> None:
    assert send(browser, act="store", en="1. One").status_code == 303
    browser.get(ADDRESS)
    assert send(browser, act="store", en="1. One").status_code == 409
    assert "A norm “ai” already exists." in browser.page
    assert norms(session) == 1
