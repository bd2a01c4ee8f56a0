"""Files that are wrong, cut, huge or sent twice: a clear refusal, and nothing half-written."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.audit.models import Entry
from app.norms.models import Clause, Norm
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
        for table in (Norm, Clause, Stakeholder, Position, Objection, Entry)
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
    assert "line 2, column clause_text: In the norm this clause reads otherwise." in answer.stderr


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
VOTES = "timestamp,datetime,comment-id,voter-id,vote\n20,x,0,7,1\n10,x,0,7,-1\n30,x,1,7,0\n"


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
        (COMMENTS, VOTES + "40,x,0,8,2\n", ("votes.csv, line 5, column vote", "“2”")),
        (COMMENTS, VOTES + "40,x,5,8,1\n", ("votes.csv, line 5, column clause",)),
        (COMMENTS, VOTES + "never,x,0,8,1\n", ("votes.csv, line 5, column timestamp",)),
        (COMMENTS + "1,1,Again\n", VOTES, ("comments.csv, line 4, column comment-id", "twice")),
        (COMMENTS + '2,1,"cut', VOTES, ("comments.csv, line 4", "cut")),
        (COMMENTS + "2,1,\n", VOTES, ("comments.csv, line 4, column comment-body",)),
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


def test_a_folder_without_votes_is_refused(runner: FlaskCliRunner, tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text(COMMENTS)
    answer = runner.invoke(args=["import", "polis", str(tmp_path), "--slug", "p"])
    assert (answer.exit_code, "participants-votes.csv" in answer.stderr) == (1, True)


def test_fifty_megabytes_of_one_line_are_refused_quickly(
    bring: Callable[..., Result], session: Session
) -> None:
    began = time.perf_counter()
    answer = bring(HEADER.encode() + b"x" * 50_000_000)
    assert time.perf_counter() - began < 2
    assert answer.exit_code == 1
    assert "line 2" in answer.stderr
    assert set(rows(session).values()) == {0}


def test_a_norm_of_fifty_megabytes_is_refused_quickly(
    runner: FlaskCliRunner, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "big.md"
    path.write_bytes(b"x" * 50_000_000)
    began = time.perf_counter()
    answer = runner.invoke(args=["norm", "import", str(path), "--slug", "big", "--language", "en"])
    assert time.perf_counter() - began < 1
    assert (answer.exit_code, "MB" in answer.stderr) == (1, True)
    assert set(rows(session).values()) == {0}


#: Runs a command and prints its greatest memory; apart from pytest, whose own memory a child would inherit.
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def test_fifty_megabytes_of_positions_come_in_with_bounded_memory(tmp_path: Path) -> None:
    """In a process of its own, whose memory is measured; the last row is wrong, so nothing stays."""
    path = tmp_path / "big.csv"
    with path.open("w") as file:
        file.write("clause,stakeholder,category,country,position,reason\n")
        reason = "because " * 6
        for number in range(570_000):
            file.write(f"{number % 40},Stakeholder {number // 40},individual,KE,object,{reason}\n")
        file.write("41,cut in the mid")
    assert path.stat().st_size > 50_000_000
    environment = os.environ | {"CONCORD_DATA_DIR": str(tmp_path / "var")}
    flask = [sys.executable, "-m", "flask", "--app", "app"]
    subprocess.run([*flask, "db", "upgrade"], env=environment, check=True, capture_output=True)
    answer = subprocess.run(
        [sys.executable, "-c", MEASURED, *flask, "import", "positions", str(path), "--slug", "big"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (answer.returncode, "line 570002" in answer.stderr) == (1, True)
    assert int(answer.stdout) * (1024 if sys.platform == "linux" else 1) < 250 * 2**20
