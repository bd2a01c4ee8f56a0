"""Reads for checking a form, and the comments that are written into one."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.discussion.models import Comment, Disposition, ProposedChange, Visibility
from app.discussion.queries import IS_CURRENT, OPENS_A_THREAD
from app.discussion.sheets.clause_names import Clauses, label_key
from app.discussion.sheets.export_rows import Record
from app.discussion.sheets.import_plan import Said, key_of
from app.norms.models import Clause, Draft, Norm, Provision
from app.norms.queries import clauses
from app.norms.seen import Seen, seen_in, seen_of_draft, text_read
from app.stakeholders.models import Stakeholder

CHUNK = 1_000  #: rows that are fetched at a time


def draft_clauses(session: Session, norm: Norm, draft_id: int | None) -> Clauses:
    """A draft of the norm, as rows of a sheet name its clauses."""
    found = clauses(session, draft_id or 0)
    labels: dict[str, list[str]] = {}
    for clause in found:
        if clause.label:
            labels.setdefault(label_key(clause.label), []).append(clause.provision.code)
    texts = {clause.provision.code: {one.language: one.text for one in clause.texts} for clause in found}
    every = session.scalars(sa.select(Provision.code).where(Provision.norm_id == norm.id))
    seen = {
        clause.provision.code: {one.language: seen_in(clause, one.language) for one in clause.texts}
        for clause in found
    }
    whole = seen_of_draft((clause.provision.code, clause.text_digest) for clause in found)
    return Clauses(texts, labels, seen, whole, frozenset(every) - texts.keys())


def known_words(session: Session, norm: Norm, stakeholder_ids: sa.Select[Any]) -> dict[str, int]:
    """Key of what these stakeholders have said on the current draft → the comment's number.

    Also what was taken back, hidden or edited since: sending it again in a sheet does not bring it back.
    """
    rows = session.execute(
        sa.select(
            Comment.stakeholder_id,
            Comment.number,
            Provision.code,
            Comment.kind,
            Comment.language,
            Comment.read_language,
            Comment.body,
            Comment.quote,
            ProposedChange.wording,
            Comment.form_key,
        )
        .outerjoin(Provision, Provision.id == Comment.provision_id)
        .outerjoin(ProposedChange, ProposedChange.comment_id == Comment.id)
        .where(
            Comment.norm_id == norm.id,
            Comment.draft_id == norm.current_draft_id,
            Comment.stakeholder_id.in_(stakeholder_ids),
            OPENS_A_THREAD,
        )
        .execution_options(yield_per=CHUNK)
    )
    known: dict[str, int] = {}
    for holder, number, *said, form_key in rows:
        known[key_of(norm.current_draft_id, holder, Said(*said))] = number
        if form_key:  # what it said when it came in a sheet
            known[form_key] = number
    return known


def records_of(session: Session, norm: Norm, stakeholder_id: int) -> list[Record]:
    """What a stakeholder has said on the current draft, waiting for a moderator or shown."""
    return list(
        _records(
            session,
            Comment.norm_id == norm.id,
            Comment.draft_id == norm.current_draft_id,
            Comment.stakeholder_id == stakeholder_id,
            Comment.visibility.in_([Visibility.SHOWN, Visibility.HELD]),
            OPENS_A_THREAD,
        )
    )


def shown_records(session: Session, norm: Norm) -> Iterator[Record]:
    """Every comment of the norm that anybody may read, on whatever draft, in order, replies included."""
    return _records(session, Comment.norm_id == norm.id, Comment.visibility == Visibility.SHOWN)


def _records(session: Session, *which: sa.ColumnElement[bool]) -> Iterator[Record]:
    """One statement, fetched in parts."""
    original = aliased(Comment)
    imported = Stakeholder.origin == sa.select(Norm.slug).where(Norm.id == Comment.norm_id).scalar_subquery()
    rows = session.execute(
        sa.select(
            Comment.number,
            sa.case((imported, Stakeholder.external_id), else_=Stakeholder.name),
            Draft.number,
            sa.func.coalesce(Provision.code, ""),
            sa.func.coalesce(Clause.label, ""),
            Comment.kind,
            Comment.language,
            Comment.body,
            Comment.quote,
            ProposedChange.operation,
            ProposedChange.wording,
            Disposition.decision,
            sa.func.coalesce(Disposition.reason, ""),
            sa.func.coalesce(Disposition.language, ""),
            original.number,
        )
        .select_from(Comment)
        .join(Stakeholder, Stakeholder.id == Comment.stakeholder_id)
        .join(Draft, Draft.id == Comment.draft_id)
        .outerjoin(Clause, Clause.id == Comment.clause_id)
        .outerjoin(Provision, Provision.id == Comment.provision_id)
        .outerjoin(ProposedChange, ProposedChange.comment_id == Comment.id)
        .outerjoin(Disposition, IS_CURRENT)
        .outerjoin(original, original.id == Disposition.duplicate_of_id)
        .where(*which)
        .order_by(Comment.number)
        .execution_options(yield_per=CHUNK)
    )
    return (Record(*row) for row in rows)


def clause_rows(session: Session, norm: Norm, language: str) -> list[tuple[str, str, str, str, Seen]]:
    """(code, label, language, text, its words as they are seen) of each clause of the current draft, in
    ``language`` where it is there, else in the first authentic language.
    """
    found = []
    for clause in clauses(session, norm.current_draft_id or 0):
        text = text_read(clause, language)
        if text is not None:
            seen = seen_in(clause, language)
            found.append((clause.provision.code, clause.label, text.language, text.text, seen))
    return found
