"""A comment that was made, as the cells of a sheet (pure)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.discussion.models import ChangeOperation, CommentKind, Decision
from app.discussion.program_reasons import program_reason
from app.discussion.sheets.columns import Column
from app.discussion.sheets.row_model import LETTERS, WHOLE, SheetRow, parted
from app.discussion.sheets.writing import fitting
from app.foundation.text import normalise

Word = Callable[[StrEnum], str]  #: the word for a value, in the sheet's language


@dataclass(frozen=True, slots=True)
class Record:
    """A comment with its decision. ``code`` and ``label``: of its clause, "" for the whole draft."""

    number: int
    member: str
    draft: int
    code: str
    label: str
    kind: CommentKind
    language: str
    body: str
    quote: str = ""
    operation: ChangeOperation | None = None
    wording: str | None = None
    decision: Decision | None = None
    reason: str = ""
    reason_language: str = ""
    duplicate_of: int | None = None

    @property
    def name(self) -> str:
        return f"c{self.number}"


def cells_of(record: Record, word: Word, language: str) -> dict[Column, str]:
    """The record's cells, headings and decisions in ``language``."""
    parts = parted(record.body, record.language)
    if Column.NUMBER in parts:  # another sheet's number stays in the words: the column is for ours
        parts = {Column.COMMENT: record.body}
    return {
        Column.NUMBER: record.name,
        Column.MEMBER: record.member,
        Column.CLAUSE: record.label if record.code else WHOLE.get(language, WHOLE["en"]),
        Column.PARAGRAPH: record.quote,
        Column.KIND: LETTERS[record.kind],
        Column.CHANGE: _change(record, word),
        Column.OBSERVATION: _observation(record, word),
        Column.PROVISION: record.code,
        Column.DRAFT: str(record.draft),
        Column.LANGUAGE: record.language,
    } | parts


def reads_as(row: SheetRow, record: Record) -> bool:
    """Whether the row still says what the sheet said of the comment when it was written."""
    cells = cells_of(record, str, record.language)
    columns = [Column.PARAGRAPH, Column.COMMENT]
    if record.operation in (None, ChangeOperation.REPLACE):  # the others are said in the sheet's language
        columns.append(Column.CHANGE)
    return row.text(Column.KIND).casefold() == cells[Column.KIND] and all(
        normalise(row.text(column)) in (cells[column].strip(), normalise(fitting(cells[column])))
        for column in columns
    )


def _change(record: Record, word: Word) -> str:
    if record.operation is None:
        return ""
    if record.operation is ChangeOperation.REPLACE:
        return record.wording or ""
    said = word(record.operation)
    return f"{said}: {record.wording}" if record.wording else said


def _observation(record: Record, word: Word) -> str:
    """The decision and its reason, as secretariats write them: "Accepted. It is so now."."""
    if record.decision is None:
        return ""
    said = word(record.decision)
    if code := program_reason(record.reason, record.reason_language):
        return f"{said}. {word(code)}"
    if record.reason.casefold().startswith(said.casefold()):
        return record.reason
    original = f" (c{record.duplicate_of})" if record.duplicate_of else ""
    return f"{said}{original}. {record.reason}".strip()
