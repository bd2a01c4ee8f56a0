"""A file as rows of a commenting sheet (pure)."""

from collections.abc import Iterable

from app.discussion.sheets.archives import LARGEST_SHEET, SheetTooLarge, SheetUnreadable
from app.discussion.sheets.columns import Column, column_named, heading
from app.discussion.sheets.rows import Row
from app.discussion.sheets.tables import FORMULA, MERGED, Line, Table, tables
from app.foundation.errors import N_, BadInput

MOST_ROWS = 20_000  #: with anything in them
LONGEST_PREFACE = 60  #: rows with something in them above the headings
FORMULA_FAULT = N_("A cell holds a formula. Write the words themselves.")
MERGED_FAULT = N_("A cell is merged with one above. Undo that and fill each row.")

#: What tells a row of headings: where, and what is said there.
WHERE = frozenset({Column.CLAUSE, Column.PROVISION})
WHAT = frozenset({Column.COMMENT, Column.CHANGE})
UNREAD = frozenset({Column.TEXT, Column.NUMBER})  #: whatever stands there does no harm


class HeadingsMissing(BadInput):
    code = "sheet-headings-missing"
    message = N_("No row names the columns. There must be one with “%(clause)s” and “%(comment)s”.")


class HeadingTwice(BadInput):
    code = "sheet-heading-twice"
    message = N_("The column “%(column)s” is there twice.")


class TooManyRows(BadInput):
    code = "sheet-rows"
    message = N_("The file has more than %(limit)s rows. Send it in parts.")


def read_sheet(data: bytes) -> list[Row]:
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


def _rows(found: Iterable[Table]) -> list[Row]:
    rows: list[Row] = []
    with_headings = 0
    for number, table in enumerate(found, 1):
        columns = _headings(table)
        if columns is None:
            continue
        with_headings += 1
        for line in table:
            row = _row(line, columns, str(line.place) if number == 1 else f"{number}/{line.place}")
            if row.fault or any(row.cells.values()):
                rows.append(row)
            if len(rows) > MOST_ROWS:
                raise TooManyRows(limit=MOST_ROWS)
    if not with_headings:
        raise HeadingsMissing(clause=heading(Column.CLAUSE, "en"), comment=heading(Column.COMMENT, "en"))
    return rows


def _headings(table: Table) -> dict[Column, int] | None:
    """Column → its place in the row, from the first row that names where and what; None if none does.

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
        return dict(named)
    return None


def _row(line: Line, columns: dict[Column, int], place: str) -> Row:
    """Cells by column; those the row is too short for are empty. Who numbers rows by a formula may do so."""
    cells = {column: line.cells[at] for column, at in columns.items() if at < len(line.cells)}
    found = {cell for column, cell in cells.items() if column not in UNREAD}
    fault = FORMULA_FAULT if FORMULA in found else MERGED_FAULT if MERGED in found else ""
    words: dict[Column, str] = {
        column: cell
        for column, cell in cells.items()
        if cell.strip() and cell not in (FORMULA, MERGED) and column != Column.TEXT
    }
    return Row(place, words, fault)
