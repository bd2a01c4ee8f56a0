"""Whom the words of comments name, so that they are told of it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.discussion.mentions import named
from app.discussion.models import Comment, Visibility
from app.notices.models import Mentioned, Notice
from app.notices.recipients import OF_MANY_OBJECTIONS, OF_TRANSLATIONS
from app.positions.models import Objection, Position
from app.positions.readers import readers_of
from app.stakeholders.models import Stakeholder

NAMING = frozenset({"comment-made", "comment-released", "comment-edited"})
Row = dict[str, Any]


def active(session: Session, norm_id: int, names: Sequence[str]) -> dict[str, list[int]]:
    """Name → the stakeholders called so who have commented or stated a position on a norm; one statement."""
    if not names:
        return {}
    comments = sa.exists().where(
        Comment.stakeholder_id == Stakeholder.id,
        Comment.norm_id == norm_id,
        Comment.visibility == Visibility.SHOWN,
    )
    positions = sa.exists().where(Position.stakeholder_id == Stakeholder.id, Position.norm_id == norm_id)
    found: dict[str, list[int]] = defaultdict(list)
    rows = session.execute(
        sa.select(Stakeholder.name, Stakeholder.id)
        .where(Stakeholder.name.in_(names), sa.or_(comments, positions))
        .order_by(Stakeholder.id)
    )
    for name, number in rows:
        found[name].append(number)
    return dict(found)


def _readers(session: Session, entries: Sequence[AuditEntry], notices: Sequence[Row]) -> list[Row]:
    """The rows for who has a position on the very words of a translation that were replaced: told once, since
    the next change replaces other words.
    """
    norms = {row["number"]: row["norm_id"] for row in notices}
    rows: list[Row] = []
    for entry in entries:
        if entry.act in OF_TRANSLATIONS and entry.details.get("instead_of"):
            words = bytes.fromhex(entry.details["instead_of"])
            language = entry.details["language"]
            for holder in readers_of(session, norms[entry.number], entry.subject, language, words):
                rows.append({"number": entry.number, "stakeholder_id": holder})
    return rows


def _objectors(session: Session, entries: Sequence[AuditEntry]) -> list[Row]:
    """The rows for whose objections were answered together; a statement for each such answer."""
    rows: list[Row] = []
    for entry in entries:
        if entry.act in OF_MANY_OBJECTIONS:
            whose = sa.select(Objection.stakeholder_id).where(Objection.id.in_(entry.details["objections"]))
            rows += [
                {"number": entry.number, "stakeholder_id": holder}
                for holder in session.scalars(whose.distinct().order_by(Objection.stakeholder_id))
            ]
    return rows


def mentions_of(session: Session, entries: Sequence[AuditEntry], notices: Sequence[Row]) -> list[Row]:
    """The rows for what these entries show of comments; ``notices`` are the entries' own rows.

    Who is named twice in a comment, or still is after an edit, is told once; who speaks, not at all.
    """
    shown = {
        entry.number
        for entry in entries
        if entry.act in NAMING and entry.details.get("visibility", Visibility.SHOWN) == Visibility.SHOWN
    }
    places = {row["comment_id"]: row["number"] for row in reversed(notices) if row["number"] in shown}
    rows = _readers(session, entries, notices) + _objectors(session, entries)
    calls = sa.or_(Comment.body.contains("@"), Comment.body.contains("＠"))
    for said in session.scalars(sa.select(Comment).where(Comment.id.in_(places), calls)).all():
        wanted = {
            number for ids in active(session, said.norm_id, named(said.body)).values() for number in ids
        }
        told = session.scalars(
            sa.select(Mentioned.stakeholder_id)
            .join(Notice, Notice.number == Mentioned.number)
            .where(Notice.comment_id == said.id)
        )
        rows += [
            {"number": places[said.id], "stakeholder_id": holder}
            for holder in sorted(wanted - set(told) - {said.stakeholder_id})
        ]
    return rows
