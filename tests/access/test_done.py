"""Every act that is taken leads to a page that says what was done, what follows, and where to go on."""

from html.parser import HTMLParser

import pytest
from flask import url_for

from app.reference.languages import INTERFACE_LANGUAGES
from tests.access import PEOPLE, Row
from tests.access.test_matrix import ROWS
from tests.access.world import World

#: Words that say of no act which it was.
BARE = frozenset(
    f"{word}."
    for word in (
        "Saved",
        "Removed",
        "Submitted",
        "Changed",
        "Discarded",
        "Hidden",
        "Revoked",
        "Withdrawn",
        "Confirmed",
        "Proposed",
        "Declined",
        "Registered",
        "Done",
        "Sent",
        "Deleted",
        "Recorded",
        "Updated",
    )
)

#: They lead to a page that is itself the message, or begin something.
OTHERWISE = {
    "accounts.register": "the page says what to expect in the mailbox, whether or not there is an account",
    "accounts.request_reset": "the same page",
    "internal_drafts.claim": "the form to edit opens; the next act is the one that is told",
    "lifecycle.take_step": "the page of the step tells how far it is and what came of it",
    "publications.issue": "the same page",
}


class Said(HTMLParser):
    """The message of a page: its first sentence, the rest, its link, and what it stands in."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.parts: list[str] = []
        self.link = self.link_words = ""
        self.times = 0
        self.given: dict[str, str | None] = {}
        self.around: list[str] = []
        self.feed(page)

    @property
    def what(self) -> str:
        return " ".join(self.parts[0].split()) if self.parts else ""

    @property
    def follows(self) -> str:
        return " ".join(self.parts[1].split()) if len(self.parts) > 1 else ""

    def is_inside(self) -> bool:
        return any(number == "done" for _, number in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id") == "done":
            self.times, self.given = self.times + 1, given
            self.around = [number for _, number in self.open if number]
        if self.is_inside() and tag == "p":
            self.parts.append("")
        if self.is_inside() and tag == "a":
            self.link = given.get("href") or ""
        if tag in ("div", "section", "main", "p", "a", "span", "li"):
            self.open.append((tag, given.get("class") if given.get("class") == "unseen" else given.get("id")))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        if not self.is_inside() or ("span", "unseen") in self.open:
            return
        if any(tag == "a" for tag, _ in self.open):
            self.link_words += data
        elif self.parts:
            self.parts[-1] += data


def whose(row: Row) -> str | None:
    return next((one for one in PEOPLE if row.expected(one) == 303), None)


def taken() -> list[str]:
    return sorted(name for name, row in ROWS.items() if whose(row) and name not in OTHERWISE)


def next_page(world: World, endpoint: str, language: str) -> tuple[str, str]:
    """Where an act of the person whose it is leads to, and that page."""
    row, client = ROWS[endpoint], world.app.test_client()
    world.lay(row.stage)
    with client.session_transaction() as cookie:
        cookie["_user_id"] = world.tokens.get(whose(row) or "", "")
    filled = {name: world.named(value) for name, value in row.args.items()}
    with world.app.test_request_context("/en/"):
        address = url_for(endpoint, **{**filled, "lang": language})
    sent = client.post(address, data={name: world.named(value) for name, value in row.form.items()})
    assert sent.status_code == 303
    return sent.location, client.get(sent.location).text


def test_whatever_is_not_told_is_an_act_of_the_site() -> None:
    assert OTHERWISE.keys() <= ROWS.keys()


@pytest.mark.parametrize("endpoint", taken())
def test_the_next_page_says_what_was_done(endpoint: str, world: World) -> None:
    location, page = next_page(world, endpoint, "en")
    said = Said(page)
    assert said.times == 1, "the page has no message, or more than one"
    assert said.what.split(" ")[0] not in BARE and len(said.what.split()) >= 3, said.what
    assert said.what.endswith(".")
    assert len(said.follows.split()) >= 3 and said.follows.endswith("."), said.follows
    assert said.link.startswith("/") and said.link_words.strip()
    assert said.given["role"] == "status" and said.given["tabindex"] == "-1"
    assert location.endswith("#done") != ("autofocus" in said.given), "it has the focus in one way"
    if location.endswith("#done"):
        assert len(said.around) > 1, "it stands in a part of the page"


@pytest.mark.parametrize("endpoint", taken())
def test_it_is_said_in_the_language_of_the_page(endpoint: str, world: World) -> None:
    said = {one: Said(next_page(world, endpoint, one)[1]) for one in INTERFACE_LANGUAGES}
    for words in ("what", "follows", "link_words"):
        assert len({getattr(one, words) for one in said.values()}) == len(INTERFACE_LANGUAGES), words
