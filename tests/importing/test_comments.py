"""Secretariats' sheets through the command line: the real one, recounted here, and rows that are refused."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from click.testing import Result
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.discussion.models import Comment, CommentKind, Decision, Disposition
from app.importing.iso_cells import decision_in, member_of
from app.importing.positions_csv import LONGEST_LABEL
from app.norms.models import Norm
from app.stakeholders.models import Category, Stakeholder
from tests.factories import Make

KIND = {"ge": CommentKind.GENERAL, "te": CommentKind.TECHNICAL, "ed": CommentKind.EDITORIAL}
HEADER = (
    "ID,MB/NC,Clause/Subclause,Type of comment,Comments,Proposed change,Observations of the secretariat\n"
)
Bring = Callable[..., Result]


@pytest.fixture
def bring(runner: FlaskCliRunner, tmp_path: Path) -> Bring:
    def run(content: str, slug: str = "norm", name: str = "table.csv") -> Result:
        path = tmp_path / name
        path.write_text(content)
        return runner.invoke(args=["import", "comments", str(path), "--slug", slug])

    return run


def said(session: Session) -> list[Comment]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(sa.select(Comment).order_by(Comment.number)))


def test_the_real_sheet_comes_whole_and_once(
    runner: FlaskCliRunner, session: Session, shared_data: Path
) -> None:
    path = shared_data / "iso-comments" / "iso_comments.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    answer = runner.invoke(args=["import", "comments", str(path), "--slug", "iso"])
    assert answer.stdout == "iso: 55 comments added, 0 there already, 3 stakeholders, 48 decisions\n"
    assert "2 observations are no decision that is known" in answer.stderr
    comments = said(session)
    members = Counter(one.stakeholder.external_id for one in comments)
    assert members == Counter(row["MB/NC"] for row in rows)
    assert Counter(one.kind for one in comments) == Counter(
        KIND[row["Type of comment"].lower()] for row in rows
    )
    for row, one in zip(rows, comments, strict=True):
        assert " ".join(row["Comments"].split()) in " ".join(one.body.split())
        assert " ".join(row["Proposed change"].split()) in " ".join(one.body.split())
        assert one.author_id is None
        label = row["Clause/Subclause"]
        is_of_draft = label == "Whole document" or len(label) > LONGEST_LABEL
        assert (one.clause.label if one.clause else None) == (None if is_of_draft else label)
        assert is_of_draft is False or label == "Whole document" or label in one.body
    decisions = Counter(session.scalars(sa.select(Disposition.decision)))
    assert decisions == {Decision.ACCEPTED: 48}
    again = runner.invoke(args=["import", "comments", str(path), "--slug", "iso"])
    assert again.stdout == "iso: 0 comments added, 55 there already, 0 stakeholders, 0 decisions\n"
    session.rollback()
    acts = session.scalars(sa.select(AuditEntry.act).order_by(AuditEntry.number)).all()
    assert list(acts) == ["norm-created", "comments-imported", "comments-imported"]


@pytest.mark.parametrize("form", ["xlsx", "csv", "docx"])
def test_what_is_exported_comes_back_the_same(
    form: str, runner: FlaskCliRunner, session: Session, shared_data: Path, tmp_path: Path
) -> None:
    path = shared_data / "iso-comments" / "iso_comments.csv"
    runner.invoke(args=["import", "comments", str(path), "--slug", "iso"])
    out = tmp_path / f"out.{form}"
    assert runner.invoke(args=["comments", "export", "iso", str(out), "--language", "ru"]).exit_code == 0
    runner.invoke(args=["import", "comments", str(out), "--slug", "copy"])
    copies = Counter(
        session.execute(
            sa.select(Norm.slug, Comment.body, Comment.kind, Stakeholder.external_id, Disposition.decision)
            .join(Norm, Norm.id == Comment.norm_id)
            .join(Stakeholder, Stakeholder.id == Comment.stakeholder_id)
            .outerjoin(Disposition, Disposition.comment_id == Comment.id)
        ).all()
    )
    of_iso, of_copy = (
        Counter({tuple(row[1:]): n for row, n in copies.items() if row[0] == slug})
        for slug in ("iso", "copy")
    )
    assert of_iso.total() == 55 and of_copy == of_iso


def test_a_liaison_is_no_country_and_na_is_namibia(bring: Bring, session: Session) -> None:
    assert (
        bring(HEADER + "1,CC,1,GE,a,,\n2,NA,1,Te,b,,\n3,Ghana,1,ed,c,,\n4,World Bank,1,,d,,\n").exit_code == 0
    )
    holders = {one.name: (one.category, one.country) for one in session.scalars(sa.select(Stakeholder))}
    assert holders == {
        "CC": (Category.CIVIL_SOCIETY, None),
        "Namibia": (Category.GOVERNMENT, "NA"),
        "Ghana": (Category.GOVERNMENT, "GH"),
        "World Bank": (Category.CIVIL_SOCIETY, None),
    }


def test_clauses_are_found_by_label_and_others_are_named_on_the_whole_draft(
    bring: Bring, make: Make, session: Session
) -> None:
    make.norm("Machines serve people.", slug="ai")
    session.commit()
    assert bring(HEADER + ",KE,1.,te,Here.,,\n,KE,9,te,Nowhere.,,\n", slug="ai").exit_code == 0
    assert [(one.body, one.clause_id is None) for one in said(session)] == [
        ("Here.", False),
        ("Clause/Subclause: 9\n\nNowhere.", True),
    ]


def test_a_decision_that_comes_later_is_taken_and_one_that_is_there_stays(
    bring: Bring, session: Session
) -> None:
    row = HEADER + ",KE,1,te,Vague.,Delete.,"
    bring(row + "\n")
    assert (
        "0 comments added, 1 there already, 0 stakeholders, 1 decisions"
        in bring(row + "Rejected. No.\n").output
    )
    assert "0 decisions" in bring(row + "Accepted.\n").output
    assert session.scalars(sa.select(Disposition.decision)).all() == [Decision.NOT_ACCEPTED]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (",KE,1,xx,a,,", "kind: “xx” is not a type of comment."),
        (",,1,te,a,,", "member: This field is required."),
        (",KE,1,te,,,Accepted.", "comment: This field is required."),
        (",KE,1,te,a\u202e,,", "comment: The text contains the invisible character U+202E"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_nothing_is_written(
    row: str, problem: str, bring: Bring, session: Session
) -> None:
    answer = bring(HEADER + ",KE,1,te,Fine.,,\n" + row + "\n")
    assert answer.exit_code == 1
    assert "line 3, column " + problem in answer.stderr
    assert said(session) == [] and session.scalars(sa.select(Norm)).all() == []


def test_a_norm_that_takes_no_comments_is_left_alone(bring: Bring, make: Make, session: Session) -> None:
    make.norm(slug="ai", closes_at=make.now)
    session.commit()
    answer = bring(HEADER + ",KE,1,te,Late.,,\n", slug="ai")
    assert answer.exit_code == 1 and said(session) == []


def test_a_file_that_is_no_sheet_is_refused(bring: Bring) -> None:
    answer = bring("a,b\n1,2\n")
    assert answer.exit_code == 1 and "No row names the columns." in answer.stderr


@pytest.mark.parametrize(
    ("words", "decision"),
    [
        ("Accepted in principle: see 4", Decision.MODIFIED),
        ("NOT ACCEPTED", Decision.NOT_ACCEPTED),
        ("Принято к сведению.", Decision.NOTED),
        ("Принято.", Decision.ACCEPTED),
        ("不接受。", Decision.NOT_ACCEPTED),
        ("Hors du champ : voir 2", Decision.OUT_OF_SCOPE),
        ("Noted", Decision.NOTED),
        ("Clarification needed.", None),
        ("To be discussed", None),
        ("See resolution on FR 001", None),
        ("AIP", None),
        ("Completed", None),
        ("No change required", None),
        ("Agreement is still to be sought", None),
    ],
)
def test_a_decision_is_told_by_how_it_begins(words: str, decision: Decision | None) -> None:
    assert decision_in(words) is decision


def test_a_member_has_one_sign_however_its_code_is_written() -> None:
    assert {member_of(cell).sign for cell in ("de", " DE ", "De")} == {"DE"}


def test_the_export_is_a_workbook_of_texts(runner: FlaskCliRunner, bring: Bring, tmp_path: Path) -> None:
    bring(HEADER + ",KE,1,te,=1+1,,\n")
    out = tmp_path / "all.xlsx"
    assert runner.invoke(args=["comments", "export", "norm", str(out)]).exit_code == 0
    page = openpyxl.load_workbook(io.BytesIO(out.read_bytes())).worksheets[0]
    assert page["G2"].value == "=1+1" and page["G2"].data_type == "s"


def test_a_row_about_another_draft_is_refused_and_named(bring: Bring, make: Make, session: Session) -> None:
    make.norm(slug="ai")
    session.commit()
    header = HEADER.rstrip("\n") + ",Draft\n"
    answer = bring(header + ",KE,1,te,Late.,,,7\n", slug="ai")
    assert answer.exit_code == 1 and said(session) == []
    assert "The row refers to draft 7; the current draft is draft 1." in answer.stderr
    assert bring(header + ",KE,1,te,Now.,,,1\n", slug="ai").exit_code == 0
