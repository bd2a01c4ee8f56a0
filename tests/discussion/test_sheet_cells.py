"""Rows that do not fit their headings, and cells that a spreadsheet made of what was typed."""

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest

from app.discussion.models import CommentKind
from app.discussion.sheets.cell_values import DATE, FRACTION, LOGICAL, ODD_NUMBER, UNREADABLE, shown
from app.discussion.sheets.clause_names import ClauseIsNumber, Clauses, ClauseUnknown, bare_label, label_key
from app.discussion.sheets.columns import Column
from app.discussion.sheets.file_reader import SheetEncodingUnknown
from app.discussion.sheets.import_plan import Ground, RowOutcome, plan
from app.discussion.sheets.reading import (
    DIVIDED_FAULT,
    NARROWER_FAULT,
    WIDER_FAULT,
    made_here,
    read_sheet,
)
from app.discussion.sheets.row_model import KindUnknown, SheetRow
from app.norms.seen import Seen

HEADINGS = "Clause,Comment,Proposed change\n"


def faults(text: str) -> list[str]:
    return [row.fault for row in read_sheet(text.encode())]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("1,We object to this wording, because it is too vague for a court.", DIVIDED_FAULT),
        ("1,We object,\u00a0because it is too vague.", DIVIDED_FAULT),
        ("1,We object,\tbecause it is too vague.", DIVIDED_FAULT),
        ('2,Please add a term,"Artificial intelligence should serve people",and the planet', WIDER_FAULT),
        ("1,We cannot accept this text,since it would bind small firms too.,Delete.", WIDER_FAULT),
        ("1,Vague.", NARROWER_FAULT),
        ("1", NARROWER_FAULT),
        ('1,"Vague, and long.",', ""),
        ("1,Vague.,,,", ""),  # commas that a spreadsheet leaves behind
        (",,", None),
    ],
)
def test_a_row_of_text_fits_its_headings_or_is_refused(row: str, fault: str | None) -> None:
    assert faults(f"{HEADINGS}{row}\n") == ([] if fault is None else [fault])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-32"])
def test_an_encoding_that_leaves_zeros_between_the_letters_is_refused(encoding: str) -> None:
    with pytest.raises(SheetEncodingUnknown):
        read_sheet(f"{HEADINGS}1,Vague.,Delete.\n".encode(encoding))


def test_a_comma_in_a_sentence_below_two_headings() -> None:
    text = "Clause,Comment\n1,We cannot accept this text, since it would bind small firms too.\n"
    assert faults(text) == [WIDER_FAULT]
    assert faults(text.replace(",", ";").replace("text;", "text,")) == [""]


def test_a_heading_nobody_knows_is_a_column_all_the_same() -> None:
    assert faults("Clause,Comment,Our own remarks\n1,Vague.,for us\n") == [""]


def workbook(*rows: tuple[Any, ...], formats: dict[str, str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    for cell, number_format in (formats or {}).items():
        page[cell].number_format = number_format
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_cell_beside_the_headings_of_a_worksheet_is_refused_and_an_empty_one_is_not() -> None:
    data = workbook(("Clause", "Comments"), ("1", "a", "b"), ("2", "c", None), ("3",))
    assert [row.fault for row in read_sheet(data)] == [WIDER_FAULT, "", ""]
    far = openpyxl.load_workbook(io.BytesIO(workbook(("Clause", "Comments"), ("1", "a"))))
    far.worksheets[0]["XFD2"] = "far away"
    out = io.BytesIO()
    far.save(out)
    assert [row.fault for row in read_sheet(out.getvalue())] == [WIDER_FAULT]


@pytest.mark.parametrize(
    ("value", "number_format", "words"),
    [
        (1.1, "0.00", "1.10"),
        (1.1, "General", "1.1"),
        (2, "General", "2"),
        (3.0, "0", "3"),
        (4.25, "0.0", "4.3"),
        (12, "000", "012"),
        (1234.5, "#,##0.00", "1,234.50"),
        (0.07, "0%", "7%"),
        (-1.5, "0.00;[Red]-0.00", "-1.50"),
        (0.1 + 0.2, "General", "0.3"),
        ("1.10", "@", "1.10"),
        (None, "General", ""),
        (0.5, "# ?/?", FRACTION),
        (True, "General", LOGICAL),
        (dt.datetime(2026, 11, 2), "mm-dd-yy", DATE),
        (dt.timedelta(hours=3), "[h]:mm", DATE),
        (5, '0" apples"', ODD_NUMBER),
        (1e300, "0.00E+00", ODD_NUMBER),
    ],
)
def test_a_cell_is_read_as_it_is_shown(value: Any, number_format: str, words: str) -> None:
    assert shown(value, number_format) == words


def test_what_is_no_words_is_refused_in_every_column_and_explained() -> None:
    data = workbook(
        ("Clause", "Comments", "Number"),
        (dt.datetime(2026, 11, 2), "a"),
        ("1", dt.date(2026, 3, 1)),
        ("1", True),
        (0.5, "b"),
        ("1", 0.1),
        ("1", "c", dt.date(2026, 3, 1)),
        formats={"A5": "# ?/?", "B6": "0.00"},
    )
    read = read_sheet(data)
    assert [row.fault for row in read] == [
        UNREADABLE[DATE],
        UNREADABLE[DATE],
        UNREADABLE[LOGICAL],
        UNREADABLE[FRACTION],
        "",
        "",  # whoever numbers rows by dates may do so
    ]
    assert read[4].text(Column.COMMENT) == "0.10"


def draft(labels: dict[str, str]) -> Clauses:
    """A draft whose clauses have these labels: label → code."""
    codes = labels.values()
    return Clauses(
        texts={code: {"en": f"The words of {code}."} for code in codes},
        labels={label_key(label): [code] for label, code in labels.items()},
        seen={code: {"en": SEEN} for code in codes},
        whole=SEEN,
    )


SEEN = Seen(bytes(32))
CLAUSES = draft({"1.1": "p1", "1.10": "p2", "2": "p3"})


def test_a_number_cell_lands_on_the_clause_it_shows_or_nowhere() -> None:
    data = workbook(
        ("Clause", "Comments"), (1.1, "a"), (1.1, "b"), (2, "c"), ("1.1", "d"), formats={"A2": "0.00"}
    )
    asked, unclear, two, words = read_sheet(data)
    assert asked.text(Column.CLAUSE) == "1.10"
    with pytest.raises(ClauseIsNumber, match=r"1\.1, 1\.10"):
        CLAUSES.code_of(unclear)
    assert (CLAUSES.code_of(two), CLAUSES.code_of(words)) == ("p3", "p1")
    only = draft({"1.10": "p2"})
    with pytest.raises(ClauseIsNumber, match=r"1\.10"):
        only.code_of(unclear)


@pytest.mark.parametrize(
    ("written", "label"),
    [("١", "1"), ("Clause 1", "1"), ("11 (a)", "11(a)"), ("第2条", "2"), ("المادة ٣", "3"), ("１１", "11")],
)
def test_a_label_is_known_in_other_digits_and_with_its_word(written: str, label: str) -> None:
    assert draft({label: "p1"}).code_of(SheetRow("2", {Column.CLAUSE: written})) == "p1"


def test_words_are_not_taken_for_labels() -> None:
    assert bare_label("Annex A") == label_key("Annex A")
    with pytest.raises(ClauseUnknown):
        CLAUSES.code_of(SheetRow("2", {Column.CLAUSE: "Clauses 2 and 1.1"}))


def test_the_first_of_several_kinds_is_taken_and_an_unknown_one_refused() -> None:
    assert SheetRow("2", {Column.KIND: "te/ed"}).kind is CommentKind.TECHNICAL
    assert SheetRow("2", {Column.KIND: " , ge"}).kind is CommentKind.GENERAL
    with pytest.raises(KindUnknown):
        _ = SheetRow("2", {Column.KIND: "te/xx"}).kind


def test_only_the_sheet_given_out_here_holds_whole_wordings_unasked() -> None:
    assert made_here(read_sheet(b"Clause,Comment,Proposed change,Provision id\n")) is False
    assert made_here([SheetRow("2", {Column.PROVISION: "p1"})])
    assert not made_here([SheetRow("2", {Column.CLAUSE: "1", Column.CHANGE: "Delete."})])


def test_an_instruction_stays_words_of_the_comment() -> None:
    row = SheetRow("2", {Column.CLAUSE: "2", Column.COMMENT: "Superfluous.", Column.CHANGE: "Delete."})
    ground = Ground(
        draft_id=1,
        draft=1,
        about=1,
        stakeholder_id=1,
        name="Kenya",
        names=frozenset({"kenya"}),
        drafts={1: CLAUSES},
        read_language="en",
        has_wording=False,
    )
    (planned,) = plan([row], ground)
    assert planned.outcome is RowOutcome.ADD and planned.said is not None
    assert planned.said.wording is None and "Delete." in planned.said.body
