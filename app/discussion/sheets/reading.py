"""A file as rows of a commenting sheet (pure)."""

import re
from collections.abc import Iterable

from app.discussion.sheets.cell_values import UNREADABLE
from app.discussion.sheets.columns import Column, column_named, heading
from app.discussion.sheets.file_reader import FORMULA, MERGED, Table, TableRow, tables
from app.discussion.sheets.row_model import SheetRow
from app.discussion.sheets.zip_safety import LARGEST_SHEET, SheetTooLarge, SheetUnreadable
from app.foundation.errors import N_, BadInput

MOST_ROWS = 20_000  #: with anything in them
LONGEST_PREFACE = 60  #: rows with something in them above the headings
FORMULA_FAULT = N_("A cell contains a formula. Enter the text itself.")
MERGED_FAULT = N_("A cell is merged with the one above. Unmerge the cells and fill in each row.")
WIDER_FAULT = N_(
    "The row has more cells than there are columns. A comma in a sentence may divide it: put the "
    "cell in quotation marks, or upload the file as XLSX."
)
NARROWER_FAULT = N_("The row has fewer cells than there are columns. The file may have been cut off.")
DIVIDED_FAULT = N_(
    "A cell begins with a space, as after a comma that divides a sentence. Put the cell in "
    "quotation marks, or upload the file as XLSX."
)
FAULTS = {FORMULA: FORMULA_FAULT, MERGED: MERGED_FAULT, **UNREADABLE}  #: what stands for a cell → why

#: What tells a row of headings: where, and what is said there.
WHERE = frozenset({Column.CLAUSE, Column.PROVISION})
WHAT = frozenset({Column.COMMENT, Column.CHANGE})
UNREAD = frozenset({Column.TEXT, Column.NUMBER})  #: whatever stands there does no harm
_GOES_ON = re.compile(r" |\s\w")  #: a sentence, after the comma that divided it


class HeadingsMissing(BadInput):
    code = "sheet-headings-missing"
    message = N_("No row names the columns. There must be one with “%(clause)s” and “%(comment)s”.")


class HeadingTwice(BadInput):
    code = "sheet-heading-twice"
    message = N_("The column “%(column)s” appears twice.")


class TooManyRows(BadInput):
    code = "sheet-rows"
    message = N_("The file has more than %(limit)s rows. Upload it in parts.")


def read_sheet(data: bytes) -> list[SheetRow]:
    """The rows with anything in them, of every table whose columns are named.

    :raises BadInput: too large, cut off, unsafe, or no table whose columns are named.
    """
    if len(data) > LARGEST_SHEET:
        raise SheetTooLarge(limit=LARGEST_SHEET // 1024**2)
    try:
        return _rows(tables(data))
    except BadInput:
        raise
    except Exception as error:  # what reads office files fails in a dozen ways on a damaged one
        raise SheetUnreadable from error


def made_here(rows: Iterable[SheetRow]) -> bool:
    """Whether it is the sheet that this platform gives out: its rows carry the clauses' permanent ids."""
    return any(row.text(Column.PROVISION) for row in rows)


def _rows(found: Iterable[Table]) -> list[SheetRow]:
    rows: list[SheetRow] = []
    with_headings = 0
    for number, table in enumerate(found, 1):
        headings = _headings(table)
        if headings is None:
            continue
        columns, width = headings
        with_headings += 1
        for line in table:
            row = _row(line, columns, width, str(line.place) if number == 1 else f"{number}/{line.place}")
            if row.fault or any(row.cells.values()):
                rows.append(row)
            if len(rows) > MOST_ROWS:
                raise TooManyRows(limit=MOST_ROWS)
    if not with_headings:
        raise HeadingsMissing(clause=heading(Column.CLAUSE, "en"), comment=heading(Column.COMMENT, "en"))
    return rows


def _headings(table: Table) -> tuple[dict[Column, int], int] | None:
    """Column → its place in the row, from the first row that names where and what, and how many columns
    have a heading, known or not; None if no row does.

    :raises HeadingTwice: nobody could tell which of two columns is meant.
    """
    for _, line in zip(range(LONGEST_PREFACE), table, strict=False):
        named = [(column, place) for place, cell in enumerate(line.cells) if (column := column_named(cell))]
        found = [column for column, _ in named]
        if WHERE.isdisjoint(found) or WHAT.isdisjoint(found):
            continue
        for column in found:
            if found.count(column) > 1:
                raise HeadingTwice(column=heading(column, "en"))
        return dict(named), 1 + max(place for place, cell in enumerate(line.cells) if cell.strip())
    return None


def _row(line: TableRow, columns: dict[Column, int], width: int, place: str) -> SheetRow:
    """Cells by column. Who numbers rows by a formula may do so."""
    cells = {column: line.cells[at] for column, at in columns.items() if at < len(line.cells)}
    found = {cell for column, cell in cells.items() if column not in UNREAD}
    faults = [words for cell, words in FAULTS.items() if cell in found]
    words: dict[Column, str] = {
        column: cell
        for column, cell in cells.items()
        if cell.strip() and cell not in FAULTS and column != Column.TEXT
    }
    numbers = frozenset(column for column, at in columns.items() if at in line.numbers)
    fault = next(iter(faults), "") or _misfit(line, width)
    return SheetRow(place, words, fault, numbers)


def _misfit(line: TableRow, width: int) -> str:
    """Why a row does not fit its headings; "" if it does. Rows of text alone may be cut or divided."""
    if any(cell.strip() for cell in line.cells[width:]):
        return WIDER_FAULT
    if line.width is None:
        return ""
    if line.width < width:
        return NARROWER_FAULT
    return DIVIDED_FAULT if any(map(_GOES_ON.match, line.cells[1:])) else ""
