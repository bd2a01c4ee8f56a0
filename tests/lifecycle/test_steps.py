import datetime as dt
import threading
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM, Actor, Role
from app.authority.grants import NotTaken
from app.compilation.models import Compilation
from app.consensus.models import Assessment
from app.consensus.service import assess
from app.discussion.models import Comment, CommentKind, Decision, Disposition, Visibility
from app.foundation.canonical import digest
from app.foundation.database import unit_of_work
from app.foundation.errors import Conflict, NotAllowed
from app.foundation.versions import ChangedMeanwhile
from app.lifecycle.determination import (
    AlreadyDetermined,
    DeterminationUnclear,
    NotAtCall,
    ReservationsDiffer,
    determine,
)
from app.lifecycle.models import Determination, DeterminationOutcome
from app.lifecycle.queries import gather
from app.lifecycle.service import AlreadyTaken, RulesFrozen, StepRefused, edit_rules, step
from app.norms.models import Clause, Norm, RulesOfProcedure
from app.norms.queries import norm_by_slug
from app.norms.rules import Rules, RulesUnclear
from app.norms.stages import Stage
from app.positions.models import Objection, ObjectionAnswer, ObjectionState, Position, Reservation, Stance
from app.representation.rules import MeasurementRules, MeasurementUnclear
from tests.factories import Make

CALM = Rules(minimum_days=0)
WHY = {"en": "Whoever was asked agreed."}


def lines(refusal: StepRefused) -> list[str]:
    return [str(line) for line in refusal.details]


def in_days(now: dt.datetime, days: int) -> dt.datetime:
    return now + dt.timedelta(days=days)


def last_entry(session: Session) -> AuditEntry:
    return session.scalars(sa.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(1)).one()


def row_of(session: Session, norm: Norm) -> RulesOfProcedure:
    return session.scalars(sa.select(RulesOfProcedure).where(RulesOfProcedure.norm_id == norm.id)).one()


def comment(session: Session, make: Make, norm: Norm, now: dt.datetime, **values: Any) -> Comment:
    user, holder = make.user(), make.stakeholder()
    number = (session.scalar(sa.select(sa.func.max(Comment.number))) or 0) + 1
    given = {
        "norm_id": norm.id,
        "number": number,
        "draft_id": norm.current_draft_id,
        "stakeholder_id": holder.id,
        "author_id": user.id,
        "kind": CommentKind.GENERAL,
        "language": "en",
        "read_language": "en",
        "body": "A thought.",
        "visibility": Visibility.SHOWN,
        "created_at": now,
    }
    said = Comment(**given | values)
    session.add(said)
    session.flush()
    return said


def objection(session: Session, make: Make, norm: Norm, now: dt.datetime, state: ObjectionState) -> Objection:
    clause = session.scalars(sa.select(Clause).where(Clause.draft_id == norm.current_draft_id)).first()
    assert clause is not None
    holder = make.stakeholder()
    position = Position(
        norm_id=norm.id,
        provision_id=clause.provision_id,
        clause_id=clause.id,
        stakeholder_id=holder.id,
        stance=Stance.OBJECT,
        reason="No.",
        language="en",
        read_language="en",
        text_digest=clause.text_digest,
        stated_at=now,
    )
    session.add(position)
    session.flush()
    raised = Objection(
        norm_id=norm.id,
        provision_id=clause.provision_id,
        stakeholder_id=holder.id,
        position_id=position.id,
        state=state,
        opened_at=now,
        changed_at=now,
    )
    session.add(raised)
    session.flush()
    return raised


def test_opening_freezes_the_rules_and_the_draft(session: Session, make: Make, now: dt.datetime) -> None:
    norm = make.norm("One.", stage=Stage.PREPARATION)
    chair = make.seated(Role.CHAIR, norm)
    closes = in_days(now, 20)
    step(session, chair, norm, Stage.CONSULTATION, closes_at=closes, now=now)
    row = row_of(session, norm)
    assert (norm.stage, norm.opens_at, norm.closes_at) == (Stage.CONSULTATION, now, closes)
    assert norm.current_draft is not None
    assert norm.current_draft.opened_at == now
    assert (row.frozen_at, row.digest) == (now, digest(row.content))
    assert row.content["measurement"] == MeasurementRules().content()
    entry = last_entry(session)
    assert (entry.act, entry.subject, entry.details) == (
        "step-taken",
        "consultation",
        {"from": "preparation", "to": "consultation"},
    )


def test_a_refusal_lists_what_is_missing_and_changes_nothing(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm({"en": "One.", "fr": "Un."}, stage=Stage.PREPARATION, languages=("en", "fr", "ar"))
    chair = make.seated(Role.CHAIR, norm)
    with pytest.raises(StepRefused) as refusal:
        step(session, chair, norm, Stage.CONSULTATION, closes_at=in_days(now, 2), now=now)
    assert lines(refusal.value) == [
        "1 clause has no authentic text in ar: 1.",
        "The round must stay open for at least 14 days.",
    ]
    assert norm.stage is Stage.PREPARATION
    assert session.scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == 0


def test_a_step_that_leads_nowhere_names_those_that_do(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.PREPARATION)
    chair = make.seated(Role.CHAIR, norm)
    with pytest.raises(StepRefused) as refusal:
        step(session, chair, norm, Stage.ADOPTED, override_reason="I want it", now=now)
    assert lines(refusal.value) == [
        "The norm cannot move from “preparation” to “adopted”. Available stages: consultation, suspended."
    ]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CHAIR])
def test_only_the_chair_moves_the_norm(role: Role, session: Session, make: Make, now: dt.datetime) -> None:
    norm = make.norm(stage=Stage.PREPARATION)
    with pytest.raises(NotAllowed):
        step(session, make.seated(role, norm), norm, Stage.SUSPENDED, now=now)


def test_the_chair_goes_ahead_with_a_public_reason(session: Session, make: Make, now: dt.datetime) -> None:
    norm = make.norm(stage=Stage.CONSULTATION)
    chair = make.seated(Role.CHAIR, norm)
    with pytest.raises(StepRefused):
        step(session, chair, norm, Stage.COMPILATION, override_reason="  ", now=now)
    step(session, chair, norm, Stage.COMPILATION, override_reason="Everybody has spoken.", now=now)
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "step-taken")).one()
    assert entry.details["override"] == "Everybody has spoken."
    assert entry.details["missing"] == [{"code": "round-open", "values": {"moment": "2026-04-01 09:30 UTC"}}]
    compilation = session.scalars(sa.select(Compilation)).one()
    assert compilation.base_draft_id == norm.current_draft_id


def test_the_end_of_a_round_takes_the_official_assessment_and_names_who_is_missing(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.CONSULTATION, closes_at=now)
    chair = make.seated(Role.CHAIR, norm)
    step(session, chair, norm, Stage.COMPILATION, now=now)
    taken = session.scalars(sa.select(Assessment)).one()
    assert (taken.is_official, taken.draft_id) == (True, norm.current_draft_id)
    entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "step-taken")).one()
    assert entry.details["missing_blocs"] == taken.result["coverage"]["missing"] != []


def test_a_round_that_is_cut_short_has_no_official_assessment(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.CONSULTATION)
    step(session, make.seated(Role.CHAIR, norm), norm, Stage.COMPILATION, override_reason="Enough.", now=now)
    assert not session.scalars(sa.select(Assessment)).one().is_official


def test_an_unassessed_draft_does_not_go_to_the_consensus_call(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.LAST_CALL, closes_at=now)
    with pytest.raises(StepRefused) as refusal:
        step(
            session, make.seated(Role.CHAIR, norm), norm, Stage.CONSENSUS_CALL,
            closes_at=in_days(now, 7), now=now,
        )  # fmt: skip
    assert "per_stakeholder, per_country, balanced" in lines(refusal.value)[0]


def test_the_second_of_two_equal_steps_is_a_conflict(session: Session, make: Make, now: dt.datetime) -> None:
    norm = make.norm(stage=Stage.PREPARATION)
    chair = make.seated(Role.CHAIR, norm)
    step(session, chair, norm, Stage.CONSULTATION, closes_at=in_days(now, 20), now=now)
    with pytest.raises(AlreadyTaken):
        step(session, chair, norm, Stage.CONSULTATION, closes_at=in_days(now, 20), now=now)


def test_two_chairs_stepping_at_once_take_one_step(
    engine: sa.Engine, session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.PREPARATION)
    chairs = [make.seated(Role.CHAIR, norm), make.seated(Role.CHAIR, norm)]
    session.commit()
    start, outcomes = threading.Barrier(2), []

    def run(chair: Actor) -> None:
        with Session(engine, expire_on_commit=False) as own:
            mine = norm_by_slug(own, norm.slug)
            assert mine is not None
            start.wait()
            try:
                with unit_of_work(own):
                    step(own, chair, mine, Stage.CONSULTATION, closes_at=in_days(now, 20), now=now)
                outcomes.append("done")
            except Conflict as refusal:
                outcomes.append(refusal.code)

    threads = [threading.Thread(target=run, args=(chair,)) for chair in chairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "step-already-taken"]
    session.rollback()
    assert session.scalar(sa.select(sa.func.count()).where(AuditEntry.act == "step-taken")) == 1


def test_a_comment_without_an_answer_keeps_the_next_round_shut(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.CONSULTATION, rules=CALM, closes_at=now)
    chair = make.seated(Role.CHAIR, norm)
    first = comment(session, make, norm, now)
    comment(session, make, norm, now, parent_id=first.id)
    held = comment(session, make, norm, now, visibility=Visibility.HELD)
    comment(session, make, norm, now, visibility=Visibility.WITHDRAWN)
    step(session, chair, norm, Stage.COMPILATION, now=now)
    with pytest.raises(StepRefused) as refusal:
        step(session, chair, norm, Stage.LAST_CALL, closes_at=in_days(now, 1), now=now)
    assert lines(refusal.value) == [
        "1 comment is awaiting a moderator: c3.",
        "1 comment has no disposition with a reason: c1.",
    ]
    held.visibility = Visibility.SHOWN
    for said in (first, held):
        session.add(
            Disposition(
                comment_id=said.id,
                decision=Decision.NOTED,
                reason="Noted.",
                language="en",
                decided_by=said.author_id,
                decided_at=now,
            )
        )
    session.flush()
    before = norm.current_draft_id
    step(session, chair, norm, Stage.LAST_CALL, closes_at=in_days(now, 1), now=now)
    assert norm.stage is Stage.LAST_CALL
    assert norm.current_draft_id != before
    assert norm.current_draft is not None
    assert (norm.current_draft.number, norm.current_draft.opened_at) == (2, now)


def test_objections_keep_the_consensus_call_shut_until_answered_and_noted(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.LAST_CALL, closes_at=now)
    chair = make.seated(Role.CHAIR, norm)
    assess(session, chair, norm, now=now)
    raised = objection(session, make, norm, now, ObjectionState.OPEN)
    kept = objection(session, make, norm, now, ObjectionState.MAINTAINED)
    facts = gather(session, norm, now=now)
    assert (facts.open_objections, facts.without_note) == (("p1",), ("p1",))
    with pytest.raises(StepRefused):
        step(session, chair, norm, Stage.CONSENSUS_CALL, closes_at=in_days(now, 7), now=now)
    raised.state = ObjectionState.ANSWERED
    note = ObjectionAnswer(
        objection_id=kept.id,
        text="Heard, and weighed.",
        language="en",
        is_note=True,
        answered_by=chair.user_id,
        answered_at=now,
    )
    session.add(note)
    session.flush()
    step(session, chair, norm, Stage.CONSENSUS_CALL, closes_at=in_days(now, 7), now=now)
    assert norm.stage is Stage.CONSENSUS_CALL


def test_a_norm_is_suspended_and_goes_back_to_where_it_was(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.COMPILATION)
    chair = make.seated(Role.CHAIR, norm)
    step(session, chair, norm, Stage.SUSPENDED, now=now)
    assert (norm.stage, norm.suspended_from) == (Stage.SUSPENDED, Stage.COMPILATION)
    with pytest.raises(StepRefused):
        step(session, chair, norm, Stage.CONSULTATION, now=now)
    step(session, chair, norm, Stage.COMPILATION, now=now)
    assert (norm.stage, norm.suspended_from) == (Stage.COMPILATION, None)


def test_the_system_steps_as_the_chair_does(session: Session, make: Make, now: dt.datetime) -> None:
    norm = make.norm(stage=Stage.PREPARATION)
    step(session, SYSTEM, norm, Stage.CONSULTATION, closes_at=in_days(now, 14), now=now)
    assert norm.stage is Stage.CONSULTATION


def test_rules_are_edited_in_preparation_by_one_editor_at_a_time(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.PREPARATION)
    editor = make.seated(Role.EDITOR, norm)
    edit_rules(session, editor, norm, {"minimum_days": 30, "screening": "held"}, version=1, now=now)
    row = row_of(session, norm)
    assert (row.content["minimum_days"], row.content["screening"], row.version) == (30, "held", 2)
    with pytest.raises(ChangedMeanwhile):
        edit_rules(session, editor, norm, {"minimum_days": 7}, version=1, now=now)
    with pytest.raises(NotAllowed):
        edit_rules(session, make.seated(Role.TRANSLATOR, norm), norm, {}, version=2, now=now)


@pytest.mark.parametrize(
    "content",
    [
        {"minimum_days": "soon"},
        {"minimum_days": -1},
        {"screening": "never"},
        {"colour": 1},
        {"measurement": 1},
        {"measurement": {"colour": 1}},
        {"measurement": {"schemes": ["regional"]}},
    ],
)
def test_what_cannot_be_a_rule_is_refused(
    content: dict[str, Any], session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.PREPARATION)
    with pytest.raises((RulesUnclear, MeasurementUnclear)):
        edit_rules(session, make.seated(Role.EDITOR, norm), norm, content, version=1, now=now)


def test_frozen_rules_do_not_change(session: Session, make: Make, now: dt.datetime) -> None:
    norm = make.norm(stage=Stage.CONSULTATION)
    editor = make.seated(Role.EDITOR, norm)
    with pytest.raises(NotTaken):
        edit_rules(session, editor, norm, {}, version=1, now=now)
    norm.stage = Stage.PREPARATION  # as an editor sees it who looked a moment before
    session.flush()
    with pytest.raises(RulesFrozen):
        edit_rules(session, editor, norm, {}, version=1, now=now)


def test_the_chair_determines_once_and_adoption_follows(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.CONSENSUS_CALL, closes_at=now)
    chair = make.seated(Role.CHAIR, norm)
    with pytest.raises(StepRefused):
        step(session, chair, norm, Stage.ADOPTED, now=now)
    with pytest.raises(DeterminationUnclear):
        determine(session, chair, norm, DeterminationOutcome.CONSENSUS, {"en": " "}, reasons=WHY, now=now)
    determine(session, chair, norm, DeterminationOutcome.CONSENSUS, {"en": "Agreed."}, reasons=WHY, now=now)
    with pytest.raises(AlreadyDetermined):
        determine(session, chair, norm, DeterminationOutcome.NOT_ADOPTED, {"en": "Not agreed."}, now=now)
    with pytest.raises(StepRefused):
        step(session, chair, norm, Stage.NOT_ADOPTED, now=now)
    step(session, chair, norm, Stage.ADOPTED, now=now)
    stated = session.scalars(sa.select(Determination)).one()
    assert (norm.stage, stated.outcome, stated.texts) == (
        Stage.ADOPTED,
        DeterminationOutcome.CONSENSUS,
        {"en": "Agreed."},
    )
    with pytest.raises(NotAllowed):
        step(session, chair, norm, Stage.PUBLISHED, now=now)
    step(session, make.seated(Role.PUBLISHER, norm), norm, Stage.PUBLISHED, now=now)


def test_with_reservations_fits_where_there_are_some(session: Session, make: Make, now: dt.datetime) -> None:
    norm = make.norm(stage=Stage.CONSENSUS_CALL, closes_at=now)
    chair = make.seated(Role.CHAIR, norm)
    with pytest.raises(ReservationsDiffer):
        determine(
            session, chair, norm, DeterminationOutcome.RESERVATIONS, {"en": "Agreed."}, reasons=WHY, now=now
        )
    clause = session.scalars(sa.select(Clause)).one()
    session.add(
        Reservation(
            norm_id=norm.id,
            provision_id=clause.provision_id,
            stakeholder_id=make.stakeholder().id,
            text="Not for us.",
            language="en",
            text_digest=clause.text_digest,
            stated_at=now,
        )
    )
    session.flush()
    with pytest.raises(ReservationsDiffer):
        determine(
            session, chair, norm, DeterminationOutcome.CONSENSUS, {"en": "Agreed."}, reasons=WHY, now=now
        )
    determine(
        session, chair, norm, DeterminationOutcome.RESERVATIONS, {"en": "Agreed."}, reasons=WHY, now=now
    )
    assert not norm.matter(now).takes_positions  # no objection or reservation after the outcome was stated


def test_a_determination_belongs_to_the_consensus_call_and_to_the_chair(
    session: Session, make: Make, now: dt.datetime
) -> None:
    norm = make.norm(stage=Stage.LAST_CALL)
    with pytest.raises(NotAtCall):
        determine(
            session,
            make.seated(Role.CHAIR, norm),
            norm,
            DeterminationOutcome.CONSENSUS,
            {"en": "Yes."},
            now=now,
        )
    with pytest.raises(NotAllowed):
        determine(
            session,
            make.seated(Role.EDITOR, norm),
            norm,
            DeterminationOutcome.CONSENSUS,
            {"en": "Yes."},
            now=now,
        )
