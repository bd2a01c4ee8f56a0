"""Gathering the facts that guards look at."""

import datetime as dt
from collections.abc import Container, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.compilation.commitments import kept_in_hand, open_numbers
from app.compilation.models import LEFT_OUT, Compilation, CompilationItem, Wording
from app.compilation.queries import behind, compilation_of, decided_otherwise, merged_numbers
from app.consensus.models import Assessment
from app.discussion.models import Comment, Disposition, Visibility
from app.discussion.reviews import service as reviews
from app.foundation.errors import AppError
from app.lifecycle.facts import Facts
from app.lifecycle.freezing import in_full
from app.lifecycle.models import Determination
from app.norms.models import Clause, ClauseText, Norm, Provision, RulesOfProcedure, TextStatus
from app.norms.rules import Rules
from app.norms.stages import TAKES_POSITIONS, Stage
from app.positions import statements
from app.positions.models import Objection, ObjectionAnswer, ObjectionState
from app.positions.queries import COUNTED
from app.representation.rules import CATEGORIES, MeasurementRules


def rules_of(session: Session, norm: Norm) -> RulesOfProcedure:
    return session.scalars(sa.select(RulesOfProcedure).where(RulesOfProcedure.norm_id == norm.id)).one()


def determination(session: Session, draft_id: int | None) -> Determination | None:
    return session.scalars(sa.select(Determination).where(Determination.draft_id == draft_id)).one_or_none()


def shortest_end(session: Session, norm: Norm, to: Stage, *, now: dt.datetime) -> dt.datetime | None:
    """The earliest end the rules allow for a round or call that begins now; None where ``to`` is neither."""
    if to not in TAKES_POSITIONS or norm.stage is Stage.SUSPENDED:
        return None
    days = max(in_full(rules_of(session, norm).content).minimum_days, 1)
    return now + dt.timedelta(days=days)


def of_objections(session: Session, norm: Norm, *, now: dt.datetime) -> Facts:
    """Only what concerns objections; three statements."""
    return Facts(stage=norm.stage, now=now, **_standing(session, norm))


def _standing(session: Session, norm: Norm) -> dict[str, Any]:
    """The provisions with an objection nobody has answered, and with a maintained one without a note.

    Every objection is answered; a note is due only on one that stands against a status.
    """
    answer = aliased(ObjectionAnswer)
    answered_later = sa.exists().where(
        answer.objection_id == Objection.id, ~answer.is_note, answer.id > ObjectionAnswer.id
    )
    no_note = ~sa.exists().where(
        ObjectionAnswer.objection_id == Objection.id, ObjectionAnswer.is_note, ~answered_later
    )
    stands = Objection.stakeholder_id.in_(statements.standing(_counted(session, norm)))
    maintained = sa.and_(Objection.state == ObjectionState.MAINTAINED, stands, no_note)
    unanswered = _objections(session, norm, Objection.state == ObjectionState.OPEN)
    without_note = _objections(session, norm, maintained)
    return {
        "open_objections": tuple(code for code, _ in unanswered),
        "without_note": tuple(code for code, _ in without_note),
        "labels": dict(unanswered + without_note),
    }


def _counted(session: Session, norm: Norm) -> Sequence[str]:
    """The categories that the rules count; all where the rules cannot be read."""
    try:
        return MeasurementRules.read(in_full(rules_of(session, norm).content).measurement).categories
    except AppError:
        return CATEGORIES


def gather(session: Session, norm: Norm, *, now: dt.datetime) -> Facts:
    """How things stand with a norm, in a constant number of statements."""
    row, draft_id = rules_of(session, norm), norm.current_draft_id
    rules, fault = Rules(), ""
    try:
        rules = in_full(row.content)
    except AppError as error:
        fault = str(error)
    stated = determination(session, draft_id)
    merged, taken = merged_numbers(session, draft_id), kept_in_hand(session, norm)
    return Facts(
        stage=norm.stage,
        now=now,
        opens_at=norm.opens_at,
        closes_at=norm.after_pause(now)[1],
        minimum_days=rules.minimum_days,
        rules_fault=fault,
        clauses=session.scalar(sa.select(sa.func.count()).where(Clause.draft_id == draft_id)) or 0,
        lacking=_lacking(session, norm),
        unanswered=_unanswered(session, norm, merged),
        held=_comments(session, norm, Comment.visibility == Visibility.HELD),
        under_review=reviews.open_numbers(session, norm.id),
        unsettled=_unsettled(session, draft_id),
        behind=_behind(session, norm),
        decided_otherwise=decided_otherwise(session, norm, taken),
        not_taken_up=open_numbers(session, norm, taken),
        **_standing(session, norm),
        unassessed=_unassessed(session, norm, row, rules),
        outcome=stated.outcome if stated else None,
    )


def _lacking(session: Session, norm: Norm) -> dict[str, tuple[str, ...]]:
    found = {}
    for language in norm.authentic_languages:
        labels = session.scalars(
            sa.select(Clause.label)
            .outerjoin(
                ClauseText,
                sa.and_(
                    ClauseText.clause_id == Clause.id,
                    ClauseText.language == language,
                    ClauseText.status == TextStatus.AUTHENTIC,
                ),
            )
            .where(Clause.draft_id == norm.current_draft_id, ClauseText.id.is_(None))
            .order_by(Clause.place)
        ).all()
        if labels:
            found[language] = tuple(labels)
    return found


def _comments(session: Session, norm: Norm, condition: sa.ColumnElement[bool]) -> tuple[int, ...]:
    """On whichever draft they were made: one that is returned or released late waits like any other."""
    query = sa.select(Comment.number).where(Comment.norm_id == norm.id, condition).order_by(Comment.number)
    return tuple(session.scalars(query))


def _unanswered(session: Session, norm: Norm, merged: Container[int]) -> tuple[int, ...]:
    """Comments that open a thread, are shown, and are not answered by being merged into the next draft.

    Those that are merged are answered when it opens, with their clause.
    """
    answered = sa.exists().where(Disposition.comment_id == Comment.id, Disposition.superseded_at.is_(None))
    shown = sa.and_(Comment.visibility == Visibility.SHOWN, Comment.parent_id.is_(None), ~answered)
    return tuple(number for number in _comments(session, norm, shown) if number not in merged)


def _behind(session: Session, norm: Norm) -> dict[str, tuple[str, ...]]:
    compilation = compilation_of(session, norm)
    return behind(session, norm, compilation) if compilation and compilation.draft_id is None else {}


def _unsettled(session: Session, draft_id: int | None) -> tuple[str, ...]:
    return tuple(
        session.scalars(
            sa.select(CompilationItem.label)
            .join(Compilation, Compilation.id == CompilationItem.compilation_id)
            .join(Wording, Wording.entry_id == CompilationItem.id)
            .where(
                Compilation.base_draft_id == draft_id,
                Compilation.draft_id.is_(None),
                Wording.unsettled > 0,
                CompilationItem.treatment.not_in(LEFT_OUT),
            )
            .group_by(CompilationItem.id, CompilationItem.label, CompilationItem.place)
            .order_by(CompilationItem.place)
        )
    )


def _objections(session: Session, norm: Norm, condition: sa.ColumnElement[bool]) -> list[tuple[str, str]]:
    """Code and label of the draft's provisions with such an objection of one not refused, once for each
    objection.
    """
    rows = session.execute(
        sa.select(Provision.code, Clause.label)
        .join(Objection, Objection.provision_id == Provision.id)
        .join(Clause, Clause.provision_id == Provision.id)
        .where(Objection.norm_id == norm.id, Clause.draft_id == norm.current_draft_id, condition, COUNTED)
        .order_by(Clause.place, Objection.id)
    )
    return [(row.code, row.label) for row in rows]


def _unassessed(session: Session, norm: Norm, row: RulesOfProcedure, rules: Rules) -> tuple[str, ...]:
    known = session.scalar(
        sa.select(Assessment.result["schemes"])
        .where(Assessment.draft_id == norm.current_draft_id, Assessment.rules_digest == (row.digest or ""))
        .order_by(Assessment.number.desc())
        .limit(1)
    )
    return tuple(scheme for scheme in rules.measurement.get("schemes", ()) if scheme not in (known or {}))
