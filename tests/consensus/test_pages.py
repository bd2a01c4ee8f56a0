"""Pages that say what an assessment found of each clause, and how it moved."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.authority.actor import SYSTEM
from app.consensus.queries import series
from app.consensus.series import SeriesPoint, thinned
from app.consensus.service import assess
from app.norms.models import Norm
from app.positions.models import Stance
from app.stakeholders.models import Category
from app.web.parts.charts import trend
from tests.factories import Make
from tests.positions.saying import clause_of, say

MARCH = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)


@pytest.fixture
def norm(session: Session, make: Make, now: dt.datetime) -> Norm:
    """Two clauses; assessed after three governments had spoken, and again after a company objected."""
    norm = make.norm("One.", "Two.", slug="s")
    first = clause_of(session, norm, 1)
    for country in ("KE", "FR", "NP"):
        say(session, norm, first, make.speaker(country=country), Stance.SUPPORT, now=now)
    assess(session, SYSTEM, norm, now=now)
    company = make.speaker(category=Category.COMPANY, country="DE")
    say(session, norm, first, company, Stance.OBJECT, reason="Too vague.", now=now)
    assess(session, SYSTEM, norm, now=now + dt.timedelta(hours=1))
    session.commit()
    return norm


def test_a_clause_says_who_objects_and_who_was_not_heard(norm: Norm, client: FlaskClient) -> None:
    page = client.get("/en/norms/s/consensus/p1/").text
    assert "1 current objection (Company 1)." in page
    assert "Least developed countries: responses: 1 (required: 5); countries: 1 (required: 3)." in page
    assert "more groups is insufficient." in page
    assert "No interval: fewer than five stakeholders are for or against." in page


def test_a_clause_shows_how_it_moved(norm: Norm, client: FlaskClient) -> None:
    page = client.get("/en/norms/s/consensus/p1/").text
    assert '<polyline class="line" points="0.0,0.0 1000.0,' in page
    figures = page[page.index("Assessments and events") :]
    assert figures.count("<tr>") == 3  # the head and two assessments
    assert "There is one assessment so far" not in page


def test_the_page_on_influence_says_what_the_assessment_found(norm: Norm, client: FlaskClient) -> None:
    page = client.get("/en/norms/s/influence/").text
    assert "Counted per stakeholder without weighting, their share would be 8%." in page
    assert "If all objected" in page and ">p1<" not in page
    assert page.count('<circle class="point main"') == 1  # the one clause on which a side was taken


def test_the_page_on_influence_waits_for_an_assessment(
    make: Make, session: Session, client: FlaskClient
) -> None:
    make.norm("One.", slug="new")
    session.commit()
    assert "No assessment has been made yet." in client.get("/en/norms/new/influence/").text


def test_a_clause_nobody_has_assessed_is_not_there(norm: Norm, client: FlaskClient, make: Make) -> None:
    assert client.get("/en/norms/s/consensus/p9/").status_code == 404
    make.norm("One.", slug="new")
    assert client.get("/en/norms/new/consensus/p1/").status_code == 404


def test_the_series_has_a_moment_for_each_assessment(norm: Norm, session: Session) -> None:
    before, after = series(session, norm.id, "p1")
    assert (before.heard, before.share, before.draft) == (3, 1.0, 1)
    assert (after.heard, after.stakeholders) == (4, 4)
    assert after.share is not None and after.share < 1
    assert series(session, norm.id, "p9") == []


def at(hour: int, share: float | None = 0.5, *, official: bool = False) -> SeriesPoint:
    moment = MARCH + dt.timedelta(hours=hour)
    bounds = (None, None) if share is None else (share - 0.1, share + 0.1)
    return SeriesPoint(moment, 1, official, 9, 0.5, share, *bounds, "contested", 9)


def test_a_long_series_keeps_its_ends_and_what_is_official() -> None:
    moments = [at(hour, official=hour == 77) for hour in range(1_000)]
    kept = thinned(moments, 50)
    assert len(kept) in (50, 51)
    assert (kept[0], kept[-1]) == (moments[0], moments[-1])
    assert moments[77] in kept
    assert thinned(moments[:10], 50) == moments[:10]


def test_a_line_is_broken_where_nobody_takes_a_side_and_marked_where_something_happened() -> None:
    moments = [at(0, 0.2), at(5, 0.4), at(6, None), at(10, 0.6)]
    drawn = trend(
        moments,
        [(MARCH + dt.timedelta(hours=5), "Draft 2"), (MARCH, "open"), (MARCH.replace(year=2025), "no")],
    )
    assert drawn.lines == ["0.0,800.0 500.0,600.0", "1000.0,400.0"]
    assert drawn.bands[0] == "0.0,700.0 500.0,500.0 500.0,700.0 0.0,900.0"
    assert drawn.marks == [(500.0, "Draft 2"), (0.0, "open")]
    assert drawn.coverage.count("500.0") == 5
