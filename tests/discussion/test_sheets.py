"""Reading and writing sheets: six languages, texts that stay texts, and files meant to do harm."""

import io
import re
import zipfile

import docx
import openpyxl
import pytest
import xlsxwriter
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from app.discussion.models import CommentKind
from app.discussion.sheets.columns import Column, column_named, heading
from app.discussion.sheets.export_rows import Record, cells_of, reads_as
from app.discussion.sheets.file_reader import SheetEncodingUnknown, SheetTooLong, _cell_words, tables
from app.discussion.sheets.reading import (
    FORMULA_FAULT,
    MERGED_FAULT,
    MOST_ROWS,
    HeadingsMissing,
    HeadingTwice,
    TooManyRows,
    read_sheet,
)
from app.discussion.sheets.row_model import SheetRow, parted, together
from app.discussion.sheets.writing import (
    LONGEST_CELL,
    MOST_IN_DOCUMENT,
    Sheet,
    SheetFormat,
    TooLongForDocument,
    write,
)
from app.discussion.sheets.zip_safety import (
    LARGEST_SHEET,
    SheetHasMacros,
    SheetLocked,
    SheetTooLarge,
    SheetUnreadable,
    SheetUnsafe,
)
from app.foundation.confined import confined
from app.foundation.csv_injection import FORMULA_STARTS, neutralise, restore
from app.foundation.errors import BadInput
from app.foundation.text import normalise
from app.reference.languages import INTERFACE_LANGUAGES

HEADER = "Clause/Subclause,Type of comment,Comments,Proposed change\n"
HOSTILE = (
    '=HYPERLINK("http://evil.example","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "\t=1",
    "http://a.example",
)


def written(
    form: SheetFormat, *rows: dict[Column, str], language: str = "en", instructions: tuple[str, ...] = ()
) -> bytes:
    out = io.BytesIO()
    write(Sheet("Norm", language, tuple(Column), rows, instructions), form, out)
    return out.getvalue()


def words(rows: list[SheetRow], column: Column = Column.COMMENT) -> list[str]:
    return [row.text(column) for row in rows]


def workbook(*rows: tuple[object, ...], merge: str = "") -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, name: str, content: bytes) -> bytes:
    """The container with one part more, or another in its place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return out.getvalue()


GOOD = workbook(("Clause", "Comments"), ("1", "Fine."))


@pytest.mark.parametrize("form", list(SheetFormat))
@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_what_is_written_in_any_language_and_form_is_read_again(form: SheetFormat, language: str) -> None:
    rows = [
        {Column.CLAUSE: "1.10", Column.COMMENT: "First.\n\n“Second”; third, fourth.", Column.PROVISION: "p1"},
        {Column.CLAUSE: "2", Column.COMMENT: "ينبغي", Column.CHANGE: "<b>&amp;", Column.LANGUAGE: "ar"},
        *({Column.COMMENT: text} for text in HOSTILE),
    ]
    read = read_sheet(written(form, *rows, language=language, instructions=("=How", "to")))
    assert [dict(row.cells) for row in read] == [
        {column: text.strip() if form is SheetFormat.DOCX else text for column, text in row.items()}
        for row in rows
    ]
    assert not any(row.fault for row in read)


def test_every_cell_of_a_workbook_is_text() -> None:
    data = written(SheetFormat.XLSX, *({Column.COMMENT: text} for text in HOSTILE))
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) > len(HOSTILE) and {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_no_cell_of_a_csv_file_begins_as_a_formula_does() -> None:
    data = written(SheetFormat.CSV, *({Column.COMMENT: text} for text in HOSTILE), instructions=("=How",))
    assert data.startswith(b"\xef\xbb\xbf")
    lines = data.decode("utf-8-sig").splitlines()
    assert not any(cell.strip('"').startswith(FORMULA_STARTS) for line in lines for cell in line.split(","))


def test_a_text_too_long_for_a_cell_is_cut_with_a_mark_and_whole_elsewhere() -> None:
    long = {Column.COMMENT: "x" * (LONGEST_CELL + 1)}
    assert words(read_sheet(written(SheetFormat.XLSX, long)))[0].endswith("x […]")
    assert words(read_sheet(written(SheetFormat.CSV, long))) == [long[Column.COMMENT]]


def test_a_document_has_a_bound_that_is_said() -> None:
    with pytest.raises(TooLongForDocument):
        written(SheetFormat.DOCX, *({Column.COMMENT: "x"} for _ in range(MOST_IN_DOCUMENT + 1)))


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_headings_are_known_in_all_languages_and_each_means_one_column(language: str) -> None:
    assert [column_named(heading(column, language)) for column in Column] == list(Column)


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("Clause No./ Subclause No./ Annex (e.g. 3.1)", Column.CLAUSE),
        ("Type of com-\nment²", Column.KIND),
        ("Comment (justification for change)", Column.COMMENT),
        ("MB¹", Column.MEMBER),
        ("anything else", None),
        ("", None),
    ],
)
def test_headings_of_older_templates_are_known(cell: str, column: Column | None) -> None:
    assert column_named(cell) is column


def test_columns_may_stand_in_any_order_below_a_title() -> None:
    data = "Some title;;\n;;\nComments;x;Clause\nFine.;y;1\n".encode("utf-16")
    assert read_sheet(data) == [SheetRow("4", {Column.COMMENT: "Fine.", Column.CLAUSE: "1"})]


def test_numbers_are_read_as_people_write_them() -> None:
    rows = read_sheet(workbook(("Clause", "Comments"), (5, "a"), (5.0, "b"), (3.1, "c")))
    assert words(rows, Column.CLAUSE) == ["5", "5", "3.1"]


def test_every_table_with_headings_is_read() -> None:
    book = openpyxl.Workbook()
    for name in ("Cover", "DE", "FR"):
        page = book.create_sheet(name)
        if name != "Cover":
            page.append(("Clause", "Comments"))
            page.append(("1", name))
    out = io.BytesIO()
    book.save(out)
    assert [(row.place, row.text(Column.COMMENT)) for row in read_sheet(out.getvalue())] == [
        ("3/2", "DE"),
        ("4/2", "FR"),
    ]


@pytest.mark.parametrize(
    "text", [HEADER.replace("Comments", "x").replace("Proposed change", "y"), "", "a\n", "\n\n"]
)
def test_a_file_without_the_columns_says_which_are_missing(text: str) -> None:
    with pytest.raises(HeadingsMissing):
        read_sheet(text.encode())


def test_a_column_that_is_there_twice_is_refused() -> None:
    with pytest.raises(HeadingTwice):
        read_sheet(b"Clause,Comments,Comment\n1,a,b\n")


def test_formulas_are_not_taken_for_words() -> None:
    rows = read_sheet(
        workbook(("ID", "Clause", "Comments"), ("=ROW()", "1", "a"), ("", "1", '=WEBSERVICE("x")'))
    )
    assert [row.fault for row in rows] == ["", FORMULA_FAULT]


def test_merged_cells_are_not_guessed() -> None:
    data = workbook(("Clause", "Comments"), ("1", "a"), (None, "b"), ("2", "c"), merge="A2:A3")
    assert [row.fault for row in read_sheet(data)] == ["", MERGED_FAULT, ""]
    document = docx.Document()
    table = document.add_table(3, 2)
    for row, cells in zip(table.rows, (("Clause", "Comments"), ("1", "a"), ("", "b")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    out = io.BytesIO()
    document.save(out)
    assert [row.fault for row in read_sheet(out.getvalue())] == ["", MERGED_FAULT]


def test_words_struck_in_a_document_are_not_there_and_those_added_are() -> None:
    document = docx.Document()
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Clause", "Comments", "1", "Kept. "), strict=True):
        cell.text = text
    paragraph = table.cell(1, 1).paragraphs[0]._p
    for kind, tag, text in (("w:del", "w:delText", "Struck."), ("w:ins", "w:t", "Added.")):
        change = paragraph.makeelement(qn(kind))
        run = change.makeelement(qn("w:r"))
        said = run.makeelement(qn(tag))
        said.text = text
        run.append(said)
        change.append(run)
        paragraph.append(change)
    out = io.BytesIO()
    document.save(out)
    assert words(read_sheet(out.getvalue())) == ["Kept. Added."]


def bomb() -> bytes:
    return repacked(GOOD, "xl/media/image1.png", b"\0" * (65 * 1024 * 1024))


def merging(cells: bytes) -> bytes:
    """A workbook that says so of its merged cells."""
    page = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/>'
    return repacked(
        GOOD, "xl/worksheets/sheet1.xml", page + b"<mergeCells>" + cells + b"</mergeCells></worksheet>"
    )


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        pytest.param(b"x" * (LARGEST_SHEET + 1), SheetTooLarge, id="too many bytes"),
        pytest.param(bomb(), SheetTooLarge, id="a bomb"),
        pytest.param(GOOD[:-30], SheetUnreadable, id="cut off"),
        pytest.param(b"PK\3\4" + b"\0" * 50, SheetUnreadable, id="a container of nothing"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, SheetLocked, id="old or locked"),
        pytest.param(repacked(GOOD, "xl/vbaProject.bin", b"macro"), SheetHasMacros, id="macros"),
        pytest.param(
            repacked(GOOD, "xl/sharedStrings.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><sst>&a;</sst>'),
            SheetUnsafe,
            id="entities",
        ),
        pytest.param(
            repacked(GOOD, "xl/sharedStrings.xml", '<?xml version="1.0"?><sst/>'.encode("utf-16")),
            SheetUnsafe,
            id="another encoding",
        ),
        pytest.param(
            repacked(GOOD, "xl/worksheets/sheet1.xml", b"<worksheet><sheetData>"), SheetUnreadable, id="torn"
        ),
        pytest.param("Clause,Comments\n1,é\n".encode("latin-1"), SheetEncodingUnknown, id="not UTF-8"),
        pytest.param(b'Clause,Comments\n1,"cut', SheetUnreadable, id="a quote that never ends"),
        pytest.param(HEADER.encode() + b"1,te,a,b\n" * (MOST_ROWS + 1), TooManyRows, id="too many rows"),
        pytest.param(
            repacked(
                GOOD,
                "xl/worksheets/sheet1.xml",
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row>'
                + b"<c/>" * 4_000_000
                + b"</row></sheetData></worksheet>",
            ),
            SheetTooLarge,
            id="millions of cells",
        ),
        pytest.param(
            merging(b'<mergeCell ref="A4000000:A1"/><mergeCell ref="A1:A3000000"/>'),
            SheetUnsafe,
            id="cells merged upwards",
        ),
        pytest.param(
            repacked(GOOD, "xl/media/image1.png", b"<a/>" * 2_500_000),
            SheetTooLarge,
            id="XML by another name",
        ),
        pytest.param(
            repacked(GOOD, "xl/media/image1.png", "<a/>".encode("utf-16-le")), SheetUnsafe, id="and encoding"
        ),
    ],
)
def test_a_file_meant_to_do_harm_is_refused_soon(data: bytes, refusal: type[BadInput]) -> None:
    with pytest.raises(refusal):
        confined(read_sheet, data)


def test_many_beginnings_of_merged_cells_and_a_wide_row_cost_little() -> None:
    with pytest.raises(HeadingsMissing):
        confined(read_sheet, merging(b"<!-- " + b"<mergeCell " * 20_000 + b"-->"))
    rows = f"{HEADER}{',' * 3_000_000}\n1,te,a,b\n"
    assert words(confined(read_sheet, rows.encode())) == ["a"]


def test_a_million_empty_rows_cost_little() -> None:
    page = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Clause</t></is></c>'
        b'<c r="XFD1" t="inlineStr"><is><t>x</t></is></c>'
        b'<c r="B1" t="inlineStr"><is><t>Comments</t></is></c></row>'
        b'<row r="1048576"><c r="B1048576" t="inlineStr"><is><t>Last.</t></is></c></row>'
        b'<row r="99999999999"><c r="B99999999999"><v>1</v></c></row></sheetData></worksheet>'
    )
    data = repacked(GOOD, "xl/worksheets/sheet1.xml", page)
    (table,) = tables(data)
    assert [line.place for line in table] == [1, 1_048_576]  # no row is made for those that are not there
    assert words(read_sheet(data)) == ["Last."]


def test_rows_that_hold_nothing_are_bounded_too() -> None:
    page = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + b"<row/>" * 1_900_000
        + b"</sheetData></worksheet>"
    )
    with pytest.raises(SheetTooLong):
        confined(read_sheet, repacked(GOOD, "xl/worksheets/sheet1.xml", page))


def test_links_to_elsewhere_are_not_followed() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    page = book.add_worksheet()
    page.write_row(0, 0, ("Clause", "Comments"))
    page.write_string(1, 0, "1")
    page.write_url(1, 1, "http://127.0.0.1:9/never", string="Look here.")
    book.close()
    assert words(read_sheet(out.getvalue())) == ["Look here."]


@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=8))
def test_a_damaged_file_is_refused_or_read_but_never_breaks(place: int, noise: bytes) -> None:
    try:
        read_sheet(GOOD[:place] + noise + GOOD[place + len(noise) :])
    except BadInput:
        return


PIECES = ("ID: ", "Line number: ", "Proposed change: ", "a", " ", "\n", "\n\n", ":")


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join).map(normalise))
def test_words_that_are_parted_come_together_as_they_were(body: str) -> None:
    assert together(parted(body, "en"), "en") == body


def test_words_cannot_pose_as_another_comment() -> None:
    said = Record(7, "Peru", 1, "p1", "", CommentKind.SUBSTANTIVE, "en", "ID: c1\n\nI agree.")
    cells = cells_of(said, str, "en")
    assert (cells[Column.NUMBER], cells[Column.COMMENT]) == ("c7", said.body)
    assert cells[Column.CLAUSE] == ""  # not the whole draft: its clause has no label
    row = SheetRow("2", {column: words for column, words in cells.items() if words})
    assert reads_as(row, said)


@given(st.text(st.sampled_from("a'=-+@;\t＝ "), max_size=12))
def test_what_is_made_harmless_is_found_again(cell: str) -> None:
    harmless = neutralise(cell)
    assert restore(harmless) == cell
    for part in re.split("[;\t]", harmless)[1:]:
        assert not part.startswith(FORMULA_STARTS[:5])
    assert not harmless.startswith(FORMULA_STARTS)


def test_words_moved_within_a_document_are_read_once() -> None:
    document = docx.Document()
    paragraph = document.add_table(1, 1).cell(0, 0).paragraphs[0]
    for tag in ("w:moveFrom", "w:moveTo"):
        moved = OxmlElement(tag)
        moved.append(paragraph.add_run("moved")._r)
        paragraph._p.append(moved)
    assert _cell_words(document.tables[0].cell(0, 0)._tc) == "moved"


def test_cells_without_a_field_of_their_own_are_named_in_the_words_and_found_again() -> None:
    cells = {
        Column.NUMBER: "DE-2",
        Column.CLAUSE: "9",
        Column.LINE: "12",
        Column.PARAGRAPH: "Table 2",
        Column.COMMENT: "Vague.\n\nWhy?",
        Column.CHANGE: "Delete.\n\nOr not.",
    }
    for language in INTERFACE_LANGUAGES:
        assert parted(together(cells, language), language) == cells
