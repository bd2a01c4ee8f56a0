"""``flask simulate flood``: what it reckons, what it refuses, and the attack itself against a real norm."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM, Actor
from app.consensus.models import Assessment
from app.consensus.newcomers import GOVERNMENTS, places
from app.consensus.service import assess
from app.norms.models import Clause, Norm, Provision
from app.norms.queries import actor_for, norm_by_slug
from app.norms.rules import Rules
from app.positions.models import Stance
from app.reference.countries import shipped
from app.representation.rules import MeasurementRules
from app.stakeholders import service as stakeholders
from app.stakeholders.models import Category
from app.stakeholders.unverified_limits import OneUnverifiedGovernment
from tests.browser import Browser
from tests.factories import Make
from tests.positions.saying import clause_of, say

ATTACKED = 4  #: clauses on which every government speaks
NAMES = ("status", "robustness", "gates_failed", "counts", "agreement", "status_by_scheme", "blocs")


@pytest.fixture
def norm(make: Make, session: Session) -> Norm:
    norm = make.norm("Everybody has a say.", "States share what they learn.", slug="s")
    for country in ("KE", "NP", "FR", "BR", "CN", "RU"):
        say(
            session,
            norm,
            clause_of(session, norm, 1),
            make.speaker(country=country),
            Stance.SUPPORT,
            now=make.now,
        )
    session.commit()
    return norm


def flood(runner: FlaskCliRunner, *words: str) -> dict[str, Any]:
    answer = runner.invoke(args=["simulate", "flood", "s", "--json", *words])
    assert (answer.exit_code, answer.stderr) == (0, "")
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_by_default_it_is_the_attack_and_nothing_is_written(
    norm: Norm, runner: FlaskCliRunner, session: Session
) -> None:
    tables = (AuditEntry, Assessment)
    before = [session.scalar(sa.select(sa.func.count()).select_from(one)) for one in tables]
    found = flood(runner)
    assert (found["category"], found["verified"], found["number"]) == ("government", False, GOVERNMENTS)
    assert found["countries"] == places("ldc", shipped())
    assert [(one["label"], one["stance"]) for one in found["clauses"]] == [("1", "object"), ("2", "support")]
    for one in found["clauses"]:
        assert one["before"] == one["after"] != one["in_full"]["after"]
    assert found["clauses"][0]["in_full"]["after"]["share"] < 0.9
    assert "ldc" in found["clauses"][0]["after"]["gates_failed"]
    assert "ldc" not in found["clauses"][0]["in_full"]["after"]["gates_failed"]
    assert [session.scalar(sa.select(sa.func.count()).select_from(one)) for one in tables] == before


def test_who_comes_can_be_chosen(norm: Norm, runner: FlaskCliRunner) -> None:
    found = flood(runner, "--category", "individual", "--from", "ke", "--from", "none", "--each", "50")
    assert (found["number"], found["countries"]) == (100, ["KE", None])
    (first, _) = found["clauses"]
    assert first["before"]["share"] == 1 > first["after"]["share"] >= 0.75
    verified = flood(runner, "--verified", "--accounts", "5", "--stance", "object", "--clause", "1")
    (one,) = verified["clauses"]
    assert verified["countries"] == places("ldc", shipped())[:5]
    assert one["after"]["share"] < one["before"]["share"] == 1


def test_the_table_says_how_many_clauses_change(norm: Norm, runner: FlaskCliRunner) -> None:
    lines = runner.invoke(args=["simulate", "flood", "s"]).stdout.splitlines()
    assert lines[0] == "80 more of government, self-declared, from 44 places"
    assert lines[2].split()[:4] == ["1", "object", "before", "insufficient-coverage"]
    assert lines[-2] == (
        "under the rules in force: status of 0, robustness of 0, gates of 0 of 2 clauses changed"
    )
    assert lines[-1] == (
        "without verification *: status of 0, robustness of 0, gates of 2 of 2 clauses changed"
    )


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["x"], 1, ""),
        (["s", "--from", "atlantis"], 1, "“atlantis” is not a country, group or region."),
        (["s", "--from", "XX"], 1, "“XX” is not a country"),
        (["s", "--clause", "9"], 1, "no assessed clause “9”. Assessed clauses: 1, 2."),
        (["s", "--accounts", "3", "--each", "3"], 1, "in total or in each country, not both."),
        (["s", "--accounts", "0"], 2, "0 is not in the range"),
        (["s", "--stance", "perhaps"], 2, "perhaps"),
    ],
)
def test_what_cannot_be_reckoned_is_refused(
    norm: Norm, runner: FlaskCliRunner, words: list[str], code: int, said: str
) -> None:
    answer = runner.invoke(args=["simulate", "flood", *words])
    assert (answer.exit_code, answer.stdout) == (code, "")
    assert answer.stderr.strip() and said in answer.stderr


def test_a_category_that_is_not_counted_and_a_norm_without_draft_are_refused(
    make: Make, runner: FlaskCliRunner, session: Session
) -> None:
    rules = MeasurementRules.read({"categories": ["individual"]}).content()
    make.norm("Everybody has a say.", slug="s", rules=Rules(measurement=rules))
    session.commit()
    answer = runner.invoke(args=["simulate", "flood", "s"])
    assert (answer.exit_code, answer.stderr) == (
        1,
        "The rules of this norm do not count this category. They count: individual.\n",
    )


def attackers(session: Session, app: Flask, make: Make) -> list[tuple[Actor, Any]]:
    """One account is refused its second government, so eighty accounts register one each, by the verb."""
    now, found = app.extensions["clock"](), []
    codes = places("ldc", shipped())

    def register(actor: Actor, number: int) -> Any:
        return stakeholders.register_entity(
            session,
            actor,
            name=f"Administration number {number} of somewhere",
            category=Category.GOVERNMENT,
            country=codes[number % len(codes)],
            language="en",
            evidence="x",
            now=now,
        )

    users: list[User] = [make.user() for _ in range(GOVERNMENTS)]
    for number, user in enumerate(users):
        body = register(actor_for(session, user, now=now), number)
        found.append((actor_for(session, user, now=now), body))
    with pytest.raises(OneUnverifiedGovernment):
        register(found[0][0], GOVERNMENTS)
    return found


def provision_of(session: Session, norm: Norm, code: str) -> Clause:
    """The clause of the current draft that holds this provision."""
    return session.scalars(
        sa.select(Clause)
        .join(Provision, Provision.id == Clause.provision_id)
        .where(Clause.draft_id == norm.current_draft_id, Provision.code == code)
    ).one()


def test_eighty_governments_that_join_the_demonstration_change_nothing_that_counts(
    app: Flask, runner: FlaskCliRunner, session: Session, make: Make, browser: Browser
) -> None:
    assert runner.invoke(args=["demo"]).exit_code == 0
    norm = norm_by_slug(session, "ai-principles")
    assert norm is not None
    now = app.extensions["clock"]()
    before = assess(session, SYSTEM, norm, now=now).result
    reckoned = before["newcomers"]
    session.commit()
    page = browser.get("/en/norms/ai-principles/influence/").text
    assert "If 80 self-declared governments joined" in page
    size = len(before["clauses"])
    assert f"Clauses whose status, robustness or groups covered would change: 0 of {size}." in page
    attacked = [
        number
        for number, one in enumerate(before["clauses"])
        if one["status"] in ("consensus", "not-supported")
    ][:ATTACKED]
    speakers = attackers(session, app, make)
    for number in attacked:
        clause = provision_of(session, norm, before["clauses"][number]["provision"])
        stance = Stance(reckoned["clauses"][number]["stance"])
        for speaker in speakers:
            say(session, norm, clause, speaker, stance, reason="No.", now=now)
    after = assess(session, SYSTEM, norm, now=now).result
    assert after["stakeholders"]["self_declared"]["not_counted"] >= GOVERNMENTS
    for one, other in zip(before["clauses"], after["clauses"], strict=True):
        assert {name: one[name] for name in NAMES} == {name: other[name] for name in NAMES}
    assert after["influence"] == before["influence"]
    for number in attacked:
        foreseen, beside = reckoned["clauses"][number], after["clauses"][number]["with_self_declared"]
        assert foreseen["after"]["status"] == after["clauses"][number]["status"]
        assert foreseen["in_full"]["before"]["status"] != "contested"
        assert foreseen["in_full"]["after"]["status"] == beside["status"] == "contested"
        assert foreseen["in_full"]["after"]["share"] == pytest.approx(beside["share"])
