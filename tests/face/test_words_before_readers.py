"""Readers see words: no inner codes of provisions or values, no dates as machines write them, and no arrows,
which point the wrong way among words from right to left.
"""

import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from app.demo.people import PASSWORD
from app.kernel.labels import CODES, WORDS
from tests.browser import Browser

OF_A_KIND = 6  #: pages of one route that a person opens
UNSEEN = {"script", "style", "code", "pre", "kbd", "template"}  #: the last three are meant for machines
LABELLED = {value: word for (_, value), word in WORDS.items()} | dict(CODES)
CODED = sorted(value for value, word in LABELLED.items() if "-" in value and value != word.lower())
INNER = re.compile(
    r"→|\bp\d+\b|\b\d{4}-\d{2}-\d{2}\b|(?<![\w-])(?:" + "|".join(map(re.escape, CODED)) + r")(?![\w@-])"
)


class Page(HTMLParser):
    """What a page says, and where it leads."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.inside = 0
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside += tag in UNSEEN
        if tag == "a":
            self.links += [value for name, value in attrs if name == "href" and value]

    def handle_endtag(self, tag: str) -> None:
        self.inside -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.words.append(data)


def walk(app: Flask, client: FlaskClient, language: str) -> Iterator[tuple[str, Page]]:
    """Pages of every route that links lead to, some of each, breadth first."""
    routes, opened = app.url_map.bind("localhost"), Counter[str]()
    waiting, known = [f"/{language}/", f"/{language}/my/"], set[str]()
    for address in waiting:  # it grows
        try:
            route, _ = routes.match(urlsplit(address).path)
        except HTTPException:
            continue
        if opened[str(route)] == OF_A_KIND:
            continue
        with client.get(address) as answer:
            if answer.mimetype != "text/html" or answer.status_code != 200:
                continue
            page = Page(answer.get_data(as_text=True))
        opened[str(route)] += 1
        yield address, page
        for link in page.links:
            target = urljoin(address, link).partition("#")[0]
            if target.startswith(f"/{language}/") and target not in known:
                known.add(target)
                waiting.append(target)


@pytest.mark.parametrize(
    ("person", "language"), [(None, "en"), ("contact-point", "ar"), ("moderator", "en"), ("chair", "ar")]
)
def test_no_page_shows_inner_codes(demonstration: Flask, person: str | None, language: str) -> None:
    client = demonstration.test_client()
    if person:
        browser = Browser(client)
        signed = browser.post("/en/sign-in/", email=f"{person}@concord.example", password=PASSWORD)
        assert signed.status_code == 303
    pages = dict(walk(demonstration, client, language))
    assert len(pages) > 50
    shown = [
        (address, sorted(set(found)))
        for address, page in pages.items()
        if (found := INNER.findall("\n".join(page.words)))
    ]
    assert shown == []
