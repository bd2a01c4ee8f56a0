"""Commenting in a sheet: the sheet to fill in, what an upload would do, and doing it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.discussion.models import ChangeOperation, Comment
from app.discussion.service import CommentOnEarlierDraft, comment, propose
from app.discussion.sheets import queries
from app.discussion.sheets.clause_names import label_key
from app.discussion.sheets.columns import ISO, Column
from app.discussion.sheets.export_rows import Record, Word, cells_of
from app.discussion.sheets.import_plan import Ground, Planned, RowOutcome, Said, key_of, plan
from app.discussion.sheets.row_model import WHOLE, SheetRow
from app.discussion.sheets.writing import Sheet
from app.discussion.submissions import Submission
from app.foundation.errors import N_, BadInput, NotFound
from app.foundation.locking import Hold
from app.norms.locking import lock
from app.norms.models import Clause, Norm
from app.norms.queries import clauses, draft_seen, drafts
from app.norms.seen import SeenUnclear
from app.stakeholders.models import Stakeholder

MOST_AT_ONCE = 1_000  #: comments from one upload


class TooManyComments(BadInput):
    code = "sheet-comments"
    message = N_("The file has %(count)s new comments; the limit is %(limit)s. Upload it in parts.")


@dataclass(frozen=True, slots=True)
class Upload:
    """A sheet that was sent: for whom, against which draft, and how it is to be read.

    ``about``: the number of the draft that rows are about which do not say it, 0 where nobody has said it.
    ``has_wording``: the column of changes holds the whole new wording, not instructions.
    """

    stakeholder_id: int
    draft_id: int
    about: int
    rows: Sequence[SheetRow]
    read_language: str
    has_wording: bool
    digest: str


def own_rows(
    session: Session, norm: Norm, stakeholder: Stakeholder, word: Word, *, language: str
) -> Iterator[dict[Column, str]]:
    """An empty row for the whole draft and for each clause, each after what was said there before."""
    said: dict[str, list[Record]] = {}
    for record in queries.records_of(session, norm, stakeholder.id):
        said.setdefault(record.code, []).append(record)
    draft = str(norm.current_draft.number) if norm.current_draft else ""
    all_words = draft_seen(session, norm.current_draft_id)
    whole = ("", WHOLE.get(language, WHOLE["en"]), language, "", all_words)
    for code, label, read, text, seen in (whole, *queries.clause_rows(session, norm, language)):
        place = {Column.CLAUSE: label, Column.PROVISION: code, Column.TEXT: text}
        for record in said.get(code, ()):
            yield cells_of(record, word, language) | place
        made_for = {Column.DRAFT: draft, Column.LANGUAGE: read, Column.SEEN: str(seen)}
        yield place | {Column.MEMBER: stakeholder.name} | made_for


def all_comments(session: Session, norm: Norm, word: Word, *, language: str) -> Sheet:
    """What anybody may read, with the decisions, as secretariats keep it. Headings are in ``language``."""
    rows = (cells_of(record, word, language) for record in queries.shown_records(session, norm))
    columns = (*ISO, Column.PROVISION, Column.DRAFT, Column.LANGUAGE)
    return Sheet(norm.titles.get(language) or norm.slug, language, columns, rows)


def preview(session: Session, actor: Actor, norm: Norm, upload: Upload, *, now: dt.datetime) -> list[Planned]:
    """What ``take_in`` would do with each row; nothing is written.

    :raises NotAllowed: the round is closed, or the actor does not speak for the stakeholder.
    :raises NotTheDraft: the upload was made for an earlier draft. :raises TooManyComments: for one upload.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.COMMENT, norm.matter(now, stakeholder_id=upload.stakeholder_id))
    if upload.draft_id != norm.current_draft_id:
        raise CommentOnEarlierDraft
    planned = plan(upload.rows, _ground(session, norm, upload))
    count = sum(one.outcome is RowOutcome.ADD for one in planned)
    if count > MOST_AT_ONCE:
        raise TooManyComments(count=count, limit=MOST_AT_ONCE)
    return planned


def take_in(session: Session, actor: Actor, norm: Norm, upload: Upload, *, now: dt.datetime) -> list[Planned]:
    """Make the comments and proposed changes of a sheet; what is there already is not made again.

    Each is made by the verb that pages use, and recorded as such; one entry more is of the upload.
    Two uploads of the same file at once come one after the other.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.COMMENT, norm.matter(now, stakeholder_id=upload.stakeholder_id))
    planned = preview(session, actor, norm, upload, now=now)
    in_draft = {one.provision.code: one for one in clauses(session, upload.draft_id)}
    for one in planned:
        if one.outcome is RowOutcome.ADD and one.said is not None:
            clause = in_draft[one.said.code] if one.said.code else None
            _make(session, actor, norm, upload, one.said, clause, now)
    counts = {outcome.value: sum(one.outcome is outcome for one in planned) for outcome in RowOutcome}
    details = {"file": upload.digest, "stakeholder": upload.stakeholder_id, **counts}
    audit.record(session, actor, "sheet-uploaded", norm.slug, norm=norm.slug, now=now, details=details)
    return planned


def _make(
    session: Session,
    actor: Actor,
    norm: Norm,
    upload: Upload,
    said: Said,
    clause: Clause | None,
    now: dt.datetime,
) -> Comment:
    """The words' own key is the form's: should the same come twice after all, it is one comment."""
    key = key_of(upload.draft_id, upload.stakeholder_id, said)
    if said.seen is None:
        raise SeenUnclear
    given = Submission(
        stakeholder_id=upload.stakeholder_id,
        kind=said.kind,
        body=said.body,
        quote=said.quote,
        language=said.language,
        read_language=said.read_language,
        seen=said.seen,
        form_key=key,
    )
    if said.wording is None or clause is None:
        return comment(session, actor, norm, given, clause=clause, now=now)
    operation = ChangeOperation.REPLACE
    return propose(
        session, actor, norm, given, clause=clause, operation=operation, wording=said.wording, now=now
    )


def _ground(session: Session, norm: Norm, upload: Upload) -> Ground:
    holder = session.get(Stakeholder, upload.stakeholder_id)
    if holder is None or norm.current_draft is None:
        raise NotFound
    named = {*(row.text(Column.DRAFT) for row in upload.rows if row.is_filled)}
    chosen = [
        one
        for one in drafts(session, norm.id)
        if one.id == norm.current_draft_id or one.number == upload.about or str(one.number) in named
    ]
    names = {holder.name, holder.country or holder.name}
    return Ground(
        draft_id=upload.draft_id,
        draft=norm.current_draft.number,
        about=upload.about,
        stakeholder_id=holder.id,
        name=holder.name,
        names=frozenset(map(label_key, names)),
        drafts={one.number: queries.draft_clauses(session, norm, one.id) for one in chosen},
        read_language=upload.read_language,
        has_wording=upload.has_wording,
        known=queries.known_words(session, norm, sa.select(sa.literal(holder.id))),
        records={one.number: one for one in queries.records_of(session, norm, holder.id)},
    )
