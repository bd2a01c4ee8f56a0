"""The pages of a publication: numbered, unchangeable, in every language, with the package beside it."""

import datetime as dt
import hashlib
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.norms.models import ClauseText, Norm
from app.norms.stages import Stage
from app.positions.models import Stance
from app.publication.models import Publication
from app.publication.verifier import verify
from app.web.publications import views as publications
from tests.browser import Browser
from tests.factories import Make
from tests.publication.adopted import INDIVIDUAL, adopted

SignIn = Callable[[User], str]
INDEX = "/en/norms/s/publications/"
PAGE = INDEX + "1/"


@pytest.fixture
def norm(make: Make, browser: Browser, sign_in: SignIn) -> Norm:
    """Published through the page, and looked at by a visitor from here on."""
    norm, publisher = adopted(make)
    sign_in(publisher)
    assert "Sign and publish permanently" in browser.get(INDEX).get_data(as_text=True)
    response = browser.post(INDEX)
    assert (response.status_code, response.location) == (303, PAGE)
    browser.client.delete_cookie("concord")
    return norm


def test_nothing_is_published_before_its_time(browser: Browser, make: Make, session: Session) -> None:
    adopted(make)
    session.commit()
    shown = browser.get(INDEX).get_data(as_text=True)
    assert "No publications yet." in shown
    assert "Sign and publish permanently" not in shown
    assert browser.get(PAGE).status_code == 404
    assert browser.get(PAGE + "package.zip").status_code == 404
    assert browser.get("/en/norms/none/publications/").status_code == 404


def test_a_publication_says_what_was_adopted_and_what_stood_against_it(norm: Norm, browser: Browser) -> None:
    assert f'href="{PAGE}"' in browser.get(INDEX).get_data(as_text=True)
    shown = browser.get(PAGE).get_data(as_text=True)
    for words in (
        "Adopted by consensus",
        "Agreed in the end.",
        "Everybody has a say.",
        "Who is everybody?",
        "=Acme Ltd",
        "5 stakeholders have responded",
        "from 3 countries.",
        "Still to be translated:",
        "Verify it independently",
    ):
        assert words in shown, words
    assert INDIVIDUAL not in shown


def test_each_reader_gets_their_language_else_the_authentic_one(norm: Norm, browser: Browser) -> None:
    french = browser.get(PAGE.replace("/en/", "/fr/")).get_data(as_text=True)
    assert '<p class="clause__text" lang="fr" dir="ltr">Chacun a son mot à dire.' in french
    assert "Adopté à la fin." in french
    assert '<p class="clause__text" lang="en" dir="ltr">States share what they learn.' in french
    arabic = browser.get(PAGE.replace("/en/", "/ar/")).get_data(as_text=True)
    assert '<p class="clause__text" lang="en" dir="ltr">Everybody has a say.' in arabic
    beside = browser.get(PAGE + "?beside=fr").get_data(as_text=True)
    assert beside.index("Everybody has a say.") < beside.index("Chacun a son mot à dire.")
    assert "Chacun a son mot" not in browser.get(PAGE + "?beside=xx").get_data(as_text=True)


def test_the_figures_on_the_page_are_those_of_the_assessment(
    norm: Norm, browser: Browser, session: Session
) -> None:
    publication = session.scalars(sa.select(Publication)).one()
    shown = browser.get(PAGE).get_data(as_text=True)
    table = shown[shown.index("<caption>Agreement on each clause") :]
    for clause in publication.assessment.result["clauses"]:
        row = table[table.index(f'<a href="#{clause["provision"]}">{clause["label"]}</a>') :]
        row = row[: row.index("</tr>")]
        cells = [cell.split(">")[-1] for cell in row.split("</td>")[:-1]]
        assert cells[:4] == [str(clause["counts"][stance.value]) for stance in Stance]
        share = clause["agreement"]["balanced"]["share"]
        assert cells[4] == f"{100 * share:.0f}%"


def test_the_package_is_downloaded_as_it_was_signed(norm: Norm, browser: Browser, session: Session) -> None:
    publication = session.scalars(sa.select(Publication)).one()
    response = browser.client.get(PAGE + "package.zip")
    assert response.headers["Content-Disposition"] == "attachment; filename=s-1.zip"
    assert response.mimetype == "application/zip"
    assert "sha256:" + hashlib.sha256(response.data).hexdigest() == publication.package_digest
    assert verify(response.data).public_key == publication.public_key
    response.close()
    shown = browser.get(PAGE).get_data(as_text=True)
    assert publication.package_digest in shown
    assert f"flask verify s-1.zip --key {publication.public_key}" in shown


def test_a_publication_stays_as_it_was_whatever_happens_later(
    norm: Norm, browser: Browser, session: Session, make: Make
) -> None:
    before = browser.get(PAGE).get_data(as_text=True)
    session.execute(sa.update(ClauseText).values(text="Something else."))
    session.execute(sa.update(Norm).values(titles={"en": "Another title"}, stage=Stage.UNDER_REVIEW))
    session.commit()
    after = browser.get(PAGE).get_data(as_text=True)
    assert "Something else." not in after and "Another title" not in after
    assert "Everybody has a say." in after
    assert before.count("<section") == after.count("<section")


def test_publishing_twice_is_told_and_changes_nothing(
    norm: Norm, browser: Browser, session: Session, make: Make, sign_in: SignIn, now: dt.datetime
) -> None:
    sign_in(session.scalars(sa.select(User).where(User.email == "publisher@example.org")).one())
    assert browser.post(INDEX).status_code == 409
    assert session.scalar(sa.select(sa.func.count(Publication.id))) == 1


def test_of_many_objections_the_first_are_shown_with_the_way_to_all(
    norm: Norm, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publications, "LISTED", 1)
    shown = browser.get(PAGE).get_data(as_text=True)
    assert "Who is everybody?" in shown and "Too few words." not in shown
    assert 'href="/en/norms/s/objections/">Their reasons and the answers' in shown
