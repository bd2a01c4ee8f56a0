"""Whom an act of the record concerns: from entries to rows of the table of notices."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.discussion.models import Comment, Visibility
from app.internal_drafts.models import InternalDraft
from app.norms.models import Norm
from app.positions.models import Objection

OF_COMMENTS = frozenset(
    {
        "comment-made",
        "comment-edited",
        "comment-released",
        "comment-hidden",
        "comment-disposed",
        "disposition-reviewed",
    }
)
OF_OBJECTIONS = frozenset({"objection-answered", "objection-noted"})
OF_MANY_OBJECTIONS = frozenset({"objections-answered", "objections-noted"})  #: each objector is mentioned
OF_NORMS = frozenset({"draft-opened", "step-taken", "round-closing", "determined"})
OF_CONTRIBUTIONS = frozenset({"contribution-drafted", "contribution-endorsed", "contribution-declined"})
OF_WORK = frozenset({"comments-assigned"})
OF_TRANSLATIONS = frozenset({"translation-written", "corrigendum-made"})
ACTS = (
    OF_COMMENTS | OF_OBJECTIONS | OF_MANY_OBJECTIONS | OF_NORMS | OF_CONTRIBUTIONS | OF_WORK | OF_TRANSLATIONS
)

Row = dict[str, Any]
COLUMNS = ("user_id", "stakeholder_id", "provision_id", "comment_id", "objection_id")


def notices_of(session: Session, entries: Sequence[AuditEntry]) -> list[Row]:
    """The rows for these entries, all of ``ACTS``.

    The number of statements depends on how many norms the entries are of, not on how many entries there are.
    """
    slugs = {entry.norm for entry in entries}
    found = session.execute(sa.select(Norm.slug, Norm.id).where(Norm.slug.in_(slugs))).all()
    norms: dict[str | None, int] = {row.slug: row.id for row in found}
    comments = _comments(session, norms, [entry for entry in entries if entry.act in OF_COMMENTS])
    objections = _objections(session, [entry for entry in entries if entry.act in OF_OBJECTIONS])
    contributions = _contributions(session, [entry for entry in entries if entry.act in OF_CONTRIBUTIONS])
    asked = _people(session, [entry.details["to"] for entry in entries if entry.act in OF_WORK])
    rows = []
    for entry in entries:
        row: Row = dict.fromkeys(COLUMNS)
        row |= {"number": entry.number, "act": entry.act, "at": entry.at}
        if entry.act in OF_CONTRIBUTIONS:
            if _number(entry) in contributions:  # its author's account may be erased
                rows.append(row | _of_contribution(entry, contributions[_number(entry)]))
            continue
        norm_id = row["norm_id"] = norms[entry.norm]
        if entry.act in OF_COMMENTS:
            row |= _of_comment(entry, comments[norm_id, _number(entry)])
        elif entry.act in OF_OBJECTIONS:
            row |= objections[_number(entry)]
        elif entry.act in OF_WORK:
            row["user_id"] = asked[entry.details["to"]]
        rows.append(row)
    return rows


def _number(entry: AuditEntry) -> int:
    """The number in a subject such as "comment:c12" or "objection:7"."""
    return int(entry.subject.rpartition(":")[2].lstrip("c"))


def _of_comment(entry: AuditEntry, said: Any) -> Row:
    """A reply is addressed to whom it answers, all else to the comment's author; one released late, to both.

    What moderators hold or hide is news to the author alone; an edit is news to whom it names alone.
    """
    row = {"comment_id": said.id, "provision_id": said.provision_id}
    if entry.act == "comment-edited":
        row["provision_id"] = None
    elif entry.act == "comment-released" and said.answered_author is not None:
        row |= {"user_id": said.author_id, "stakeholder_id": said.answered_stakeholder}
    elif entry.act != "comment-made":
        row |= {"user_id": said.author_id, "stakeholder_id": said.stakeholder_id}
    elif entry.details["visibility"] == Visibility.SHOWN:
        row |= {"user_id": said.answered_author, "stakeholder_id": said.answered_stakeholder}
    else:
        row["provision_id"] = None
    if entry.act == "comment-hidden":
        row["provision_id"] = None
    return row


def _of_contribution(entry: AuditEntry, drafted: InternalDraft) -> Row:
    """Who speaks for the entity hears of a draft, its author of what became of it; nobody else of either."""
    if entry.act == "contribution-drafted":
        return {"norm_id": drafted.norm_id, "stakeholder_id": drafted.stakeholder_id}
    return {"norm_id": drafted.norm_id, "user_id": drafted.author_id}


def _contributions(session: Session, entries: Sequence[AuditEntry]) -> dict[int, InternalDraft]:
    wanted = {_number(entry) for entry in entries}
    found = session.scalars(sa.select(InternalDraft).where(InternalDraft.id.in_(wanted)))
    return {one.id: one for one in found}


def _comments(
    session: Session, norms: Mapping[str | None, int], entries: Sequence[AuditEntry]
) -> dict[tuple[int, int], Any]:
    """Norm's id and comment's number → whose it is, where, and whom it answers; one statement a norm."""
    numbers = defaultdict(set)
    for entry in entries:
        numbers[norms[entry.norm]].add(_number(entry))
    answered = aliased(Comment)
    found: dict[tuple[int, int], Any] = {}
    for norm_id, wanted in numbers.items():
        rows = session.execute(
            sa.select(
                Comment.id,
                Comment.number,
                Comment.provision_id,
                Comment.author_id,
                Comment.stakeholder_id,
                answered.author_id.label("answered_author"),
                answered.stakeholder_id.label("answered_stakeholder"),
            )
            .outerjoin(answered, answered.id == Comment.parent_id)
            .where(Comment.norm_id == norm_id, Comment.number.in_(wanted))
        )
        found |= {(norm_id, row.number): row for row in rows}
    return found


def _objections(session: Session, entries: Sequence[AuditEntry]) -> dict[int, Row]:
    wanted = {_number(entry) for entry in entries}
    rows = session.execute(sa.select(Objection.id, Objection.stakeholder_id).where(Objection.id.in_(wanted)))
    return {row.id: {"objection_id": row.id, "stakeholder_id": row.stakeholder_id} for row in rows}


def _people(session: Session, pseudonyms: Sequence[str]) -> dict[str, int]:
    """Pseudonym → whose it is."""
    rows = session.execute(sa.select(User.pseudonym, User.id).where(User.pseudonym.in_(pseudonyms)))
    return {row.pseudonym: row.id for row in rows}
