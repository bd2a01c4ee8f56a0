"""Files that are wrong, cut, huge or sent twice: a clear refusal, and nothing half-written."""

import csv
import io
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.importing.csv_rows import LONGEST_LINE, RowUnclear, read_rows
from app.norms.models import Clause, Norm
from app.norms.readers.decoding import FileTextTooLong
from app.norms.readers.reading import read_file
from app.positions.models import Objection, Position
from app.stakeholders.models import Stakeholder

HEADER = "clause,stakeholder,category,country,position\n"
GOOD = (
    HEADER + "1,Kenya,government,KE,support\n1,Namibia,government,NA,object\n2,Kenya,government,KE,accept\n"
)


@pytest.fixture
def bring(runner: FlaskCliRunner, tmp_path: Path) -> Callable[..., Result]:
    def run(content: str | bytes, slug: str = "norm") -> Result:
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return runner.invoke(args=["import", "positions", str(path), "--slug", slug])

    return run


def rows(session: Session) -> dict[str, int]:
    session.rollback()
    return {
        table.__tablename__: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for table in (Norm, Clause, Stakeholder, Position, Objection, AuditEntry)
    }


def test_a_good_table_becomes_a_norm_with_positions(bring: Callable[..., Result], session: Session) -> None:
    assert bring(GOOD).exit_code == 0
    assert rows(session) == {
        "norm": 1,
        "clause": 2,
        "stakeholder": 2,
        "position": 3,
        "objection": 1,
        "audit_entry": 2,
    }
    countries = {s.name: s.country for s in session.scalars(sa.select(Stakeholder))}
    assert countries == {"Kenya": "KE", "Namibia": "NA"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ("line 1", "empty")),
        (HEADER, ("no rows",)),
        ("clause,stakeholder,country,position\n", ("line 1", "column category", "missing")),
        (HEADER.replace("\n", ",colour\n"), ("line 1", "column colour", "not known")),
        (HEADER + "1,Kenya,gov,KE,support\n", ("line 2", "column category", "“gov”")),
        (HEADER + "1,Kenya,government,KEN,support\n", ("line 2", "column country", "“KEN”")),
        (HEADER + "1,Kenya,government,ZZ,support\n", ("line 2", "column country", "“ZZ”")),
        (HEADER + "1,Kenya,government,KE,yes\n", ("line 2", "column position", "“yes”")),
        (HEADER + "1,Kenya,government,KE,support\n2,,government,KE,support\n", ("line 3", "stakeholder")),
        (HEADER + f"{'x' * 41},Kenya,government,KE,support\n", ("line 2", "column clause", "40")),
        (GOOD + "3,Kenya,government,UG,support\n", ("line 5", "column country", "another value")),
        (GOOD + "3,Kenya,company,KE,support\n", ("line 5", "column category", "another value")),
        (GOOD + "3,Ken\u202eya,government,KE,support\n", ("line 5", "column stakeholder", "U+202E")),
        (GOOD + "3,Ken\x00ya,government,KE,support\n", ("line 5",)),
        (GOOD[:-14], ("line 4", "column country", "cut")),
        (GOOD[:-4], ("line 4", "column position", "“acc”")),
        (GOOD + '3,"Ken', ("line 5", "cut")),
        (GOOD + "3,Kenya,government,KE,support,more\n", ("line 5", "column position", "6 columns")),
        (GOOD + "1,5,Kenya,government,KE,support\n", ("line 5", "column position", "quotation marks")),
        (b"PK\x03\x04\x14\x00\x06\x00", ("line 1", "workbook", "Save the sheet as CSV")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ("line 1", "workbook", "Save the sheet as CSV")),
        (GOOD.replace(",", ";"), ("line 1", "semicolons", "with commas")),
        (GOOD.replace(",", "\t"), ("line 1", "tabs", "with commas")),
        (GOOD.encode() + b"3,C\xf4te,company,CI,support\n", ("line 5", "column 4", f"Byte {len(GOOD) + 3} ")),
    ],
)
def test_a_wrong_table_is_refused_with_its_place_and_leaves_nothing(
    content: str | bytes, words: tuple[str, ...], bring: Callable[..., Result], session: Session
) -> None:
    answer = bring(content)
    assert answer.exit_code == 1
    assert answer.stdout == ""
    for word in ("table.csv", *words):
        assert word in answer.stderr
    assert set(rows(session).values()) == {0}


def test_tables_in_other_encodings_that_say_so_are_read(
    bring: Callable[..., Result], session: Session
) -> None:
    assert bring("\ufeff" + GOOD).exit_code == 0
    assert bring(GOOD.encode("utf-16"), "other").exit_code == 0
    assert rows(session)["position"] == 6


def test_the_last_of_several_positions_on_one_clause_counts(
    bring: Callable[..., Result], session: Session
) -> None:
    assert bring(HEADER + "1,Kenya,government,KE,object\n1,Kenya,government,KE,accept\n").exit_code == 0
    assert session.scalars(sa.select(Position.stance)).all() == ["accept"]
    assert rows(session)["objection"] == 0


def test_one_clause_has_one_text(bring: Callable[..., Result], session: Session) -> None:
    header = HEADER.replace("\n", ",clause_text\n")
    answer = bring(header + "1,Kenya,government,KE,accept,One\n1,Uganda,government,UG,accept,Two\n")
    assert (answer.exit_code, rows(session)["norm"]) == (1, 0)
    assert "line 3, column clause_text" in answer.stderr


def test_the_same_table_twice_is_a_conflict_and_changes_nothing(
    bring: Callable[..., Result], session: Session
) -> None:
    assert bring(GOOD).exit_code == 0
    before = rows(session)
    answer = bring(GOOD)
    assert answer.exit_code == 1
    assert "already" in answer.stderr
    assert rows(session) == before


def test_a_second_table_brings_further_stakeholders_to_the_same_clauses(
    bring: Callable[..., Result], session: Session
) -> None:
    bring(GOOD)
    assert bring(HEADER + "2,Uganda,government,UG,object\n").exit_code == 0
    assert rows(session)["objection"] == 2
    answer = bring(HEADER + "9,Chad,government,TD,accept\n")
    assert answer.exit_code == 1
    assert "line 2, column clause" in answer.stderr
    answer = bring(HEADER.replace("\n", ",clause_text\n") + "1,Chad,government,TD,accept,Other words\n")
    assert answer.exit_code == 1
    assert "line 2, column clause_text: The text of this clause in the norm differs." in answer.stderr


def test_two_imports_at_once_give_one_norm_and_one_conflict(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    path, codes, start = tmp_path / "table.csv", [], threading.Barrier(2)
    path.write_text(GOOD)

    def run() -> None:
        start.wait()
        answer = app.test_cli_runner().invoke(args=["import", "positions", str(path), "--slug", "norm"])
        codes.append(answer.exit_code)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [0, 1]
    assert rows(session)["position"] == 3


def polis(folder: Path, comments: str, votes: str) -> Path:
    folder.mkdir()
    (folder / "comments.csv").write_text(comments)
    (folder / "votes.csv").write_text(votes)
    return folder


COMMENTS = "comment-id,moderated,comment-body\n0,1,Zero\n1,-1,One\n"
MOMENT = 1_651_045_893_000
VOTES = (
    "timestamp,datetime,comment-id,voter-id,vote\n"
    f"{MOMENT + 20},x,0,7,1\n{MOMENT + 10},x,0,7,-1\n{MOMENT + 30},x,1,7,0\n"
)


def test_of_a_voter_s_votes_the_latest_counts_wherever_it_stands(
    runner: FlaskCliRunner, session: Session, tmp_path: Path
) -> None:
    folder = polis(tmp_path / "p", COMMENTS, VOTES)
    assert runner.invoke(args=["import", "polis", str(folder), "--slug", "p"]).exit_code == 0
    assert sorted(session.scalars(sa.select(Position.stance))) == ["abstain", "support"]
    assert session.scalars(sa.select(Clause.is_counted).order_by(Clause.place)).all() == [True, False]


@pytest.mark.parametrize(
    ("comments", "votes", "words"),
    [
        (COMMENTS, VOTES[:-4], ("votes.csv, line 4", "cut")),
        (COMMENTS, VOTES + f"{MOMENT},x,0,8,2\n", ("votes.csv, line 5, column vote", "“2”")),
        (
            COMMENTS,
            VOTES + f"{MOMENT},x,5,8,1\n",
            ("votes.csv, line 5, column comment-id", "no statement 5", "remove its votes"),
        ),
        (COMMENTS, VOTES + "never,x,0,8,1\n", ("votes.csv, line 5, column timestamp",)),
        (COMMENTS + "1,1,Again\n", VOTES, ("comments.csv, line 4, column comment-id", "twice")),
        (COMMENTS + '2,1,"cut', VOTES, ("comments.csv, line 4", "cut")),
        (COMMENTS.replace("moderated", "is-meta"), VOTES, ("comments.csv, line 3, column is-meta", "“-1”")),
        *(
            (COMMENTS, VOTES + f"{at},x,0,8,1\n", ("votes.csv, line 5, column timestamp", "2010"))
            for at in (0, 20, -MOMENT, MOMENT // 10, MOMENT // 1000 // 10, MOMENT * 10, MOMENT * 1000)
        ),
    ],
)
def test_a_wrong_polis_export_is_refused_with_its_place(
    comments: str,
    votes: str,
    words: tuple[str, ...],
    runner: FlaskCliRunner,
    session: Session,
    tmp_path: Path,
) -> None:
    folder = polis(tmp_path / "p", comments, votes)
    answer = runner.invoke(args=["import", "polis", str(folder), "--slug", "p"])
    assert answer.exit_code == 1
    for word in words:
        assert word in answer.stderr
    assert set(rows(session).values()) == {0}


def test_times_in_seconds_are_told_from_milliseconds(
    runner: FlaskCliRunner, session: Session, tmp_path: Path
) -> None:
    """The later vote counts, whichever unit it stands in."""
    seconds = MOMENT // 1000
    votes = VOTES.splitlines()[0] + f"\n{seconds + 1},x,0,7,1\n{MOMENT},x,0,7,-1\n{seconds},x,0,8,0\n"
    folder = polis(tmp_path / "p", COMMENTS, votes)
    assert runner.invoke(args=["import", "polis", str(folder), "--slug", "p"]).exit_code == 0
    assert sorted(session.scalars(sa.select(Position.stance))) == ["abstain", "support"]
    assert {moment.year for moment in session.scalars(sa.select(Position.stated_at))} == {2022}


@pytest.mark.parametrize("by_participant", [False, True])
def test_what_says_nothing_of_the_matter_is_left_out_with_its_votes_and_said(
    runner: FlaskCliRunner, session: Session, tmp_path: Path, by_participant: bool
) -> None:
    comments = (
        "comment-id,moderated,is-meta,comment-body\n"
        "0,1,false,Zero\n1,1,TRUE,I work as a teacher.\n2,-1,false,\n3,1,false,\u3164\n4,-1,,Four\n"
    )
    votes = VOTES.splitlines()[0] + "".join(
        f"\n{MOMENT},x,{number},{voter},1"
        for number in range(5)
        for voter in (7, 8)
        if (number, voter) != (3, 8)
    )
    folder = polis(tmp_path / "p", comments, votes)
    if by_participant:
        (folder / "votes.csv").unlink()
        table = "participant,group-id,0,1,2,3,4\n7,0,1,1,1,1,1\n8,0,1,1,1,,1\n"
        (folder / "participants-votes.csv").write_text(table)
    answer = runner.invoke(args=["import", "polis", str(folder), "--slug", "p"])
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert answer.stdout.splitlines() == [
        "p: 2 clauses, 2 stakeholders, 4 positions",
        "left out (is-meta): 1 statements with 2 votes",
        "left out (without-words): 2 statements with 3 votes",
    ]
    assert session.scalars(sa.select(Clause.label).order_by(Clause.place)).all() == ["0", "4"]
    told = session.scalars(
        sa.select(AuditEntry.details).where(AuditEntry.act == "deliberation-imported")
    ).one()
    assert told["left_out"] == {
        "is-meta": {"statements": 1, "votes": 2},
        "without-words": {"statements": 2, "votes": 3},
    }


def test_a_real_export_with_one_empty_moderated_statement_is_imported(
    runner: FlaskCliRunner, session: Session, shared_data: Path, tmp_path: Path
) -> None:
    """The statement with the most votes loses its words, and takes its votes with it."""
    source, folder = shared_data / "polis" / "15-per-hour-seattle", tmp_path / "p"
    folder.mkdir()
    with (source / "comments.csv").open(encoding="utf-8", newline="") as file:
        comments = list(csv.DictReader(file))
    with (source / "votes.csv").open(encoding="utf-8", newline="") as file:
        votes = Counter(row["comment-id"] for row in csv.DictReader(file))
    emptied, lost = votes.most_common(1)[0]
    for row in comments:
        if row["comment-id"] == emptied:
            row["comment-body"], row["moderated"] = "", "-1"
    with (folder / "comments.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(comments[0]))
        writer.writeheader()
        writer.writerows(comments)
    (folder / "votes.csv").write_bytes((source / "votes.csv").read_bytes())
    answer = runner.invoke(args=["import", "polis", str(folder), "--slug", "p"])
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert f"left out (without-words): 1 statements with {lost} votes" in answer.stdout
    labels = set(session.scalars(sa.select(Clause.label)))
    assert labels == {row["comment-id"] for row in comments} - {emptied}


def test_a_folder_without_votes_is_refused(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text(COMMENTS)
    answer = runner.invoke(args=["import", "polis", str(tmp_path), "--slug", "p"])
    assert (answer.exit_code, "participants-votes.csv" in answer.stderr) == (1, True)


def test_fifty_megabytes_of_one_line_are_refused_unread(
    bring: Callable[..., Result], session: Session
) -> None:
    content = HEADER.encode() + b"x" * 50_000_000
    file = io.BytesIO(content)
    with pytest.raises(RowUnclear):
        list(read_rows(file, "table.csv", required=["clause"]))
    assert file.tell() == len(HEADER) + LONGEST_LINE + 1
    answer = bring(content)
    assert answer.exit_code == 1
    assert "line 2" in answer.stderr
    assert set(rows(session).values()) == {0}


class Unread(bytes):
    """Bytes that must not be looked at, however large they are."""

    def decode(self, *_: object, **__: object) -> str:
        raise AssertionError("decoded before its size was checked")

    def __getitem__(self, _: object) -> bytes:  # type: ignore[override]
        raise AssertionError("read before its size was checked")


def test_a_norm_of_fifty_megabytes_is_refused_undecoded(
    runner: FlaskCliRunner, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "big.md"
    path.write_bytes(b"x" * 50_000_000)
    with pytest.raises(FileTextTooLong):
        read_file(Unread(path.read_bytes()), path.name)
    answer = runner.invoke(args=["norm", "import", str(path), "--slug", "big", "--language", "en"])
    assert (answer.exit_code, "MB" in answer.stderr) == (1, True)
    assert set(rows(session).values()) == {0}


ROWS = 200_000
#: Runs a command and prints its greatest memory; apart from pytest, whose own memory a child would inherit.
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def test_positions_of_a_large_file_come_in_with_bounded_memory(tmp_path: Path) -> None:
    """In a process of its own, whose memory is measured; the last row is wrong, so nothing stays.

    It takes 120 MB, as do a hundredth and three times the rows; these rows kept as dictionaries would add 90.
    """
    path = tmp_path / "big.csv"
    with path.open("w") as file:
        file.write("clause,stakeholder,category,country,position,reason\n")
        reason = "because " * 6
        for number in range(ROWS):
            file.write(f"{number % 40},Stakeholder {number // 40},individual,KE,object,{reason}\n")
        file.write("41,cut in the mid")
    environment = os.environ | {"CONCORD_DATA_DIR": str(tmp_path / "var")}
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    subprocess.run([*flask, "db", "upgrade"], env=environment, check=True, capture_output=True)
    answer = subprocess.run(
        [sys.executable, "-c", MEASURED, *flask, "import", "positions", str(path), "--slug", "big"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (answer.returncode, f"line {ROWS + 2}" in answer.stderr) == (1, True)
    assert int(answer.stdout) * (1024 if sys.platform == "linux" else 1) < 170 * 2**20
