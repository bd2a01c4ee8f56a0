"""Statements that turn the rows of an import into data, over the table they were streamed into."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from app.norms.models import Clause, ClauseText, Norm
from app.positions.models import ObjectionState, Position, Stance
from app.stakeholders.models import Stakeholder


def other_words(norm: Norm, stage: sa.Table, language: str) -> sa.Select[int]:
    """The first line whose clause reads otherwise in the norm."""
    here = sa.and_(Clause.label == stage.c.clause, Clause.draft_id == norm.current_draft_id)
    text = sa.and_(ClauseText.clause_id == Clause.id, ClauseText.language == language)
    return (
        sa.select(sa.func.min(stage.c.line))
        .join(Clause, here)
        .join(ClauseText, text)
        .where(stage.c.clause_text != ClauseText.text)
    )


def known(norm: Norm, stage: sa.Table) -> sa.Select[str | None]:
    """A stakeholder that came with an earlier import into the norm."""
    return (
        sa.select(Stakeholder.external_id)
        .where(Stakeholder.origin == norm.slug, Stakeholder.external_id.in_(sa.select(stage.c.stakeholder)))
        .limit(1)
    )


def torn(stage: sa.Table, column: sa.Column[str]) -> sa.Select[int]:
    """The last line of a stakeholder that has two values in one column."""
    value = sa.func.coalesce(column, "")
    return (
        sa.select(sa.func.max(stage.c.line))
        .group_by(stage.c.stakeholder)
        .having(sa.func.min(value) != sa.func.max(value))
        .limit(1)
    )


def stakeholders(
    norm: Norm, stage: sa.Table, *, name_prefix: str, language: str, now: dt.datetime
) -> sa.Select[*tuple[Any, ...]]:
    """The stakeholders of the import in order of first appearance, as rows to insert."""
    return (
        sa.select(
            sa.func.max(stage.c.category).label("category"),
            sa.func.max(stage.c.country).label("country"),
            (sa.literal(name_prefix) + stage.c.stakeholder).label("name"),
            sa.literal(language).label("language"),
            sa.literal("").label("evidence"),
            sa.func.max(stage.c.verification).label("verification"),
            sa.literal(norm.slug).label("origin"),
            stage.c.stakeholder.label("external_id"),
            sa.literal(now, Stakeholder.created_at.type).label("created_at"),
        )
        .group_by(stage.c.stakeholder)
        .order_by(sa.func.min(stage.c.place))
    )


def last_words(norm: Norm, stage: sa.Table) -> sa.Select[*tuple[Any, ...]]:
    """The latest position of each stakeholder on each clause, as rows to insert."""
    order = (stage.c.stated_at.desc(), stage.c.place.desc())
    last = sa.func.row_number().over(partition_by=(stage.c.stakeholder, stage.c.clause), order_by=order)
    row = sa.select(stage, last.label("last")).subquery().c
    here = sa.and_(Clause.label == row.clause, Clause.draft_id == norm.current_draft_id)
    holder = sa.and_(Stakeholder.external_id == row.stakeholder, Stakeholder.origin == norm.slug)
    return (
        sa.select(
            sa.literal(norm.id).label("norm_id"),
            Clause.provision_id.label("provision_id"),
            Clause.id.label("clause_id"),
            Stakeholder.id.label("stakeholder_id"),
            row.stance.label("stance"),
            row.reason.label("reason"),
            sa.literal("").label("remedy"),
            row.language.label("language"),
            sa.literal(norm.authentic_languages[0]).label("read_language"),
            Clause.text_digest.label("text_digest"),
            row.stated_at.label("stated_at"),
        )
        .join(Clause, here)
        .join(Stakeholder, holder)
        .where(row.last == 1)
        .order_by(row.place)
    )


def objections(which: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    """An open objection for each of those positions that objects, as rows to insert."""
    return sa.select(
        Position.norm_id.label("norm_id"),
        Position.provision_id.label("provision_id"),
        Position.stakeholder_id.label("stakeholder_id"),
        Position.id.label("position_id"),
        sa.literal(ObjectionState.OPEN.value).label("state"),
        Position.stated_at.label("opened_at"),
        Position.stated_at.label("changed_at"),
    ).where(which, Position.stance == Stance.OBJECT)
