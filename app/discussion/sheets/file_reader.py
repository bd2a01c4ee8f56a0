"""The tables of a file, cell by cell: worksheets, tables of a document, or a CSV file (pure).

Nothing is computed, looked up or run: a formula is only recognised.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.discussion.sheets.cell_values import shown
from app.discussion.sheets.columns import column_named
from app.discussion.sheets.word_names import in_full
from app.discussion.sheets.zip_safety import OLD_OR_LOCKED, SheetLocked, SheetUnreadable, SheetUnsafe, opened
from app.foundation.csv_injection import restore
from app.foundation.errors import N_, BadInput
from app.foundation.libraries import docx, openpyxl

WIDEST = 64  #: columns that are looked at
LAST_ROW = 1_048_576  #: of a worksheet
MOST_ROWS_KEPT = 100_000  #: rows of a worksheet that its file names, empty ones too
MOST_MERGED = 100_000  #: rows, of all merged cells together
LONGEST_CELL = 1_000_000  #: characters, in CSV
FORMULA = "\0formula"  #: stands for a cell that holds one; no file can hold this text itself
MERGED = "\0merged"  #: stands for a cell that belongs to one in a row above

TABLE, ROW, CELL, PARAGRAPH, WORDS = map(in_full, ("tbl", "tr", "tc", "p", "t"))
CONTROL, CONTROLLED, VALUE = map(in_full, ("sdt", "sdtContent", "val"))
MERGE_PATH, SPAN_PATH = (f"{in_full('tcPr')}/{in_full(name)}" for name in ("vMerge", "gridSpan"))
MOVED_AWAY = in_full("moveFrom")
BREAKS = {in_full("br"): "\n", in_full("cr"): "\n", in_full("tab"): "\t"}

_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="([A-Z]{1,3})([0-9]{1,7}):[A-Z]{1,3}([0-9]{1,7})"')


class SheetEncodingUnknown(BadInput):
    code = "sheet-encoding"
    message = N_("The file is not in UTF-8. Save it as “CSV UTF-8”, or as XLSX.")


class SheetTooLong(BadInput):
    code = "sheet-too-long"
    message = N_(
        "A sheet of the file has more than %(limit)s rows, including empty rows. Delete the empty rows."
    )


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table; ``place`` counts from 1.

    What stands to the right of ``WIDEST`` columns is one cell more. ``width``: how many cells a row of text
    has, empty ones too; None where a table has its columns by itself. ``numbers``: which cells are numbers.
    """

    place: int
    cells: list[str]
    width: int | None = None
    numbers: frozenset[int] = frozenset()


Table = Iterator[TableRow]


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
                yield TableRow(place, _bounded([restore(cell) for cell in cells]), width=len(cells))
    except csv.Error as error:
        raise SheetUnreadable from error


def _bounded(cells: Sequence[str]) -> list[str]:
    """The cells of a row, those beyond ``WIDEST`` as one."""
    return [*cells[:WIDEST], *filter(None, [" ".join(cells[WIDEST:]).strip()])]


def _decoded(data: bytes) -> str:
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SheetEncodingUnknown from error
    if "\0" in text:  # UTF-32, or UTF-16 that does not say so
        raise SheetEncodingUnknown
    return text


def _delimiter(text: str) -> str:
    """The one that makes headings of the first lines: spreadsheets write commas, semicolons or tabs."""
    start = [line.replace('"', "") for line in text[:20_000].splitlines()[:30]]

    def headings(delimiter: str) -> int:
        return max((sum(map(bool, map(column_named, line.split(delimiter)))) for line in start), default=0)

    return max(",;\t", key=headings)


def _of_workbook(data: bytes, archive: zipfile.ZipFile) -> Iterator[Table]:
    if any(archive.read(name).count(b"<row") > MOST_ROWS_KEPT for name in archive.namelist()):
        raise SheetTooLong(limit=MOST_ROWS_KEPT)
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
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
    """The rows that the file has: the cost is that of its cells, not of the place of the last one."""
    with sheet._get_source() as source:
        for place, cells in _parser(sheet, source).parse():
            if place > LAST_ROW:
                return
            values = {cell["column"] - 1: _value(sheet, cell) for cell in cells if cell["value"] is not None}
            values |= dict.fromkeys(merged.get(place, ()), MERGED)
            if any(values.values()):
                numbers = frozenset(cell["column"] - 1 for cell in cells if cell["data_type"] == "n")
                beyond = [values[column] for column in sorted(values) if column >= WIDEST]
                inside = range(1 + max((column for column in values if column < WIDEST), default=-1))
                padded = [values.get(column, "") for column in inside]
                if any(beyond):
                    padded += [""] * (WIDEST - len(padded)) + [" ".join(beyond)]
                yield TableRow(place, padded, numbers=numbers)


def _parser(sheet: Any, source: Any) -> Any:
    """openpyxl's reader of a worksheet's own rows; what it offers by name makes a row of each gap as well."""
    book = sheet.parent
    return openpyxl.worksheet._reader.WorkSheetParser(
        source,
        sheet._shared_strings,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )


def _value(sheet: Any, cell: dict[str, Any]) -> str:
    if cell["data_type"] == "f":
        return FORMULA
    return shown(cell["value"], openpyxl.cell.read_only.ReadOnlyCell(sheet, **cell).number_format)


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
            yield TableRow(place, cells)


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
