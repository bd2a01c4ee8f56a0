"""Assessing a norm: what is counted, what is kept, and the command."""

import datetime as dt
import json
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.audit.service import record
from app.authority.actor import SYSTEM, Role
from app.consensus import queries, service
from app.consensus.assessing import METHOD
from app.consensus.assessing import assess as compute
from app.consensus.input import AssessmentInput
from app.consensus.input_queries import gather
from app.consensus.models import Assessment
from app.consensus.service import assess, foresee, rules_of
from app.consensus.tallies import tallies
from app.foundation.canonical import canonical, digest
from app.foundation.database import unit_of_work
from app.foundation.errors import NotAllowed
from app.norms.models import Clause, ClauseKind, Norm
from app.norms.rules import Rules
from app.norms.stages import Stage
from app.positions.models import Stance
from app.representation.rules import CATEGORIES
from app.representation.service import correct, in_force
from app.stakeholders.models import Category, Verification
from tests.factories import Make
from tests.positions.saying import clause_of, next_draft, say

SHORT_OF_ALL = Rules(measurement={"categories": ["government"]})


def gathered(session: Session, norm: Norm, *categories: str) -> AssessmentInput:
    return gather(session, norm, categories or CATEGORIES, in_force(session), closing=False)


def tallied(data: AssessmentInput) -> list[tuple[int, int, int, int]]:
    """(clause, cell, stance, how many) of whatever was counted."""
    counts = tallies(data.positions, data.cell_of, len(data.cells))
    counts = counts.transpose(1, 0, 2)
    return [(*place, int(counts[tuple(place)])) for place in np.argwhere(counts).tolist()]


def kept(session: Session) -> int:
    return session.scalar(sa.select(sa.func.count(Assessment.id))) or 0


def test_positions_are_tallied_by_clause_cell_and_stance(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", "Two.")
    first, second = clause_of(session, norm, 1), clause_of(session, norm, 2)
    kenya = [make.speaker(country="KE") for _ in range(2)]
    declared = make.speaker(country="KE", verification=Verification.SELF_DECLARED)
    stateless = make.speaker(category=Category.COMPANY, country=None)
    for speaker in kenya:
        say(session, norm, first, speaker, Stance.SUPPORT, now=now)
    say(session, norm, first, declared, Stance.ACCEPT, now=now)
    say(session, norm, first, stateless, Stance.OBJECT, reason="Too vague.", now=now)
    say(session, norm, second, kenya[0], Stance.ABSTAIN, now=now)
    data = gathered(session, norm)
    assert list(data.provisions) == [("p1", "1"), ("p2", "2")]
    assert list(data.cells) == [
        ("company", None, True),
        ("government", "KE", False),
        ("government", "KE", True),
    ]
    assert np.bincount(data.cell_of).tolist() == [1, 1, 2]
    assert tallied(data) == [(0, 0, 3, 1), (0, 1, 1, 1), (0, 2, 0, 2), (1, 2, 2, 1)]
    assert list(data.objections) == [{"open": {"company": 1}}, {}]
    assert list(data.verified_objections) == list(data.unanswered_objections) == [1, 0]
    assert len(data.people) == 4 and data.positions.size == 5


def test_a_position_on_an_earlier_wording_waits_and_is_not_counted(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", "Two.")
    speaker = make.speaker()
    for place in (1, 2):
        say(session, norm, clause_of(session, norm, place), speaker, Stance.SUPPORT, now=now)
    next_draft(make, norm, "One, and more.", "Two.")
    data = gathered(session, norm)
    assert list(data.unconfirmed) == [1, 0]
    assert tallied(data) == [(1, 0, 0, 1)]
    assert data.draft == 2


def test_a_position_that_was_changed_counts_once_as_it_is_now(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.")
    speaker, clause = make.speaker(), clause_of(session, norm, 1)
    say(session, norm, clause, speaker, Stance.SUPPORT, now=now)
    say(session, norm, clause, speaker, Stance.ABSTAIN, now=now + dt.timedelta(minutes=1))
    data = gathered(session, norm)
    assert tallied(data) == [(0, 0, 2, 1)]
    assert len(data.people) == 1


def test_headings_and_clauses_set_aside_are_not_assessed(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", "Two.", "Three.")
    speaker = make.speaker()
    for place in (1, 2, 3):
        say(session, norm, clause_of(session, norm, place), speaker, Stance.SUPPORT, now=now)
    session.execute(sa.update(Clause).where(Clause.place == 1).values(kind=ClauseKind.HEADING))
    session.execute(sa.update(Clause).where(Clause.place == 2).values(is_counted=False))
    data = gathered(session, norm)
    assert list(data.provisions) == [("p3", "3")]
    assert tallied(data) == [(0, 0, 0, 1)]


def test_only_the_categories_of_the_rules_are_counted(session: Session, make: Make, now: dt.datetime) -> None:
    norm = make.norm("One.", rules=SHORT_OF_ALL)
    clause = clause_of(session, norm, 1)
    say(session, norm, clause, make.speaker(), Stance.SUPPORT, now=now)
    say(session, norm, clause, make.speaker(category=Category.COMPANY), Stance.SUPPORT, now=now)
    result = assess(session, SYSTEM, norm, now=now).result
    assert result["stakeholders"]["by_category"] == {"government": 1}
    assert result["clauses"][0]["counts"]["support"] == 1


def test_another_norm_with_the_same_words_is_apart(session: Session, make: Make, now: dt.datetime) -> None:
    norm, other = make.norm("One."), make.norm("One.")
    speaker = make.speaker()
    say(session, other, clause_of(session, other, 1), speaker, Stance.SUPPORT, now=now)
    data = gathered(session, norm)
    assert (tallied(data), list(data.people), list(data.cells)) == ([], [], [])


def test_the_number_of_statements_does_not_grow(
    session: Session, make: Make, now: dt.datetime, engine: sa.Engine
) -> None:
    def statements(norm: Norm) -> int:
        seen: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        session.expire_all()
        norm.slug, norm.current_draft  # noqa: B018 - loaded before the counting
        seen.clear()
        gathered(session, norm)
        return len(seen)

    small, large = make.norm("One."), make.norm(*(f"Clause {number}." for number in range(12)))
    say(session, small, clause_of(session, small, 1), make.speaker(), Stance.ABSTAIN, now=now)
    for _ in range(6):
        speaker = make.speaker()
        for place in range(1, 13):
            clause = clause_of(session, large, place)
            say(session, large, clause, speaker, Stance.OBJECT, reason="No.", now=now)
    session.flush()
    assert statements(small) == statements(large) <= 7


def test_the_result_is_what_the_pure_function_gives_for_the_input(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", "Two.")
    say(session, norm, clause_of(session, norm, 1), make.speaker(), Stance.SUPPORT, now=now)
    assessment = assess(session, SYSTEM, norm, now=now)
    rules, rules_digest = rules_of(session, norm)
    data = gathered(session, norm)
    through_json = AssessmentInput.from_json(json.loads(canonical(data.to_json())), data.positions)
    again = compute(rules, through_json, rules_digest=rules_digest)
    assert canonical(again) == canonical(assessment.result)
    assert (assessment.digest, assessment.input_digest) == (digest(again), through_json.digest)


def test_nothing_new_gives_the_assessment_that_is_there_unless_the_round_has_closed(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.")
    first = assess(session, SYSTEM, norm, now=now)
    assert assess(session, SYSTEM, norm, now=now) is first
    norm.closes_at = now
    official = assess(session, SYSTEM, norm, now=now)
    assert (official.number, official.is_official) == (2, True)
    assert official.result["clauses"] == first.result["clauses"]
    assert assess(session, SYSTEM, norm, now=now) is official
    norm.closes_at = now + dt.timedelta(days=1)  # opened again
    say(session, norm, clause_of(session, norm, 1), make.speaker(), Stance.SUPPORT, now=now)
    third = assess(session, SYSTEM, norm, now=now)
    assert third.number == 3 and third.input_digest != first.input_digest
    assert not third.is_official
    norm.closes_at = now
    fourth = assess(session, SYSTEM, norm, now=now)
    assert (fourth.number, fourth.is_official) == (4, True)
    acts = session.execute(
        sa.select(AuditEntry.subject, AuditEntry.details).where(AuditEntry.act == "assessed")
    ).all()
    assert [(subject, details["official"]) for subject, details in acts] == [
        ("assessment:1", False),
        ("assessment:2", True),
        ("assessment:3", False),
        ("assessment:4", True),
    ]


@pytest.mark.parametrize("stage", [Stage.CONSENSUS_CALL, Stage.ADOPTED, Stage.COMPILATION, Stage.PUBLISHED])
def test_after_the_closing_there_is_no_later_assessment_whatever_happens(
    stage: Stage, session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", stage=Stage.CONSENSUS_CALL)
    holder = make.speaker()
    say(session, norm, clause_of(session, norm, 1), holder, Stance.SUPPORT, now=now)
    norm.closes_at = now
    closing = assess(session, SYSTEM, norm, now=now)
    norm.stage = stage
    holder[1].verification = Verification.REFUSED
    administrator = make.actor(make.user(is_administrator=True))
    correct(session, administrator, "KE", {"ldc": True}, reason="A list.", now=now)
    assert foresee(session, norm, now=now) is None
    assert assess(session, SYSTEM, norm, now=now + dt.timedelta(days=1)) is closing
    frozen = queries.closing(session, closing)
    assert (frozen.data.digest, frozen.data.closing) == (closing.input_digest, True)
    rules, rules_digest = rules_of(session, norm)
    again = compute(rules, frozen.data, rules_digest=rules_digest)
    assert canonical(again) == canonical(closing.result)


def test_the_frozen_input_is_never_changed_and_what_is_not_that_of_the_assessment_is_refused(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", closes_at=now)
    closing = assess(session, SYSTEM, norm, now=now)
    session.commit()
    with pytest.raises(DBAPIError, match="frozen_input is append-only"), unit_of_work(session):
        session.execute(sa.text("UPDATE frozen_input SET assessment_id = assessment_id"))
    closing.input_digest = "sha256:" + "0" * 64
    with pytest.raises(ValueError, match="computed from something else"):
        queries.closing(session, closing)


def test_a_corrected_fact_about_a_country_makes_a_new_assessment_and_keeps_the_old(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.")
    first = assess(session, SYSTEM, norm, now=now)
    before = first.country_facts
    correct(
        session,
        make.actor(make.user(is_administrator=True)),
        "NA",
        {"ldc": True},
        reason="A list of the United Nations.",
        now=now,
    )
    second = assess(session, SYSTEM, norm, now=now)
    namibia = {row["iso2"]: row for row in second.country_facts}["NA"]
    assert (second.number, namibia["ldc"]) == (2, True)
    assert first.country_facts == before


def test_the_system_and_the_chair_assess_and_others_do_not(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.")
    assert assess(session, make.seated(Role.CHAIR, norm), norm, now=now).method == METHOD
    for role in (Role.EDITOR, Role.PUBLISHER):
        with pytest.raises(NotAllowed):
            assess(session, make.seated(role, norm), norm, now=now)


def test_what_was_foreseen_is_kept_only_if_nothing_was_said_meanwhile(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", slug="s")
    clause = clause_of(session, norm, 1)
    say(session, norm, clause, make.speaker(), Stance.SUPPORT, now=now)
    stale = foresee(session, norm, now=now)
    say(session, norm, clause, make.speaker(), Stance.OBJECT, reason="No.", now=now)
    assert stale is not None
    made = assess(session, SYSTEM, norm, foreseen=stale, now=now)
    assert made.result["clauses"][0]["counts"]["object"] == 1
    assert foresee(session, norm, now=now) is None
    say(session, norm, clause, make.speaker(), Stance.ACCEPT, now=now)
    fresh = foresee(session, norm, now=now)
    assert fresh is not None
    assert assess(session, SYSTEM, norm, foreseen=fresh, now=now).result is fresh.result


def test_what_was_foreseen_is_not_read_again_where_nothing_is_on_record_since(
    session: Session, make: Make, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    norm, elsewhere = make.norm("One.", slug="s"), make.norm("One.", slug="t")
    say(session, norm, clause_of(session, norm, 1), make.speaker(), Stance.SUPPORT, now=now)
    found = foresee(session, norm, now=now)
    assert found is not None
    say(session, elsewhere, clause_of(session, elsewhere, 1), make.speaker(), Stance.SUPPORT, now=now)
    with monkeypatch.context() as patched:
        patched.setattr(service, "gather", None)
        assert foresee(session, norm, known=found, now=now) is found
        assert assess(session, SYSTEM, norm, foreseen=found, now=now).result is found.result


def test_what_was_foreseen_in_the_round_is_not_the_closing(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", slug="s")
    found = foresee(session, norm, now=now)
    norm.closes_at = now
    closing = assess(session, SYSTEM, norm, foreseen=found, now=now)
    assert closing.is_official and queries.closing(session, closing).data.closing


def test_something_on_the_platform_that_changes_nothing_needs_no_new_result(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm("One.", slug="s")
    found = foresee(session, norm, now=now)
    assert found is not None
    record(session, SYSTEM, "account.opened", "somebody", now=now)
    again = foresee(session, norm, known=found, now=now)
    assert again is not None and again is not found and again.result is found.result


@pytest.fixture
def spoken(session: Session, make: Make, now: dt.datetime) -> Norm:
    norm = make.norm("One.", "Two.", slug="s")
    for stance in (Stance.SUPPORT, Stance.ACCEPT, Stance.ABSTAIN):
        say(session, norm, clause_of(session, norm, 1), make.speaker(), stance, now=now)
    session.commit()
    return norm


def flask(app: Flask, *words: str) -> Result:
    with app.app_context():
        return app.test_cli_runner().invoke(args=["assess", *words])


def test_the_command_writes_canonical_json_and_keeps_one_assessment(
    app: Flask, session: Session, spoken: Norm
) -> None:
    printed = [flask(app, "s", "--json") for _ in range(2)]
    assert {(one.exit_code, one.stderr) for one in printed} == {(0, "")}
    result: dict[str, Any] = json.loads(printed[0].output)
    assert printed[0].output == printed[1].output == canonical(result).decode() + "\n"
    one, two = result["clauses"]
    assert one["counts"] == {"support": 1, "accept": 1, "abstain": 1, "object": 0, "unconfirmed": 0}
    assert one["agreement"]["per_stakeholder"]["share"] == 1.0
    assert two["agreement"]["per_stakeholder"]["share"] is None
    assert "assignments" not in result["opinion_groups"]
    assert "assignments" in json.loads(flask(app, "s", "--json", "--assignments").output)["opinion_groups"]
    assert kept(session) == 1


def test_the_command_shows_one_scheme_or_a_table(app: Flask, spoken: Norm) -> None:
    only = json.loads(flask(app, "s", "--json", "--scheme", "per_country").output)
    assert flask(app, "s", "--json", "--processes", "2").output == flask(app, "s", "--json").output
    assert set(only["schemes"]) == set(only["clauses"][0]["agreement"]) == {"per_country"}
    lines = flask(app, "s", "--scheme", "per_stakeholder").output.splitlines()
    assert lines[0].split() == ["clause", "per_stakeholder", "status"]
    assert lines[1].split()[:3] == ["1", "100.0", "%"]
    assert lines[2].split()[:2] == ["2", "–"]


@pytest.mark.parametrize("words", [("none",), ("s", "--scheme", "regional "), ("s", "--scheme", "raked")])
def test_the_command_refuses_what_it_does_not_know(app: Flask, spoken: Norm, words: tuple[str, ...]) -> None:
    answer = flask(app, *words)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert len(answer.stderr.splitlines()) == 1
