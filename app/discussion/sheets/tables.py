"""The tables of a file, cell by cell: worksheets, tables of a document, or a CSV file (pure).

Nothing is computed, looked up or run: a formula is only recognised.
"""

import codecs
import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import docx
import openpyxl
from docx.oxml.ns import qn

from app.discussion.sheets.archives import OLD_OR_LOCKED, SheetLocked, SheetUnreadable, SheetUnsafe, opened
from app.discussion.sheets.columns import column_named
from app.foundation.errors import N_, BadInput
from app.foundation.sheets import restore

WIDEST = 64  #: columns that are looked at
LAST_ROW = 1_048_576  #: of a worksheet
MOST_MERGED = 100_000  #: rows, of all merged cells together
LONGEST_CELL = 1_000_000  #: characters, in CSV
FORMULA = "\0formula"  #: stands for a cell that holds one; no file can hold this text itself
MERGED = "\0merged"  #: stands for a cell that belongs to one in a row above

TABLE, ROW, CELL, PARAGRAPH, WORDS = map(qn, ("w:tbl", "w:tr", "w:tc", "w:p", "w:t"))
CONTROL, CONTROLLED, VALUE = map(qn, ("w:sdt", "w:sdtContent", "w:val"))
MERGE_PATH, SPAN_PATH = (f"{qn('w:tcPr')}/{qn(name)}" for name in ("w:vMerge", "w:gridSpan"))
MOVED_AWAY = qn("w:moveFrom")
BREAKS = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): "\t"}

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})"')


class EncodingUnknown(BadInput):
    code = "sheet-encoding"
    message = N_("The file is not in UTF-8. Save it as “CSV UTF-8”, or as XLSX.")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; ``place`` counts from 1."""

    place: int
    cells: list[str]


Table = Iterator[Line]


def tables(data: bytes) -> Iterator[Table]:
    """Each table of the file in order; what it is is told by how it begins, not by its name.

    :raises BadInput: it cannot or must not be opened.
    """
    if data.startswith(OLD_OR_LOCKED):
        raise SheetLocked
    if not data.startswith(b"PK"):
        yield _of_csv(data)
        return
    archive = opened(data)
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        yield from _of_workbook(data, archive)
    elif "word/document.xml" in names:
        yield from _of_document(data)
    else:
        raise SheetUnreadable


def _of_csv(data: bytes) -> Table:
    csv.field_size_limit(LONGEST_CELL)
    text = _decoded(data)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        for place, cells in enumerate(rows, 1):
            if any(cells):
                yield Line(place, [restore(cell) for cell in cells[:WIDEST]])
    except csv.Error as error:
        raise SheetUnreadable from error


def _decoded(data: bytes) -> str:
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise EncodingUnknown from error


def _delimiter(text: str) -> str:
    """The one that makes headings of the first lines: spreadsheets write commas, semicolons or tabs."""
    start = [line.replace('"', "") for line in text[:20_000].splitlines()[:30]]

    def headings(delimiter: str) -> int:
        return max((sum(map(bool, map(column_named, line.split(delimiter)))) for line in start), default=0)

    return max(",;\t", key=headings)


def _of_workbook(data: bytes, archive: zipfile.ZipFile) -> Iterator[Table]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            sheet.reset_dimensions()  # what the file says of its size may be wrong
            yield _of_worksheet(sheet, _merged_below(archive.read(sheet._worksheet_path)))


def _merged_below(part: bytes) -> dict[int, set[int]]:
    """Row → the columns, from 0, whose cells there belong to a cell above.

    :raises SheetUnsafe: so many that looking at them would take long.
    """
    found: dict[int, set[int]] = {}
    height = 0
    for letters, first, last in _MERGE.findall(part):
        column = openpyxl.utils.column_index_from_string(letters.decode()) - 1
        height += int(last) - int(first)
        if int(last) < int(first) or height > MOST_MERGED:
            raise SheetUnsafe
        for row in range(int(first) + 1, int(last) + 1):
            found.setdefault(row, set()).add(column)
    return found


def _of_worksheet(sheet: Any, merged: dict[int, set[int]]) -> Table:
    for place, cells in enumerate(sheet.iter_rows(max_row=LAST_ROW, max_col=WIDEST), 1):
        values = [FORMULA if cell.data_type == "f" else _words(cell.value) for cell in cells]
        for column in merged.get(place, ()):
            values[column : column + 1] = [MERGED]
        if any(values):
            yield Line(place, values)


def _words(value: object) -> str:
    """A cell's value as a person would write it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value).replace("_x000D_", "")


def _of_document(data: bytes) -> Iterator[Table]:
    body = docx.Document(io.BytesIO(data)).element.body
    for table in body.iter(TABLE):
        yield _of_word_table(table)


def _of_word_table(table: Any) -> Table:
    for place, row in enumerate(_children(table, ROW), 1):
        cells: list[str] = []
        for cell in _children(row, CELL):
            merged = cell.find(MERGE_PATH)
            continues = merged is not None and merged.get(VALUE, "continue") == "continue"
            cells.append(MERGED if continues else _cell_words(cell))
            span = cell.find(SPAN_PATH)
            cells.extend([""] * (min(int(span.get(VALUE)), WIDEST) - 1 if span is not None else 0))
        if any(cells):
            yield Line(place, cells)


def _children(parent: Any, tag: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those in a content control."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag == CONTROL:
            for content in child.iterchildren(CONTROLLED):
                yield from _children(content, tag)


def _cell_words(cell: Any) -> str:
    """The words that are shown: what is struck as deleted is not there, what is marked as inserted is."""
    return "\n".join("".join(_shown(paragraph)) for paragraph in cell.iterchildren(PARAGRAPH)).strip()


def _shown(paragraph: Any) -> Iterator[str]:
    gone = {each for moved in paragraph.iter(MOVED_AWAY) for each in moved.iter(WORDS, *BREAKS)}
    for element in paragraph.iter(WORDS, *BREAKS):
        if element not in gone:
            yield element.text or "" if element.tag == WORDS else BREAKS[element.tag]
