"""The round trip through the pages: take the sheet, fill it in, see what it adds, confirm, send it again."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable

import docx
import openpyxl
import pytest
import sqlalchemy as sa
from docx.oxml.ns import qn
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import User
from app.audit.models import AuditEntry
from app.discussion.editing import edit
from app.discussion.models import CommentKind, HidingReason, Visibility
from app.norms.models import Clause, Norm
from app.norms.seen import Seen, seen_in
from app.stakeholders.models import Stakeholder
from tests.browser import Browser
from tests.conftest import StoppedClock
from tests.discussion.pages import SignIn, comments
from tests.discussion.saying import Speaker, remark
from tests.factories import Make

SHEET = "/en/norms/ai/sheet/"


def table(data: bytes) -> list[list[str]]:
    """The first worksheet's cells as text."""
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [
        ["" if value is None else str(value) for value in row] for row in page.iter_rows(values_only=True)
    ]


def fill(data: bytes, *cells: tuple[int, str, str]) -> bytes:
    """The workbook with (row, heading, words) written into it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    columns = {cell.value: cell.column for cell in page[1]}
    for row, heading, words in cells:
        cell = page.cell(row, columns[heading], words)
        cell.data_type = "s"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


Upload = Callable[..., TestResponse]


@pytest.fixture
def upload(browser: Browser, peru: Stakeholder) -> Upload:
    def run(data: bytes, name: str = "sheet.xlsx", **fields: str) -> TestResponse:
        said = {"stakeholder": str(peru.id), "draft": "1"} | fields
        return browser.post(SHEET, file=(io.BytesIO(data), name), **said)

    return run


@pytest.fixture
def confirm(browser: Browser) -> Callable[[], TestResponse]:
    return lambda: browser.post(f"{SHEET}confirm/", parcel=browser.hidden["parcel"])


def taken(browser: Browser, form: str = "xlsx", language: str = "en") -> bytes:
    answer = browser.client.get(f"/{language}/norms/ai/sheet.{form}")
    assert answer.status_code == 200
    return answer.data


@pytest.mark.usefixtures("signed_in")
def test_the_sheet_has_a_row_for_each_clause_with_its_text(browser: Browser, clause: Clause) -> None:
    rows = table(taken(browser))
    assert rows[0][:9] == [
        "ID",
        "MB/NC",
        "Line number",
        "Clause/Subclause",
        "Paragraph/Figure/Table",
        "Type of comment",
        "Comments",
        "Proposed change",
        "Observations of the secretariat",
    ]
    assert [(row[3], row[6], row[9]) for row in rows[1:]] == [
        ("Whole draft", "", ""),
        ("1", "", "Machines serve people."),
    ]
    assert rows[2][1] == "Peru" and rows[2][10:13] == ["p1", "1", "en"]
    assert Seen.read(rows[2][13]) == seen_in(clause, "en")


@pytest.mark.usefixtures("signed_in")
def test_what_is_filled_in_is_shown_first_and_added_once(
    browser: Browser, upload: Upload, confirm: Callable[[], TestResponse], session: Session
) -> None:
    filled = fill(
        taken(browser),
        (2, "Comments", "=1+1 is not a principle."),
        (3, "Type of comment", "ED"),
        (3, "Comments", "Shorter."),
        (3, "Proposed change", "Machines serve all people."),
    )
    assert upload(filled).status_code == 200
    assert "To be added: 2. Already present: 0. Refused: 0." in browser.page
    assert re.search(r"<ins>\s*all\s*</ins>", browser.page)
    assert comments(session) == []
    assert confirm().status_code == 303
    said = comments(session)
    assert [(one.body, one.kind, one.clause_id is None) for one in said] == [
        ("=1+1 is not a principle.", CommentKind.GENERAL, True),
        ("Shorter.", CommentKind.EDITORIAL, False),
    ]
    assert said[1].change is not None and said[1].change.wording == "Machines serve all people."
    acts = session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number)).all()
    assert list(acts) == ["comment-made", "comment-made", "sheet-uploaded"]

    upload(filled)
    assert "To be added: 0. Already present: 2. Refused: 0." in browser.page
    assert "parcel" not in browser.hidden


@pytest.mark.usefixtures("signed_in")
def test_a_second_confirmation_adds_nothing(
    browser: Browser, upload: Upload, confirm: Callable[[], TestResponse], session: Session
) -> None:
    upload(fill(taken(browser), (3, "Comments", "Say who decides.")))
    parcel = browser.hidden["parcel"]
    confirm()
    assert browser.post(f"{SHEET}confirm/", parcel=parcel).status_code == 303
    assert len(comments(session)) == 1


@pytest.mark.usefixtures("signed_in")
def test_what_was_edited_since_is_there_already_and_the_rest_is_added(
    browser: Browser,
    upload: Upload,
    confirm: Callable[[], TestResponse],
    author: User,
    make: Make,
    session: Session,
    clock: StoppedClock,
) -> None:
    empty = taken(browser)
    upload(fill(empty, (3, "Comments", "Say who decides.")))
    confirm()
    (said,) = comments(session)
    now = clock()
    edit(session, make.actor(author), said.norm, said, body="Say it.", language="en", version=1, now=now)
    session.commit()
    upload(fill(empty, (3, "Comments", "Say who decides."), (2, "Comments", "Good.")))
    assert "To be added: 1. Already present: 1. Refused: 0." in browser.page
    assert confirm().status_code == 303
    assert sorted(one.body for one in comments(session)) == ["Good.", "Say it."]


@pytest.mark.usefixtures("signed_in")
def test_a_file_for_another_is_not_even_read(browser: Browser, make: Make, session: Session) -> None:
    other = make.stakeholder("Elsewhere")
    session.commit()
    sent = browser.post(SHEET, stakeholder=str(other.id), file=(io.BytesIO(b"PK no sheet"), "sheet.xlsx"))
    assert sent.status_code == 403


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("form", ["xlsx", "csv", "docx"])
@pytest.mark.parametrize("language", ["en", "ar", "es", "fr", "ru", "zh"])
def test_a_sheet_that_comes_back_as_it_was_changes_nothing(
    form: str,
    language: str,
    browser: Browser,
    upload: Upload,
    norm: Norm,
    clause: Clause,
    speaker: Speaker,
    session: Session,
    now: dt.datetime,
) -> None:
    for words in ("-1 is too little.\n\n=Two paragraphs, “quotes”; and, commas.", "لا تكفي"):
        remark(session, norm, clause, speaker, words, quote="serve", now=now)
    remark(session, norm, None, speaker, "Good.", now=now)
    session.commit()
    upload(taken(browser, form, language), f"sheet.{form}")
    assert "To be added: 0. Already present: 3. Refused: 0." in browser.page


@pytest.mark.usefixtures("signed_in")
def test_each_row_that_is_refused_says_why(browser: Browser, upload: Upload) -> None:
    header = "Clause,Permanent id,Draft,MB/NC,ID,Type,Comments,Proposed change,Language\n"
    rows = (
        "77,,,,,te,No such clause.,,",
        ",p9,,,,te,No such clause.,,",
        "1,,2,,,te,Another draft.,,",
        "1,,,Ghana,,te,For somebody else.,,",
        "1,,,,c5,te,Not mine.,,",
        "1,,,,,xx,What type?,,",
        "1,,,,,te,,,",
        "1,,,,,te,,People decide.,",
        "1,,,,,te,Hidden \u202e words.,,",
        "1,,,,,te,Which language?,,English!",
        f"1,,,,,te,{'long ' * 12_000},,",
    )
    assert upload((header + "\n".join(rows)).encode(), "sheet.csv").status_code == 200
    assert "To be added: 0. Already present: 0. Refused: 11." in browser.page
    for words in (
        "The draft has no clause “77”.",
        "The draft has no clause “p9”.",
        "The row refers to draft 2; the current draft is draft 1.",
        "The row is for “Ghana”; you represent “Peru”.",
        "c5 is not one of your active comments on this draft; it may have been withdrawn.",
        "“xx” is not a type of comment.",
        "Enter your text first.",
        "Give the reason for the change of wording",
        "invisible character U+202E",
        "is not the tag of a language",
        "A comment may have 50,000 characters",
    ):
        assert words in browser.page


@pytest.mark.usefixtures("said_by_peru", "signed_in")
def test_a_sent_comment_stays_as_it_is(browser: Browser, upload: Upload) -> None:
    upload(fill(taken(browser), (3, "Comments", "Other words.")))
    assert "c1 has already been submitted with different text." in browser.page


@pytest.mark.usefixtures("signed_in")
def test_changes_can_be_instructions_and_are_then_part_of_the_comment(
    browser: Browser, upload: Upload, confirm: Callable[[], TestResponse], session: Session
) -> None:
    filled = fill(taken(browser), (3, "Comments", "Vague."), (3, "Proposed change", "Delete “serve”."))
    upload(filled, changes="instructions")
    confirm()
    assert [(one.body, one.change) for one in comments(session)] == [
        ("Vague.\n\nProposed change: Delete “serve”.", None)
    ]


@pytest.mark.usefixtures("signed_in")
def test_a_file_that_is_no_sheet_is_refused_with_the_page(browser: Browser, upload: Upload) -> None:
    assert upload(b"just words\n", "notes.csv").status_code == 422
    assert "No row names the columns." in browser.page
    assert browser.post(SHEET, stakeholder="1").status_code == 422
    assert "Select a file first." in browser.page


@pytest.mark.usefixtures("signed_in")
def test_a_preview_cannot_be_made_up_or_passed_on(
    browser: Browser,
    upload: Upload,
    make: Make,
    sign_in: SignIn,
    session: Session,
    clock: StoppedClock,
) -> None:
    upload(fill(taken(browser), (3, "Comments", "Say who decides.")))
    parcel = browser.hidden["parcel"]
    other = make.user()
    make.mandate(other, make.stakeholder("Ghana", country="GH"))
    sign_in(other)
    browser.page = ""
    assert browser.post(f"{SHEET}confirm/", parcel=parcel).status_code == 422
    assert browser.post(f"{SHEET}confirm/", parcel=parcel[:-1]).status_code == 422
    assert "The preview has expired, or belongs to another person." in browser.page
    assert comments(session) == []


@pytest.mark.usefixtures("signed_in")
def test_nobody_sends_a_sheet_for_whom_they_do_not_speak(
    browser: Browser, make: Make, session: Session
) -> None:
    ghana = make.stakeholder("Ghana", country="GH")
    session.commit()
    data = b"Clause,Comments\n1,For them.\n"
    answer = browser.post(SHEET, stakeholder=str(ghana.id), file=(io.BytesIO(data), "sheet.csv"))
    assert answer.status_code == 403


@pytest.mark.usefixtures("signed_in")
def test_a_closed_round_takes_no_sheet(
    browser: Browser, upload: Upload, norm: Norm, clock: StoppedClock, session: Session
) -> None:
    data = fill(taken(browser), (3, "Comments", "Too late."))
    clock.forward(days=40)
    session.commit()
    assert upload(data).status_code in (401, 409)
    assert comments(session) == []


def test_the_export_has_what_anybody_may_read_with_the_decisions(
    browser: Browser, norm: Norm, clause: Clause, speaker: Speaker, session: Session, now: dt.datetime
) -> None:
    _, held, hidden = (
        remark(session, norm, clause, speaker, words, now=now) for words in ("=Shown.", "Held.", "Hidden.")
    )
    held.visibility = Visibility.HELD
    hidden.visibility, hidden.hiding_reason = Visibility.HIDDEN, HidingReason.SPAM
    session.commit()
    answer = browser.client.get("/en/norms/ai/comments.csv")
    assert answer.headers["Content-Disposition"].endswith("ai-all-comments-en.csv")
    assert answer.data.startswith(b"\xef\xbb\xbfID,MB/NC,Line number,Clause/Subclause,")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[:7] for row in rows[1:]] == [["c1", "Peru", "", "1", "", "su", "'=Shown."]]
    book = table(browser.client.get("/en/norms/ai/comments.xlsx").data)
    assert [row[6] for row in book[1:]] == ["=Shown."]


def test_an_arabic_document_runs_right_to_left(browser: Browser, norm: Norm, session: Session) -> None:
    session.commit()
    document = docx.Document(io.BytesIO(browser.client.get("/ar/norms/ai/comments.docx").data))
    assert document.element.body.findall(f".//{qn('w:bidiVisual')}")
    assert document.tables[0].rows[0].cells[0].paragraphs[0]._p.findall(f".//{qn('w:bidi')}")
    assert re.search(r"ISO|معرّف|الرقم", document.tables[0].rows[0].cells[0].text)


def test_a_closed_norm_exports_nothing(browser: Browser, norm: Norm, session: Session) -> None:
    norm.is_public = False
    session.commit()
    assert browser.client.get("/en/norms/ai/comments.csv").status_code == 404
