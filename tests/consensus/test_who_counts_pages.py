"""Pages, interface and package say who counts, also of assessments made before that was a question."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.authority.actor import SYSTEM
from app.consensus.models import Assessment
from app.consensus.service import assess
from app.lifecycle import queries as lifecycle
from app.lifecycle.presets import PRESETS, WITHOUT_VERIFICATION
from app.norms.models import Norm
from app.norms.rules import Rules
from app.positions import queries as positions
from app.positions import statements
from app.positions.models import ObjectionState, Stance
from app.stakeholders.models import Category, Verification
from tests.browser import Browser
from tests.factories import Make
from tests.positions.saying import clause_of, say
from tests.publication.adopted import adopted
from tests.publication.packages import unpacked

WORDS = "Under its rules, this deliberation does not check identities"
BESIDE = (
    "1 self-declared organisation has responded; it is shown separately and not counted until it is verified."
)
FIGURES = (
    "",
    "consensus/",
    "consensus/p1/",
    "representation/",
    "influence/",
    "objections/",
    "provisions/p1/",
    "drafts/1/",
    "rules/",
    "publications/",
    "publications/1/",
)
#: What an assessment has said since it matters who is verified.
NEW = {"verification"}
NEW_OF_STAKEHOLDERS = {"self_declared"}
NEW_OF_CLAUSES = {"with_self_declared", "standing_objections"}


@pytest.fixture
def norm(make: Make) -> Norm:
    return make.norm("Everybody has a say.", slug="s")


def declared(make: Make, norm: Norm) -> None:
    """A government that nobody has verified objects to the first clause."""
    speaker = make.speaker(country="UG", verification=Verification.SELF_DECLARED)
    clause = clause_of(make.session, norm, 1)
    say(make.session, norm, clause, speaker, Stance.OBJECT, reason="Not this.", now=make.now)


@pytest.fixture
def published(make: Make, browser: Browser, sign_in: Callable[[User], str]) -> Callable[[Rules], Norm]:
    """A norm with these rules and a government nobody has verified, published."""

    def publish(rules: Rules) -> Norm:
        norm, publisher = adopted(make, rules=rules, unverified=["UG"])
        make.session.commit()
        sign_in(publisher)
        assert browser.post("/en/norms/s/publications/").status_code == 303
        browser.client.delete_cookie("concord")
        return norm

    return publish


def test_every_page_with_figures_says_that_nobody_is_verified(
    published: Callable[[Rules], Norm], client: FlaskClient
) -> None:
    published(PRESETS[WITHOUT_VERIFICATION])
    for page in FIGURES:
        answer = client.get(f"/en/norms/s/{page}", follow_redirects=True)
        assert (answer.status_code, WORDS in answer.text) == (200, True), page
    assert client.get("/api/v1/norms/s/assessment").get_json()["verification"] is False
    signed = client.get("/api/v1/norms/s/publications/1").get_json()
    assert signed["summary"]["verification"] is False
    with client.get("/en/norms/s/publications/1/package.zip") as package:
        files = unpacked(package.data)
    for name in ("summary.json", "assessment.json"):
        assert json.loads(files[name])["verification"] is False
    assert (
        "6 stakeholders have responded, from 4 countries." in client.get("/en/norms/s/publications/1/").text
    )


def test_no_page_says_so_where_the_verified_count_and_those_beside_are_named(
    published: Callable[[Rules], Norm], client: FlaskClient
) -> None:
    published(Rules())
    for page in FIGURES:
        answer = client.get(f"/en/norms/s/{page}", follow_redirects=True)
        assert (answer.status_code, WORDS in answer.text) == (200, False), page
    for page in ("", "consensus/", "representation/", "publications/1/"):
        assert BESIDE in client.get(f"/en/norms/s/{page}", follow_redirects=True).text, page
    assert (
        "5 stakeholders have responded, from 3 countries." in client.get("/en/norms/s/publications/1/").text
    )
    assert client.get("/api/v1/norms/s/publications/1").get_json()["summary"]["verification"] is True


def without(keys: set[str], content: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in content.items() if key not in keys}


def test_pages_show_an_assessment_of_an_earlier_method(
    session: Session, make: Make, norm: Norm, client: FlaskClient, now: dt.datetime
) -> None:
    say(session, norm, clause_of(session, norm, 1), make.speaker(country="KE"), Stance.SUPPORT, now=now)
    declared(make, norm)
    made = assess(session, SYSTEM, norm, now=now)
    assert made is not None
    old = without(NEW, made.result) | {
        "method": "2",
        "stakeholders": without(NEW_OF_STAKEHOLDERS, made.result["stakeholders"]),
        "clauses": [
            without(NEW_OF_CLAUSES, one)
            | {"without_self_declared": without({"status"}, one["without_self_declared"])}
            for one in made.result["clauses"]
        ],
    }
    values = {
        column.key: getattr(made, column.key)
        for column in sa.inspect(Assessment).columns
        if column.key not in ("id", "number", "digest", "result")
    }
    session.add(Assessment(number=made.number + 1, digest="sha256:" + "2" * 64, result=old, **values))
    session.commit()
    for page in FIGURES[:-2]:
        answer = client.get(f"/en/norms/s/{page}", follow_redirects=True)
        assert answer.status_code == 200, page
        assert WORDS not in answer.text, page
    assert client.get("/api/v1/norms/s/assessment").get_json()["method"] == "2"


def test_a_government_nobody_verified_is_heard_beside(
    session: Session, make: Make, norm: Norm, client: FlaskClient, now: dt.datetime
) -> None:
    say(session, norm, clause_of(session, norm, 1), make.speaker(country="KE"), Stance.SUPPORT, now=now)
    declared(make, norm)
    found = statements.participation(session, norm.current_draft_id or 0)
    assert (found.stakeholders, found.countries, found.beside) == (1, 1, 1)
    assert statements.people(session, norm.current_draft_id or 0) == [("KE", Category.GOVERNMENT)]
    session.commit()
    answer = client.get(f"/api/v1/norms/{norm.slug}/provisions/p1").get_json()
    assert (answer["positions"]["object"], answer["positions"]["beside"]) == (0, {"object": 1})
    page = client.get(f"/en/norms/{norm.slug}/representation/").text
    assert BESIDE in page and 'title="Uganda: ' not in page


def test_an_objection_nobody_verified_is_answered_and_stands_against_nothing(
    session: Session, make: Make, norm: Norm, client: FlaskClient, now: dt.datetime
) -> None:
    declared(make, norm)
    assess(session, SYSTEM, norm, now=now)
    assert lifecycle.of_objections(session, norm, now=now).open_objections == ("p1",)
    (objection,) = (line.objection for line in positions.ledger(session, norm.id))
    objection.state = ObjectionState.MAINTAINED
    session.flush()
    facts = lifecycle.of_objections(session, norm, now=now)
    assert (facts.open_objections, facts.without_note) == ((), ())
    session.commit()
    page = client.get(f"/en/norms/{norm.slug}/consensus/").text
    assert "There are no current objections." in page and "does not affect any verdict." in page
    objection.stakeholder.verification = Verification.VERIFIED
    session.flush()
    assert lifecycle.of_objections(session, norm, now=now).without_note == ("p1",)
