import datetime as dt

import pytest

from app.lifecycle.facts import Facts
from app.lifecycle.guards import GUARDS, missing
from app.lifecycle.models import DeterminationOutcome
from app.norms.stages import Stage, reachable

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=20)
PAST = NOW - dt.timedelta(days=1)


def words(facts: Facts, to: Stage, closes_at: dt.datetime | None = None) -> list[str]:
    return [str(lack.phrase) for lack in missing(facts, to, closes_at=closes_at)]


def test_every_guarded_step_is_a_step() -> None:
    assert all(to in reachable(stage, to) for stage, to in GUARDS)


def test_the_first_consultation_needs_texts_rules_and_an_end() -> None:
    facts = Facts(Stage.PREPARATION, NOW, minimum_days=14, rules_fault="unreadable")
    assert words(facts, Stage.CONSULTATION) == [
        "The draft has no clauses yet.",
        "The rules of procedure cannot be frozen: unreadable",
        "Give the closing date of the round.",
    ]
    facts = Facts(
        Stage.PREPARATION, NOW, minimum_days=14, clauses=3, lacking={"fr": ("1", "2"), "ar": ("1",)}
    )
    assert words(facts, Stage.CONSULTATION, NOW + dt.timedelta(days=13)) == [
        "2 clauses have no authentic text in fr: 1, 2.",
        "1 clause has no authentic text in ar: 1.",
        "The round must stay open for at least 14 days.",
    ]
    assert words(Facts(Stage.PREPARATION, NOW, minimum_days=14, clauses=3), Stage.CONSULTATION, LATER) == []


@pytest.mark.parametrize("stage", [Stage.CONSULTATION, Stage.LAST_CALL])
def test_compilation_waits_for_the_end_of_the_round(stage: Stage) -> None:
    open_round = Facts(stage, NOW, closes_at=LATER)
    assert words(open_round, Stage.COMPILATION) == ["The round is open until 2026-03-22 09:30 UTC."]
    assert words(Facts(stage, NOW, closes_at=PAST), Stage.COMPILATION) == []
    assert words(Facts(stage, NOW), Stage.COMPILATION) == [
        "The round has no closing date, so it has not ended."
    ]


@pytest.mark.parametrize("to", [Stage.CONSULTATION, Stage.LAST_CALL])
def test_the_next_round_waits_for_every_answer_and_every_collision(to: Stage) -> None:
    facts = Facts(
        Stage.COMPILATION,
        NOW,
        unanswered=(3, 5),
        held=(7,),
        unsettled=("1(a)",),
        decided_otherwise=(4, 6),
        not_taken_up=(8,),
        behind={"fr": ("1", "2")},
    )
    assert words(facts, to, LATER) == [
        "1 comment is awaiting a moderator: c7.",
        "2 comments have no disposition with a reason: c3, c5.",
        "1 accepted comment is not taken up by any step of a draft: c8. "
        "Name it in a step of the next draft, or change its disposition.",
        "The dispositions of 2 comments that the next draft takes up have changed: c4, c6. "
        "Change the dispositions, or undo the steps.",
        "Changes still conflict in clause 1(a): resolve the conflicts or leave the alternatives in square "
        "brackets.",
        "2 clauses have no up-to-date text in fr: 1, 2.",
    ]
    assert words(Facts(Stage.COMPILATION, NOW), to, LATER) == []


def test_a_long_list_is_counted_and_not_written_out() -> None:
    facts = Facts(Stage.COMPILATION, NOW, unanswered=tuple(range(1, 500)))
    (line,) = words(facts, Stage.LAST_CALL, LATER)
    assert line.startswith("499 comments have no disposition")
    assert line.endswith("c10 ….")


def test_the_consensus_call_waits_for_objections_and_assessment() -> None:
    facts = Facts(
        Stage.LAST_CALL,
        NOW,
        closes_at=PAST,
        open_objections=("p10", "p10", "p4"),
        without_note=("p2",),
        labels={"p10": "1", "p4": "3(a)"},
        unassessed=("regional",),
    )
    assert words(facts, Stage.CONSENSUS_CALL, LATER) == [
        "3 objections have no answer yet, on clauses 1, 3(a).",
        "1 maintained objection has no note from the chair, on clause p2.",
        "The draft has not been assessed under every frozen scheme: regional.",
    ]
    done = Facts(Stage.LAST_CALL, NOW, closes_at=PAST)
    assert words(done, Stage.CONSENSUS_CALL, LATER) == []
    assert words(done, Stage.CONSENSUS_CALL) == ["Give the closing date of the round."]
    assert words(done, Stage.CONSENSUS_CALL, NOW) == ["The round must close in the future."]


@pytest.mark.parametrize(
    ("outcome", "open_to"),
    [
        (None, set()),
        (DeterminationOutcome.CONSENSUS, {Stage.ADOPTED}),
        (DeterminationOutcome.RESERVATIONS, {Stage.ADOPTED}),
        (DeterminationOutcome.NOT_ADOPTED, {Stage.NOT_ADOPTED}),
    ],
)
def test_adoption_follows_the_determination(
    outcome: DeterminationOutcome | None, open_to: set[Stage]
) -> None:
    facts = Facts(Stage.CONSENSUS_CALL, NOW, outcome=outcome)
    assert {to for to in (Stage.ADOPTED, Stage.NOT_ADOPTED) if not words(facts, to)} == open_to
    is_adopted = outcome in (DeterminationOutcome.CONSENSUS, DeterminationOutcome.RESERVATIONS)
    assert bool(words(facts, Stage.COMPILATION)) is is_adopted
