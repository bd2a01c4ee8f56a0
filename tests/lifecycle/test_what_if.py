"""The page where rules are tried before they are frozen."""

import datetime as dt
import re
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.authority.actor import Role
from app.consensus.assessing import assess
from app.consensus.input_queries import gather
from app.consensus.simulation import SCENES, simulated
from app.kernel.labels import word
from app.norms.models import Norm, RulesOfProcedure
from app.norms.rules import Rules
from app.norms.stages import Stage
from app.positions.models import Stance
from app.reference.countries import shipped
from app.representation.cells import blocs_of
from app.representation.rules import CATEGORIES, MeasurementRules, MeasurementUnclear
from app.representation.service import in_force
from app.web.lifecycle import rules_form
from tests.browser import Browser
from tests.factories import Make
from tests.lifecycle.conftest import Seat
from tests.positions.saying import clause_of, say

PAGE = "/en/norms/ai/what-if/"
MARGINS = {
    "margin_development_ldc": "0.4",
    "margin_development_other-developing": "0,4",
    "margin_development_developed": "1/5",
}
DISTANT = {
    "data": "imagined:mostly-developed",
    "schemes": ["balanced", "per_country"],
    "consensus_low": "0.9",
    "rough_bloc": "2/5",
    "gate_region": "",
    "gate_development": "2",
    "bound_verified": "3.5",
    "population": "5000",
    **MARGINS,
}
TRIED = {
    "schemes": ["per_country", "balanced", "raked"],
    "consensus_low": 0.9,
    "rough_bloc": 0.4,
    "gates": {"development": 2, "category": 3},
    "bound_verified": 3.5,
    "population": 5000,
    "margins": {"development": {"ldc": 0.4, "other-developing": 0.4, "developed": 0.2}},
}


def at(**fields: Any) -> str:
    return f"{PAGE}?{urlencode(fields, doseq=True)}"


def table(page: str, caption: str) -> list[list[str]]:
    """The body of the table with this caption, as plain words."""
    found = re.search(rf"<caption>{caption}</caption>.*?</table>", page, re.S)
    assert found is not None
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.S)
        ]
        for row in re.findall(r"<tr>.*?</tr>", found[0].partition("<tbody>")[2], re.S)
    ]


def rules_kept(session: Session) -> RulesOfProcedure:
    session.rollback()
    return session.scalars(sa.select(RulesOfProcedure)).one()


def test_the_chair_sees_what_the_present_rules_would_do(make: Make, browser: Browser, seat: Seat) -> None:
    seat(Role.CHAIR, make.norm(slug="ai", stage=Stage.PREPARATION))
    assert browser.get(PAGE).status_code == 200
    rows = table(browser.page, "Clause by clause")
    assert len(rows) == 12
    assert {row[4] for row in rows} == {"the same"}
    assert "Simulated: 1205 fictitious stakeholders." in browser.page
    assert "Adopt these rules" not in browser.page
    counts = table(browser.page, "Number of clauses by status")
    assert sum(int(row[1]) for row in counts) == 12
    assert [row[1] for row in counts] == [row[2] for row in counts]
    assert browser.get("/en/norms/ai/rules/").status_code == 200
    assert PAGE in browser.page


@pytest.mark.parametrize("scene", ["few-come", "crowd"])  # the verb is tried with each
def test_changed_thresholds_change_a_status_as_an_assessment_says(
    scene: str, make: Make, app: Flask, browser: Browser, seat: Seat
) -> None:
    seat(Role.EDITOR, make.norm(slug="ai", stage=Stage.PREPARATION))
    browser.get(at(**DISTANT | {"data": f"imagined:{scene}"}))
    data = simulated(scene, shipped())
    before = assess(MeasurementRules(), data, rules_digest="")["clauses"]
    whole = assess(MeasurementRules.read(TRIED), data, rules_digest="")
    after = whole["clauses"]
    with app.test_request_context("/en/"):
        expected = [
            [
                word(was["status"]),
                word(then["status"]),
                "the same" if was["status"] == then["status"] else "changed",
                word(then["robustness"]),
            ]
            for was, then in zip(before, after, strict=True)
        ]
    assert [row[2:] for row in table(browser.page, "Clause by clause")] == expected
    unreached = sum(len(one["unreached"]) for one in whole["schemes"].values())
    assert len(table(browser.page, "Targets that the weightings did not reach")) == unreached > 0


def test_a_chair_may_move_a_clause_over_a_threshold(make: Make, browser: Browser, seat: Seat) -> None:
    seat(Role.CHAIR, make.norm(slug="ai", stage=Stage.PREPARATION))
    browser.get(at(data="imagined:everybody-comes", consensus_low="0.999", rough_low="0.999"))
    rows = table(browser.page, "Clause by clause")
    assert rows[0][2:5] == ["Consensus", "Contested", "changed"]
    assert rows[8][2:5] == ["Not supported", "Not supported", "the same"]


def test_the_form_keeps_what_was_typed(make: Make, browser: Browser, seat: Seat) -> None:
    seat(Role.CHAIR, make.norm(slug="ai", stage=Stage.PREPARATION))
    browser.get(at(**DISTANT))
    assert '<option value="imagined:mostly-developed" selected>' in browser.page
    for name in ("consensus_low", "rough_bloc", "gate_development", *MARGINS):
        assert re.search(rf'name="{name}" value="{DISTANT[name]}"', browser.page), name
    assert 'value="per_country" checked' in browser.page
    assert 'value="regional" checked' not in browser.page


def test_rules_that_are_taken_over_are_those_that_were_tried(
    make: Make, session: Session, browser: Browser, seat: Seat
) -> None:
    rules = Rules(minimum_days=21, measurement={"categories": ["government", "igo"], "accept_counts": 0.5})
    seat(Role.CHAIR, make.norm(slug="ai", stage=Stage.PREPARATION, rules=rules))
    browser.get(at(**DISTANT))
    answer = browser.post(at(**DISTANT), version=browser.hidden["version"])
    assert (answer.status_code, answer.location) == (303, "/en/norms/ai/rules/")
    row = rules_kept(session)
    wanted = MeasurementRules.read(TRIED | dict(rules.measurement))
    assert row.content == {
        "minimum_days": 21,
        "review_days": 14,
        "screening": "at-once",
        "shows_work": False,
        "shows_unendorsed": False,
        "measurement": wanted.content(),
    }
    assert row.version == 2
    browser.get(at(**DISTANT))
    assert "own rules.</p>" in browser.page
    assert "Adopt these rules" not in browser.page


def test_who_has_not_seen_the_latest_rules_does_not_replace_them(
    make: Make, session: Session, browser: Browser, seat: Seat
) -> None:
    seat(Role.CHAIR, make.norm(slug="ai", stage=Stage.PREPARATION))
    browser.get(at(**DISTANT))
    assert browser.post(at(**DISTANT), version="1").status_code == 303
    other = DISTANT | {"consensus_low": "0.8"}
    browser.get("/en/sign-in/")
    browser.get(at(**other))
    assert browser.post(at(**other), version="1").status_code == 409
    assert "Another person has saved changes since you opened the form." in browser.page
    assert "consensus_low" in browser.page and "0.8" in browser.page
    assert rules_kept(session).content["measurement"]["consensus_low"] == 0.9
    assert browser.post(at(**other), version=browser.hidden["version"]).status_code == 303


def test_after_freezing_the_page_only_shows(
    make: Make, session: Session, browser: Browser, seat: Seat
) -> None:
    frozen = Rules(measurement=MeasurementRules(consensus_low=0.999, rough_low=0.999).content())
    norm = make.norm(slug="ai", rules=frozen)
    seat(Role.CHAIR, norm)
    assert browser.get(at(data="imagined:everybody-comes", consensus_low="0.5")).status_code == 200
    main = browser.page.split("<main")[1].split("</main")[0]
    for tag in ("<form", "<input", "<button", "<select", "<textarea"):
        assert tag not in main
    assert "These rules were frozen on" in main
    assert "99.9%" in main
    rows = table(main, "Clause by clause")
    assert len(rows[0]) == 4
    assert rows[0][2] == "Contested"
    browser.get("/en/norms/ai/rules/")
    assert browser.post(at(**DISTANT), version="1").status_code == 409
    assert "This round is closed." in browser.page
    assert "<form" not in browser.page.split("<main")[1].split("</main")[0]
    assert rules_kept(session).content == frozen.content()


def speaks(make: Make, session: Session, norm: Norm, now: dt.datetime) -> None:
    for country in ("KE", "FR", "NP"):
        say(session, norm, clause_of(session, norm, 1), make.speaker(country=country), Stance.ACCEPT, now=now)


def test_rules_are_tried_on_an_earlier_norm(
    make: Make, session: Session, browser: Browser, seat: Seat, now: dt.datetime
) -> None:
    earlier = make.norm("Everybody has a say.", "Nobody is left out.", slug="earlier")
    speaks(make, session, earlier, now)
    seat(Role.CHAIR, make.norm(slug="ai", stage=Stage.PREPARATION))
    lenient = {"data": "norm:earlier", "gate_development": "", "gate_region": "", "gate_category": ""}
    assert browser.get(at(**lenient, least_stakeholders="1", widest_half="1")).status_code == 200
    assert "3 stakeholders have taken a position." in browser.page
    rows = table(browser.page, "Clause by clause")
    rules = MeasurementRules(gates={}, least_stakeholders=1, widest_half=1.0)
    data = gather(session, earlier, rules.categories, in_force(session), closing=False)
    found = assess(rules, data, rules_digest="")["clauses"]
    assert [row[0] for row in rows] == [one["label"] for one in found] == ["1", "2"]
    assert rows[0][1] == "100%"
    assert [row[2] for row in rows] == ["Insufficient coverage"] * 2
    assert found[0]["status"] == "insufficient-coverage"  # three countries are too few for an interval


def test_a_norm_of_which_nobody_is_counted_can_be_looked_at(
    make: Make, session: Session, browser: Browser, seat: Seat, now: dt.datetime
) -> None:
    rules = Rules(measurement={"categories": ["company"]})
    norm = make.norm("Everybody has a say.", slug="ai", rules=rules)
    speaks(make, session, norm, now)
    seat(Role.CHAIR, norm)
    assert browser.get(PAGE).status_code == 200
    assert "0 stakeholders have taken a position." in browser.page
    assert table(browser.page, "Clause by clause")[0][1:3] == [
        "No positions in favour or against yet.",
        "Insufficient coverage",
    ]
    assert browser.get(at(data="imagined:everybody-comes")).status_code == 200


def test_a_norm_that_one_may_not_read_cannot_be_guessed(
    make: Make, session: Session, browser: Browser, seat: Seat, now: dt.datetime
) -> None:
    closed = make.norm("Everybody has a say.", slug="closed")
    speaks(make, session, closed, now)
    closed.is_public = False
    empty = make.norm(slug="empty")
    seat(Role.CHAIR, make.norm(slug="ai", stage=Stage.PREPARATION))
    browser.get(PAGE)
    assert "norm:closed" not in browser.page
    for data in ("norm:closed", "norm:nothing", f"norm:{empty.slug}", "imagined:nothing", "closed", "'\"<b>"):
        assert browser.get(at(data=data)).status_code == 404, data


@pytest.mark.parametrize(
    "typed",
    [
        {"consensus_low": "1.01"},
        {"consensus_low": "nan"},
        {"consensus_low": ""},
        {"consensus_low": "1e-3"},
        {"consensus_low": "1/0"},
        {"rough_low": "-0.5"},
        {"bound_verified": "0.5"},
        {"bound_self_declared": "inf"},
        {"bound_self_declared": "9" * 400},
        {"gate_development": "2.5"},
        {"gate_countries": "many"},
        {"least_stakeholders": "10000000000000000000000"},
        {"population": "<script>alert(1)</script>"},
        {"population": "0"},
        {"margin_development_ldc": "0.5"},
        {"margin_category_company": "x"},
        {"schemes": ["balanced", "loudest"]},
        {"schemes": ["per_country"]},
    ],
)
def test_what_cannot_be_a_rule_is_refused_and_kept(
    typed: dict[str, Any], make: Make, session: Session, browser: Browser, seat: Seat
) -> None:
    seat(Role.CHAIR, make.norm(slug="ai", stage=Stage.PREPARATION))
    assert browser.get(at(**typed)).status_code == 422
    assert "The rules of measurement cannot be read" in browser.page
    assert "<script>alert" not in browser.page
    name, value = next(iter(typed.items()))
    if isinstance(value, str) and "<" not in value:
        assert f'name="{name}" value="{value}"' in browser.page
    assert len(table(browser.page, "Clause by clause")[0]) == 4
    assert "Adopt these rules" not in browser.page
    browser.get("/en/norms/ai/rules/")
    assert browser.post(at(**typed), version="1").status_code == 422
    assert rules_kept(session).version == 1


EVERY_MARGIN = {
    **MARGINS,
    **{f"margin_category_{category}": "1/6" for category in CATEGORIES},
    **{f"margin_region_{region}": "1/5" for region in blocs_of("region")},
}


@pytest.mark.parametrize(
    "typed",
    [
        {"population": "1"},
        {"population": "999999999", "least_stakeholders": "999999999"},
        {"bound_verified": "1", "bound_self_declared": "1", "gate_countries": "0"},
        {"bound_verified": "999999999", "bound_self_declared": "999999999"},
        {"margin_category_igo": "1", "margin_development_ldc": "0", "margin_development_developed": "1"},
        {"margin_development_unknown": "1"},
        EVERY_MARGIN,
        {"consensus_low": "0", "rough_low": "1", "rejected_high": "1", "rejected_bloc": "1"},
        {"consensus_low": "٠٫٥"},
        {"margin_development_moon": "1", "colour": "blue", "version": "3"},
    ],
)
def test_extreme_rules_are_answered(typed: dict[str, str], make: Make, browser: Browser, seat: Seat) -> None:
    seat(Role.CHAIR, make.norm(slug="ai", stage=Stage.PREPARATION))
    for scene in SCENES:
        assert browser.get(at(data=f"imagined:{scene}", **typed)).status_code == 200
        assert len(table(browser.page, "Clause by clause")) == 12


def test_every_rule_comes_back_from_its_field(app: Flask) -> None:
    margins = {"region": {"africa": 54 / 193, "unknown": 1 - 54 / 193}, "category": {"company": 1.0}}
    schemes = ("per_stakeholder", "balanced", "raked")
    rules = MeasurementRules(schemes=schemes, margins=margins, widest_half=1e-7, population=193, gates={})
    with app.test_request_context("/en/"):
        for one in (rules, MeasurementRules()):
            fields = {field.name: field.value for group in rules_form.groups(one) for field in group.fields}
            assert rules_form.read(fields, one.schemes, MeasurementRules()) == one
            assert rules_form.read(MultiDict(), [], one) == one
        with pytest.raises(MeasurementUnclear):
            rules_form.read({"rough_low": "1/0"}, [], rules)
