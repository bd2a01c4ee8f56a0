"""``flask assess``: the assessment as canonical JSON or as a table, made and kept once."""

import json
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.consensus import assessing, opinion_groups
from app.consensus.models import Assessment
from app.foundation.canonical import canonical, digest
from app.foundation.database import unit_of_work
from app.norms.models import Norm
from app.positions.models import Stance
from app.worker.assessment import assess_job
from tests.factories import Make
from tests.positions.saying import clause_of, say

KEYS = {
    "norm",
    "draft",
    "rules_digest",
    "input_digest",
    "method",
    "stakeholders",
    "schemes",
    "clauses",
    "opinion_groups",
    "coverage",
}


@pytest.fixture
def norm(make: Make, session: Session) -> Norm:
    """Two clauses; six countries take sides, so that there are opinion groups to name."""
    norm = make.norm("Everybody has a say.", "States share what they learn.", slug="s")
    for place, country in enumerate(("KE", "NP", "FR", "BR", "CN", "RU")):
        speaker = make.speaker(country=country)
        stances = (Stance.SUPPORT, Stance.OBJECT) if place % 2 else (Stance.OBJECT, Stance.ACCEPT)
        for number, stance in enumerate(stances, 1):
            say(session, norm, clause_of(session, norm, number), speaker, stance, reason="So.", now=make.now)
    session.commit()
    return norm


def assess(runner: FlaskCliRunner, *words: str) -> Result:
    return runner.invoke(args=["assess", "s", *words])


def test_json_is_canonical_and_has_the_agreed_keys(
    norm: Norm, runner: FlaskCliRunner, session: Session
) -> None:
    answer = assess(runner, "--json", "--assignments")
    assert (answer.exit_code, answer.stderr) == (0, "")
    result = json.loads(answer.stdout)
    assert result.keys() >= KEYS
    assert answer.stdout.encode() == canonical(result) + b"\n"
    kept = session.scalars(sa.select(Assessment)).one()
    assert digest(result) == kept.digest
    assert (result["input_digest"], result["rules_digest"]) == (kept.input_digest, kept.rules_digest)
    assert result["clauses"][0]["counts"] == {
        "support": 3,
        "accept": 0,
        "abstain": 0,
        "object": 3,
        "unconfirmed": 0,
    }


def test_who_is_in_which_group_is_said_only_where_it_is_asked(norm: Norm, runner: FlaskCliRunner) -> None:
    silent, spoken = (
        json.loads(assess(runner, "--json", *words).stdout) for words in ((), ("--assignments",))
    )
    assert "assignments" not in silent["opinion_groups"]
    assert len(spoken["opinion_groups"]["assignments"]) == 6
    assert silent["opinion_groups"]["assignments_digest"] == digest(spoken["opinion_groups"]["assignments"])


def test_a_second_call_without_a_change_makes_nothing_new(
    norm: Norm, runner: FlaskCliRunner, session: Session
) -> None:
    first, second = assess(runner, "--json"), assess(runner, "--json")
    assert first.stdout == second.stdout
    assert session.scalar(sa.select(sa.func.count(Assessment.id))) == 1
    assert session.scalar(sa.select(sa.func.count()).where(AuditEntry.act == "assessed")) == 1


def test_one_scheme_is_shown_alone_and_an_unknown_one_refused(norm: Norm, runner: FlaskCliRunner) -> None:
    result = json.loads(assess(runner, "--json", "--scheme", "per_country").stdout)
    assert list(result["schemes"]) == ["per_country"]
    assert all(list(clause["agreement"]) == ["per_country"] for clause in result["clauses"])
    refused = assess(runner, "--scheme", "per_capita")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "per_capita" in refused.stderr and "balanced" in refused.stderr


def test_the_table_has_a_line_for_each_clause(norm: Norm, runner: FlaskCliRunner) -> None:
    lines = assess(runner).stdout.splitlines()
    assert len(lines) == 3
    assert lines[1].startswith("1 ") and "50.0 %" in lines[1]


def test_several_processes_give_the_same(
    norm: Norm, runner: FlaskCliRunner, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opinion_groups, "FEWEST_PEOPLE", 4)  # so that the shuffles are shared
    shared = assess(runner, "--json", "--processes", "2").stdout
    session.execute(sa.delete(Assessment))
    session.commit()
    assert shared == assess(runner, "--json").stdout


@pytest.mark.parametrize(("words", "code"), [(("none",), 1), (("s", "--processes", "0"), 2), ((), 2)])
def test_what_cannot_be_assessed_is_refused(
    words: tuple[str, ...], code: int, runner: FlaskCliRunner
) -> None:
    answer = runner.invoke(args=["assess", *words])
    assert (answer.exit_code, answer.stdout) == (code, "") and answer.stderr


def test_the_job_assesses_once_and_ends_quietly_where_the_norm_is_gone(
    norm: Norm, app: Flask, session: Session, make: Make
) -> None:
    with app.app_context():
        for slug in ("s", "s", "gone"):
            assess_job(session, {"norm": slug}, make.now)()
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Assessment.id))) == 1


def test_nobody_waits_while_the_job_computes(
    norm: Norm, app: Flask, session: Session, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute = assessing.assess

    def compute_while_another_writes(*values: Any, **named: Any) -> Any:
        with Session(session.get_bind()) as own, unit_of_work(own):
            own.execute(sa.text("UPDATE norm SET titles = titles"))
        return compute(*values, **named)

    monkeypatch.setattr(assessing, "assess", compute_while_another_writes)
    session.rollback()
    with app.app_context():
        assess_job(session, {"norm": "s"}, make.now)()
    session.rollback()
    assert session.scalar(sa.select(sa.func.count(Assessment.id))) == 1
