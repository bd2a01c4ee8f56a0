"""A commenting sheet as a file: XLSX, CSV or DOCX (pure)."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Any
from xml.sax.saxutils import escape

from app.discussion.sheets.columns import FILLED_IN, Column, heading
from app.discussion.sheets.row_model import LETTERS
from app.discussion.sheets.word_names import DECLARED
from app.foundation.csv_injection import neutralise
from app.foundation.errors import N_, RuleBroken
from app.foundation.libraries import docx, xlsxwriter
from app.reference.languages import direction

LONGEST_CELL = 32_767  #: characters that a worksheet's cell can hold
CUT = " […]"
MOST_IN_DOCUMENT = 5_000  #: rows; office programs open a longer table very slowly, if at all
WIDTHS: Mapping[Column, int] = {  #: in characters; others have 12
    Column.MEMBER: 18,
    Column.PARAGRAPH: 24,
    Column.COMMENT: 50,
    Column.CHANGE: 50,
    Column.OBSERVATION: 40,
    Column.TEXT: 60,
}
HIDDEN = {"hidden": True}  #: what people need not see of a worksheet


class SheetFormat(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"
    DOCX = "docx"


MIME: Mapping[SheetFormat, str] = {
    SheetFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    SheetFormat.CSV: "text/csv",
    SheetFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class TooLongForDocument(RuleBroken):
    code = "too-long-for-document"
    message = N_("A DOCX file can hold at most %(limit)s rows. Use XLSX or CSV.")


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is written. ``rows`` are passed through once; ``language`` is that of the headings."""

    title: str
    language: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[Column, str]]
    instructions: Sequence[str] = ()

    @property
    def headings(self) -> list[str]:
        return [heading(column, self.language) for column in self.columns]

    @property
    def is_rtl(self) -> bool:
        return direction(self.language) == "rtl"


def write(sheet: Sheet, form: SheetFormat, file: IO[bytes]) -> None:
    """:raises TooLongForDocument: more rows than a document can hold."""
    {SheetFormat.XLSX: _write_xlsx, SheetFormat.CSV: _write_csv, SheetFormat.DOCX: _write_docx}[form](
        sheet, file
    )


def fitting(text: str) -> str:
    """The text as far as a worksheet's cell can hold it; where it was cut a mark says so."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT


def _write_csv(sheet: Sheet, file: IO[bytes]) -> None:
    """UTF-8 with a mark, which spreadsheets need; instructions above the headings in rows as wide."""
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    rest = [""] * (len(sheet.columns) - 1)
    writer.writerows([neutralise(line), *rest] for line in sheet.instructions)
    writer.writerow(sheet.headings)
    writer.writerows([neutralise(row.get(column, "")) for column in sheet.columns] for row in sheet.rows)
    text.detach()


def _write_xlsx(sheet: Sheet, file: IO[bytes]) -> None:
    """Every cell as a text, whatever it begins with; a second worksheet with the instructions."""
    book = xlsxwriter.Workbook(
        file, {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    )
    page = book.add_worksheet(heading(Column.COMMENT, sheet.language)[:31])
    form = {"text_wrap": True, "valign": "top", "num_format": "@"}  # "@": "1.10" and "=" stay as they are
    to_fill, given = book.add_format(form), book.add_format({**form, "font_color": "#555555"})
    forms = {column: to_fill if column in FILLED_IN else given for column in sheet.columns}
    bold = book.add_format({**form, "bold": True, "bottom": 1})
    if sheet.is_rtl:
        page.right_to_left()
    page.freeze_panes(1, 0)
    page.set_landscape()
    page.repeat_rows(0)
    for place, (column, name) in enumerate(zip(sheet.columns, sheet.headings, strict=True)):
        hidden = HIDDEN if column is Column.SEEN else {}
        page.set_column(place, place, WIDTHS.get(column, 12), forms[column], hidden)
        page.write_string(0, place, name, bold)
    last = 0
    for last, row in enumerate(sheet.rows, 1):
        for place, column in enumerate(sheet.columns):
            if row.get(column):
                page.write_string(last, place, fitting(row[column]), forms[column])
    if last:
        kind = sheet.columns.index(Column.KIND)
        choice = {"validate": "list", "source": list(LETTERS.values()), "error_type": "warning"}
        page.data_validation(1, kind, last, kind, choice)
    if sheet.instructions:
        _write_instructions(book, sheet)
    book.close()


def _write_instructions(book: Any, sheet: Sheet) -> None:
    page = book.add_worksheet("i")
    page.set_column(0, 0, 100, book.add_format({"text_wrap": True, "valign": "top"}))
    if sheet.is_rtl:
        page.right_to_left()
    for place, line in enumerate((sheet.title, *sheet.instructions)):
        page.write_string(place, 0, line)


def _write_docx(sheet: Sheet, file: IO[bytes]) -> None:
    """A table across the page, its headings repeated on every page, right to left where the language is."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation = docx.enum.section.WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.core_properties.title = sheet.title[:255]
    for style, lines in (("Heading 1", (sheet.title,)), (None, sheet.instructions)):
        for line in lines:
            _direct(document.add_paragraph(line, style), sheet.is_rtl)
    table = document.add_table(rows=0, cols=len(sheet.columns), style="Table Grid")
    if sheet.is_rtl:
        table._tbl.tblPr.insert(1, docx.oxml.parse_xml(f"<w:bidiVisual {DECLARED}/>"))
    for row in _word_rows(sheet):
        table._tbl.append(docx.oxml.parse_xml(row))
    document.save(file)


def _direct(paragraph: Any, is_rtl: bool) -> None:
    """python-docx has no word for right to left."""
    if is_rtl:
        paragraph._p.get_or_add_pPr().insert_element_before(
            docx.oxml.parse_xml(f"<w:bidi {DECLARED}/>"), "w:spacing", "w:ind", "w:jc", "w:rPr"
        )
        for run in paragraph.runs:
            run._r.get_or_add_rPr().append(docx.oxml.parse_xml(f"<w:rtl {DECLARED}/>"))


def _word_rows(sheet: Sheet) -> Iterator[str]:
    """The table's rows as XML; people's words run as their own language does.

    :raises TooLongForDocument: at the first row too many.
    """
    cells = [_word_cell(name, sheet.language, is_bold=True) for name in sheet.headings]
    yield f"<w:tr {DECLARED}><w:trPr><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"
    for number, row in enumerate(sheet.rows, 1):
        if number > MOST_IN_DOCUMENT:
            raise TooLongForDocument(limit=MOST_IN_DOCUMENT)
        language = row.get(Column.LANGUAGE) or sheet.language
        cells = [_word_cell(row.get(column, ""), language) for column in sheet.columns]
        yield f"<w:tr {DECLARED}>{''.join(cells)}</w:tr>"


def _word_cell(text: str, language: str, *, is_bold: bool = False) -> str:
    is_rtl = direction(language) == "rtl"
    paragraph = "<w:pPr><w:bidi/></w:pPr>" if is_rtl else ""
    bold, rtl = "<w:b/><w:bCs/>" if is_bold else "", "<w:rtl/>" if is_rtl else ""
    run = f'<w:rPr>{bold}<w:sz w:val="16"/><w:szCs w:val="16"/>{rtl}</w:rPr>'
    lines = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    return f"<w:tc><w:tcPr/><w:p>{paragraph}<w:r>{run}{lines}</w:r></w:p></w:tc>"
