"""The public pages of the record."""

import re

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.audit.service import record
from app.authority.actor import SYSTEM
from app.foundation.database import unit_of_work
from app.web.record.views import PAGE
from tests.conftest import NOW
from tests.factories import Make

SUBJECTS = re.compile(r"<code>(t\d+)</code>")


def test_older_entries_follow_by_a_link_and_none_is_shown_twice(
    client: FlaskClient, session: Session
) -> None:
    with unit_of_work(session):
        for number in range(1, PAGE + 4):
            record(session, SYSTEM, "tried", f"t{number}", now=NOW)
    first = client.get("/en/record/").get_data(as_text=True)
    assert SUBJECTS.findall(first) == [f"t{number}" for number in range(PAGE + 3, 3, -1)]
    assert 'href="?before=4"' in first
    second = client.get("/en/record/?before=4").get_data(as_text=True)
    assert SUBJECTS.findall(second) == ["t3", "t2", "t1"]
    assert 'rel="next"' not in second


def test_a_place_that_is_no_number_shows_the_newest(client: FlaskClient, session: Session) -> None:
    with unit_of_work(session):
        record(session, SYSTEM, "tried", "t1", now=NOW)
    for before in ("", "x", "-1", "0", "9" * 30, "-" + "9" * 30):
        assert client.get(f"/en/record/?before={before}").status_code == 200


def test_a_norm_shows_its_own_entries(client: FlaskClient, session: Session, make: Make) -> None:
    make.norm(slug="ours")
    make.norm(slug="other")
    session.commit()
    with unit_of_work(session):
        record(session, SYSTEM, "tried", "t1", norm="ours", now=NOW)
        record(session, SYSTEM, "tried", "t2", norm="other", now=NOW)
        record(session, SYSTEM, "tried", "t3", now=NOW)
    assert SUBJECTS.findall(client.get("/en/norms/ours/record/").get_data(as_text=True)) == ["t1"]
    assert client.get("/en/norms/none/record/").status_code == 404


def test_a_closed_norm_has_no_public_record(client: FlaskClient, session: Session, make: Make) -> None:
    make.norm(slug="quiet", is_public=False)
    session.commit()
    assert client.get("/en/norms/quiet/record/").status_code == 404


def test_no_page_of_the_record_names_a_person(client: FlaskClient, session: Session, make: Make) -> None:
    user = make.user("Wanjiru Kamau", email="wanjiru@example.org")
    actor = make.actor(user)
    session.commit()
    with unit_of_work(session):
        record(session, actor, "tried", "t1", now=NOW)
    shown = client.get("/en/record/").get_data(as_text=True)
    assert user.pseudonym in shown
    assert "Wanjiru" not in shown and "wanjiru@example.org" not in shown


def test_the_record_does_not_name_a_closed_norm(client: FlaskClient, session: Session, make: Make) -> None:
    make.norm(slug="still-secret", is_public=False)
    record(session, SYSTEM, "norm-created", "still-secret", norm="still-secret", now=make.now)
    session.commit()
    page = client.get("/en/record/").get_data(as_text=True)
    assert "still-secret" not in page
    assert "a closed norm" in page
