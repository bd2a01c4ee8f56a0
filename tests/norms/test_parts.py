"""A long draft is read in parts; a short one is on one page."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.norms.models import ClauseKind, Norm
from app.norms.parts import MOST, OutlineLine, divided
from app.norms.queries import outline
from tests.browser import Browser
from tests.factories import Make
from tests.positions.saying import clause_of

DRAFT = "/en/norms/long/"
CLAUSES = 60


def lines(*letters: int, headings: tuple[int, ...] = ()) -> list[OutlineLine]:
    return [OutlineLine(n, f"p{n}", str(n), n in headings, each) for n, each in enumerate(letters, 1)]


@pytest.fixture
def norm(make: Make) -> Norm:
    texts = ({"en": f"Sentence {n}.", "fr": f"Phrase {n}."} for n in range(1, CLAUSES + 1))
    return make.norm(*texts, slug="long", languages=("en", "fr"))


def shown(page: str) -> set[int]:
    """The places of the clauses whose words are on a page."""
    return {n for n in range(1, CLAUSES + 1) if f">Sentence {n}.</p>" in page}


@pytest.mark.parametrize("letters", [(), (100,), (100,) * 200, (50_000,) * 3, (9_000, 10) * 40])
def test_every_clause_is_in_one_part_and_no_part_is_heavier_by_more_than_a_clause(
    letters: tuple[int, ...],
) -> None:
    found, given = divided(lines(*letters)), lines(*letters)
    assert [line for part in found for line in part.lines] == given
    for part in found:
        assert sum(line.weight for line in part.lines[:-1]) <= MOST


def test_a_heading_begins_the_part_of_what_it_heads() -> None:
    for place in range(2, 60):
        parts = divided(lines(*[100] * 60, headings=(place, place + 1)))
        assert all(not part.last.is_heading or part.last.place == 60 for part in parts)


def test_an_outline_measures_the_longest_text(session: Session, make: Make) -> None:
    norm = make.norm({"en": "Short.", "fr": "Plus long."}, languages=("en", "fr"))
    clause_of(session, norm, 1).kind = ClauseKind.HEADING
    assert outline(session, norm.current_draft_id or 0) == [
        OutlineLine(1, "p1", "1", True, len("Plus long."))
    ]


def test_the_parts_lead_to_each_other_and_leave_nothing_out(
    norm: Norm, browser: Browser, session: Session
) -> None:
    session.commit()
    browser.get(DRAFT)
    seen = shown(browser.page)
    assert 1 in seen and CLAUSES not in seen
    while "Later clauses" in browser.page:
        later = browser.page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].split("#")[0]
        browser.get(f"{DRAFT}{later}")
        now = shown(browser.page)
        assert not seen & now and "Earlier clauses" in browser.page
        seen |= now
    assert seen == set(range(1, CLAUSES + 1))


def test_an_address_finds_the_part_with_a_clause_or_gives_all(
    norm: Norm, client: FlaskClient, session: Session
) -> None:
    session.commit()
    assert CLAUSES in shown(client.get(f"{DRAFT}?at=p{CLAUSES}").text)
    assert shown(client.get(f"{DRAFT}?at=-").text) == set(range(1, CLAUSES + 1))
    assert 1 in shown(client.get(f"{DRAFT}?at=p999").text)
    beside = client.get(f"{DRAFT}?at=p{CLAUSES}&beside=fr").text
    assert f"Phrase {CLAUSES}." in beside and "beside=fr#p1" in beside


def test_a_position_is_told_in_the_part_with_its_clause(
    norm: Norm, make: Make, browser: Browser, sign_in: Callable[[User], str]
) -> None:
    user = make.user()
    make.mandate(user, make.stakeholder("Peru", country="PE"))
    sign_in(user)
    browser.get(f"{DRAFT}provisions/p{CLAUSES}/position/")
    kept = {name: browser.hidden[name] for name in ("stakeholder", "read_language", "seen")}
    form = f"{DRAFT}provisions/p{CLAUSES}/position/"
    sent = browser.post(form, **kept, stance="support", language="en")
    browser.get(sent.location)
    assert "Position recorded for" in browser.page and CLAUSES in shown(browser.page)
    assert "Your position: Support." in browser.page
