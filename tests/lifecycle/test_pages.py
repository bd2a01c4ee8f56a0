import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.authority.actor import Role
from app.kernel.step_jobs import ANYWHERE_ON_EARTH, DateUnclear, end_of_day
from app.norms.models import Clause, ClauseText, RulesOfProcedure
from app.norms.stages import Stage
from tests.browser import Browser
from tests.factories import Make
from tests.lifecycle.conftest import Seat


def test_everybody_reads_the_frozen_rules_and_their_digest(
    make: Make, session: Session, browser: Browser
) -> None:
    norm = make.norm(slug="ai")
    session.commit()
    digest = session.scalars(sa.select(RulesOfProcedure.digest)).one()
    assert digest is not None
    assert browser.get("/en/norms/ai/rules/").status_code == 200
    assert digest in browser.page
    assert 'name="minimum_days"' not in browser.page
    assert norm.slug in browser.page


def test_an_editor_changes_the_rules_in_preparation(
    make: Make, session: Session, browser: Browser, seat: Seat
) -> None:
    seat(Role.EDITOR, make.norm(slug="ai", stage=Stage.PREPARATION))
    browser.get("/en/norms/ai/rules/")
    fields = {"version": "1", "minimum_days": "21", "screening": "held", "measurement": "{}"}
    assert browser.post("/en/norms/ai/rules/", **fields).status_code == 303
    session.rollback()
    assert session.scalars(sa.select(RulesOfProcedure)).one().content["minimum_days"] == 21
    browser.get("/en/norms/ai/rules/")
    assert browser.post("/en/norms/ai/rules/", **fields | {"minimum_days": "28"}).status_code == 409


def test_rules_that_cannot_be_read_come_back_as_they_were_typed(
    make: Make, browser: Browser, seat: Seat
) -> None:
    seat(Role.EDITOR, make.norm(slug="ai", stage=Stage.PREPARATION))
    browser.get("/en/norms/ai/rules/")
    fields = {"version": "1", "minimum_days": "21", "screening": "held", "measurement": "{oops"}
    assert browser.post("/en/norms/ai/rules/", **fields).status_code == 422
    assert "{oops</textarea>" in browser.page
    assert "The rules cannot be read" in browser.page
    assert 'value="21"' in browser.page


def test_the_page_of_stages_says_what_is_missing(make: Make, session: Session, browser: Browser) -> None:
    make.norm(slug="ai", stage=Stage.PREPARATION, languages=("en", "fr"))
    session.commit()
    assert browser.get("/en/norms/ai/steps/").status_code == 200
    assert "1 clause has no authentic text in Français: 1." in browser.page
    assert "Give the closing date of the round." in browser.page
    assert "<button" not in browser.page.split("<main")[1]


def test_the_chair_opens_the_consultation_until_the_day_ends_anywhere(
    make: Make, session: Session, browser: Browser, seat: Seat
) -> None:
    norm = make.norm(slug="ai", stage=Stage.PREPARATION)
    seat(Role.CHAIR, norm)
    browser.get("/en/norms/ai/steps/")
    typed = {"to": "consultation", "closes_on": "2026-03-05", "zone": ANYWHERE_ON_EARTH}
    answer = browser.post("/en/norms/ai/steps/", **typed)
    assert answer.status_code == 422
    assert "The round must stay open for at least 14 days." in browser.page
    assert 'value="2026-03-05"' in browser.page
    answer = browser.post("/en/norms/ai/steps/", **typed | {"closes_on": "2026-03-31"})
    assert answer.status_code == 303
    session.rollback()
    session.refresh(norm)
    assert norm.closes_at == dt.datetime(2026, 4, 1, 11, 59, tzinfo=dt.UTC)
    assert (norm.stage, norm.time_zone) == (Stage.CONSULTATION, ANYWHERE_ON_EARTH)
    browser.get("/en/norms/ai/steps/")
    assert "Closing time zone: “Anywhere on Earth” (UTC−12)." in browser.page


def test_a_step_sent_twice_is_taken_once(make: Make, browser: Browser, seat: Seat) -> None:
    seat(Role.CHAIR, make.norm(slug="ai", stage=Stage.PREPARATION))
    browser.get("/en/norms/ai/steps/")
    token = browser.token
    typed = {"to": "consultation", "closes_on": "2026-03-31", "zone": "UTC", "csrf_token": token}
    assert browser.client.post("/en/norms/ai/steps/", data=typed).status_code == 303
    assert browser.client.post("/en/norms/ai/steps/", data=typed).status_code == 409


def test_a_norm_is_not_published_from_the_page_of_stages(make: Make, browser: Browser, seat: Seat) -> None:
    norm = make.norm(slug="ai", stage=Stage.ADOPTED)
    seat(Role.CHAIR, norm)
    browser.get("/en/norms/ai/rules/")
    assert browser.post("/en/norms/ai/steps/", to="published").status_code == 404


@pytest.mark.parametrize(
    ("day", "zone"), [("soon", "UTC"), ("9999-12-31", "UTC"), ("2026-01-01", "Europe/Nowhere")]
)
def test_what_is_no_day_is_refused(day: str, zone: str) -> None:
    with pytest.raises(DateUnclear):
        end_of_day(day, zone)


def test_the_chair_states_the_determination_and_everybody_reads_it(
    make: Make, session: Session, browser: Browser, seat: Seat
) -> None:
    norm = make.norm(slug="ai", stage=Stage.CONSENSUS_CALL, closes_at=make.now)
    seat(Role.CHAIR, norm)
    page = "/en/norms/ai/determination/"
    browser.get(page)
    fields = {
        "outcome": "adopted-with-reservations",
        "language": "en",
        "text": "We agreed.",
        "reason": "All did.",
    }
    assert browser.post(page, **fields).status_code == 422
    assert "We agreed.</textarea>" in browser.page
    fields["outcome"] = "adopted-by-consensus"
    assert browser.post(page, **fields).status_code == 200
    assert "This cannot be changed later." in browser.page
    assert browser.post(page, **fields, seen=browser.hidden["seen"]).status_code == 303
    browser.client.delete_cookie("concord")
    browser.get("/fr/norms/ai/determination/")
    assert 'lang="en" dir="ltr">We agreed.' in browser.page


def test_a_translator_writes_a_clause_in_another_language(
    make: Make, session: Session, browser: Browser, seat: Seat
) -> None:
    norm = make.norm("Everybody has a say.", slug="ai")
    norm.languages = ["en", "ar"]
    seat(Role.TRANSLATOR, norm)
    browser.get("/en/norms/ai/translations/")
    address = "/en/norms/ai/provisions/p1/translation/ar/"
    assert address in browser.page
    browser.get(address)
    assert "Everybody has a say." in browser.page
    opened = {"status": "draft", **browser.opened(address)}
    assert browser.post(address, text="كل له رأي\u202e", **opened).status_code == 422
    assert "كل له رأي" in browser.page
    assert browser.post(address, text="كل له رأي", **opened).status_code == 303
    session.rollback()
    assert session.scalars(sa.select(ClauseText.text).where(ClauseText.language == "ar")).one() == "كل له رأي"
    seat(Role.TRANSLATOR, norm)
    browser.get(address)
    verifies = f"{address}verification/"
    assert browser.post(verifies, **browser.opened(verifies)).status_code == 303
    browser.get("/en/norms/ai/translations/")
    assert address not in browser.page
    assert browser.get("/en/norms/ai/provisions/p1/translation/en/").status_code == 404


def test_each_label_of_a_list_keeps_its_order_among_words_from_right_to_left(
    make: Make, session: Session, browser: Browser
) -> None:
    make.norm("One.", "Two.", slug="ai", stage=Stage.PREPARATION, languages=("en", "fr"))
    session.execute(sa.update(Clause).values(label="3(a)"))
    session.commit()
    assert "\u20683(a)\u2069، \u20683(a)\u2069" in browser.get("/ar/norms/ai/steps/").text
    assert "3(a), 3(a)" in browser.get("/en/norms/ai/steps/").text
