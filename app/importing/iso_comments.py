"""Bringing a secretariat's commenting sheet: comments with what was decided on them, or nothing at all."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import PLATFORM, Actor
from app.authority.grants import Permission, require
from app.discussion.models import Comment, Disposition, Visibility
from app.discussion.queries import IS_CURRENT
from app.discussion.quotes import occurs, squeezed
from app.discussion.service import BODY
from app.discussion.sheets.clause_names import Clauses, ClauseUnknown, label_key
from app.discussion.sheets.columns import Column
from app.discussion.sheets.import_plan import NUMBER, OtherDraft, Said, key_of
from app.discussion.sheets.queries import draft_clauses, known_words
from app.discussion.sheets.row_model import SheetRow, together
from app.foundation.errors import N_, BadInput, Phrase
from app.foundation.locking import Hold
from app.importing.csv_rows import RowUnclear
from app.importing.iso_cells import Member, decision_in, member_of
from app.importing.positions_csv import LONGEST_LABEL, LONGEST_NAME
from app.importing.records import Statement
from app.importing.service import NotOpen, Source, new_norm, open_norm
from app.norms.locking import lock
from app.norms.models import Clause, Norm, Provision
from app.norms.queries import norm_by_slug
from app.norms.rules import Rules
from app.stakeholders.models import Stakeholder, Verification


@dataclass(frozen=True, slots=True)
class Remark:
    """One row: whose, what it says, and what the secretariat answered."""

    row: SheetRow
    member: Member
    said: Said
    observation: str


@dataclass(frozen=True, slots=True)
class ImportedComments:
    """How many are new; ``there``: how many rows said what was there already; ``undecided``: the rows whose
    observation is no decision that is known.
    """

    comments: int
    there: int
    stakeholders: int
    decisions: int
    undecided: Sequence[str] = ()


def import_comments(
    session: Session, actor: Actor, *, slug: str, source: Source, rows: Sequence[SheetRow], now: dt.datetime
) -> ImportedComments:
    """Comments from a sheet; a norm that does not exist yet is made from the sheet's own clauses.

    Clauses are found by permanent id or label; a row about another is a comment on the whole draft that names
    it. Sending the same sheet again adds nothing but decisions that were missing.

    :raises NotOpen: the norm takes no comments now. :raises RowUnclear: a row cannot be taken; it is named.
    """
    require(actor, Permission.IMPORT, PLATFORM)
    rows = [row for row in rows if _has_words(source, row)]
    members = [_member(source, row) for row in rows]
    if not rows:
        raise RowUnclear(source.name, 1, 1, N_("The file has no rows."))
    norm = norm_by_slug(session, slug)
    if norm is None:
        norm = new_norm(session, actor, slug, source, _statements(rows), now)
        open_norm(session, norm, Rules(), sorted({member.category.value for member in members}), now)
    else:
        _check_drafts(source, rows, norm)
    lock(session, norm, Hold.IN_TURN)
    if not norm.matter(now).takes_comments:
        raise NotOpen(slug=slug)
    clauses = draft_clauses(session, norm, norm.current_draft_id)
    remarks = [
        Remark(row, member, _said(source, row, clauses), _observation(source, row))
        for row, member in zip(rows, members, strict=True)
    ]
    last = [session.scalar(sa.select(sa.func.max(kind.id))) or 0 for kind in (Comment, Disposition)]
    holders, fresh = _stakeholders(session, norm, source, members, now)
    numbers, made = _add_comments(session, norm, remarks, holders, now)
    decisions = _add_decisions(session, norm, source, zip(remarks, numbers, strict=True), now)
    undecided = [one.row.place for one in remarks if one.observation and decision_in(one.observation) is None]
    result = ImportedComments(made, len(remarks) - made, fresh, decisions, undecided)
    details = {"file": source.digest, "comments": made, "stakeholders": fresh, "decisions": decisions}
    added = _written(session, norm, *last)
    audit.record(session, actor, "comments-imported", slug, norm=slug, now=now, details=details, rows=added)
    return result


def _written(session: Session, norm: Norm, comment: int, disposition: int) -> list[Comment | Disposition]:
    """What was added to a norm after these."""
    said = session.scalars(sa.select(Comment).where(Comment.norm_id == norm.id, Comment.id > comment))
    decided = session.scalars(
        sa.select(Disposition)
        .join(Comment, Comment.id == Disposition.comment_id)
        .where(Comment.norm_id == norm.id, Disposition.id > disposition)
    )
    return [*said, *decided]


def _has_words(source: Source, row: SheetRow) -> bool:
    """:raises RowUnclear: a row that cannot be read, or an answer to nothing."""
    if row.fault:
        raise RowUnclear(source.name, row.place, 1, row.fault)
    if row.text(Column.OBSERVATION) and not row.has_words:
        raise RowUnclear(source.name, row.place, Column.COMMENT, N_("This field is required."))
    return row.has_words


def _check_drafts(source: Source, rows: Sequence[SheetRow], norm: Norm) -> None:
    """:raises RowUnclear: a row is about another draft than the present one."""
    present = norm.current_draft.number if norm.current_draft else 0
    for row in rows:
        draft = row.text(Column.DRAFT)
        if draft and draft != str(present):
            other = OtherDraft(draft=draft[:20], present=present)
            raise RowUnclear(source.name, row.place, Column.DRAFT, other.phrase)


def _member(source: Source, row: SheetRow) -> Member:
    cell = row.text(Column.MEMBER)
    if not cell:
        raise RowUnclear(source.name, row.place, Column.MEMBER, N_("This field is required."))
    if len(cell) > LONGEST_NAME:
        problem = Phrase(N_("Enter at most %(limit)s characters."), {"limit": LONGEST_NAME})
        raise RowUnclear(source.name, row.place, Column.MEMBER, problem)
    return member_of(cell)


def _statements(rows: Iterable[SheetRow]) -> list[Statement]:
    """The distinct clauses in order of first appearance; a label too long for one stays in the words."""
    labels: dict[str, str] = {}
    for row in rows:
        label = " ".join(row.text(Column.CLAUSE).split())
        if label and len(label) <= LONGEST_LABEL and not row.names_whole_draft:
            labels.setdefault(label_key(label), label)
    return [Statement(label, label) for label in labels.values()]


def _said(source: Source, row: SheetRow, clauses: Clauses) -> Said:
    """:raises RowUnclear: an unknown type or language, or words that cannot be taken."""
    named = {column: row.text(column) for column in (Column.LINE, Column.COMMENT, Column.CHANGE)}
    try:
        code = clauses.code_of(row)
    except ClauseUnknown:
        code, named[Column.CLAUSE] = None, row.text(Column.CLAUSE) or row.text(Column.PROVISION)
    if not NUMBER.fullmatch(row.text(Column.NUMBER)):  # that is ours, and of another norm or day
        named[Column.NUMBER] = row.text(Column.NUMBER)
    text = clauses.texts[code].get(source.language, "") if code else ""
    quote = squeezed(row.text(Column.PARAGRAPH))
    if not occurs(quote, text):
        named[Column.PARAGRAPH], quote = quote, ""
    try:
        language = row.language(source.language)
        body = BODY.clean(together(named, language))
        return Said(code, row.kind, language, source.language, body, quote)
    except BadInput as error:
        column = error.field if error.field in set(Column) else Column.COMMENT
        raise RowUnclear(source.name, row.place, column, error.phrase) from error


def _observation(source: Source, row: SheetRow) -> str:
    words = row.text(Column.OBSERVATION)
    try:
        return BODY.clean(words) if words else ""
    except BadInput as error:
        raise RowUnclear(source.name, row.place, Column.OBSERVATION, error.phrase) from error


def _stakeholders(
    session: Session, norm: Norm, source: Source, members: Iterable[Member], now: dt.datetime
) -> tuple[dict[str, int], int]:
    """Sign → stakeholder's id, and how many are new. Nobody who registered here is taken for one of them."""
    wanted = {member.sign: member for member in members}
    ours = sa.select(Stakeholder.external_id, Stakeholder.id).where(Stakeholder.origin == norm.slug)
    known: dict[str, int] = {sign: key for sign, key in session.execute(ours) if sign in wanted}
    fresh = [member for sign, member in wanted.items() if sign not in known]
    for member in fresh:
        holder = Stakeholder(
            category=member.category,
            country=member.country,
            name=member.name,
            language=source.language,
            verification=Verification.SELF_DECLARED,
            origin=norm.slug,
            external_id=member.sign,
            created_at=now,
        )
        session.add(holder)
        session.flush()
        known[member.sign] = holder.id
    return known, len(fresh)


def _add_comments(
    session: Session, norm: Norm, remarks: Sequence[Remark], holders: dict[str, int], now: dt.datetime
) -> tuple[list[int], int]:
    """The number of each remark's comment, and how many of them are new."""
    ids = sa.select(Stakeholder.id).where(Stakeholder.origin == norm.slug)
    known = known_words(session, norm, ids)
    last = session.scalar(sa.select(sa.func.max(Comment.number)).where(Comment.norm_id == norm.id)) or 0
    clauses = session.execute(
        sa.select(Provision.code, Clause.id, Clause.provision_id)
        .join(Clause, Clause.provision_id == Provision.id)
        .where(Clause.draft_id == norm.current_draft_id)
    )
    in_draft = {row.code: (row.id, row.provision_id) for row in clauses}
    numbers: list[int] = []
    fresh: list[dict[str, Any]] = []
    for remark in remarks:
        holder, said = holders[remark.member.sign], remark.said
        key = key_of(norm.current_draft_id, holder, said)
        if key not in known:
            known[key] = last + len(fresh) + 1
            clause_id, provision_id = in_draft[said.code] if said.code else (None, None)
            fresh.append(
                {
                    "norm_id": norm.id,
                    "number": known[key],
                    "draft_id": norm.current_draft_id,
                    "clause_id": clause_id,
                    "provision_id": provision_id,
                    "stakeholder_id": holder,
                    "kind": said.kind,
                    "language": said.language,
                    "read_language": said.read_language,
                    "body": said.body,
                    "quote": said.quote,
                    "visibility": Visibility.SHOWN,
                    "form_key": key,
                    "created_at": now,
                }
            )
        numbers.append(known[key])
    if fresh:
        session.execute(sa.insert(Comment), fresh)
    return numbers, len(fresh)


def _add_decisions(
    session: Session,
    norm: Norm,
    source: Source,
    remarks: Iterable[tuple[Remark, int]],
    now: dt.datetime,
) -> int:
    """The secretariat's words as the reason, where they are a decision and the comment has none yet."""
    undecided = session.execute(
        sa.select(Comment.number, Comment.id)
        .outerjoin(Disposition, IS_CURRENT)
        .where(Comment.norm_id == norm.id, Disposition.id.is_(None))
    )
    waiting: dict[int, int] = {row.number: row.id for row in undecided}
    made = [
        {
            "comment_id": waiting.pop(number),
            "decision": decided,
            "reason": remark.observation,
            "language": source.language,
            "decided_at": now,
        }
        for remark, number in remarks
        if (decided := decision_in(remark.observation)) and number in waiting
    ]
    if made:
        session.execute(sa.insert(Disposition), made)
    return len(made)
