"""Real deliberations through the command line; the counts are recounted here from the files."""

import csv
import gzip
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskCliRunner
from sqlalchemy.orm import Session

from app.norms.models import Clause, Norm, RulesOfProcedure
from app.norms.stages import Stage
from app.positions.models import Objection, Position
from app.stakeholders.models import Category, Stakeholder, Verification

CONVERSATIONS = (
    "15-per-hour-seattle",
    "canadian-electoral-reform",
    "scoop-hivemind.biodiversity",
    "vtaiwan.uberx",
)
STANCE = {"1": "support", "0": "abstain", "-1": "object"}


def counted(session: Session) -> Counter[tuple[str, str]]:
    rows = session.execute(
        sa.select(Clause.label, Position.stance, sa.func.count())
        .join(Position, Position.clause_id == Clause.id)
        .where(Position.superseded_at.is_(None), Position.text_digest == Clause.text_digest)
        .group_by(Clause.label, Position.stance)
    )
    return Counter({(label, stance.value): count for label, stance, count in rows})


def recounted(folder: Path) -> Counter[tuple[str, str]]:
    with (folder / "votes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows.sort(key=lambda row: int(row["timestamp"]))
    last = {(row["voter-id"], row["comment-id"]): row["vote"] for row in rows}
    return Counter((comment, STANCE[vote]) for (_, comment), vote in last.items())


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)  # one of them comes into both, below
@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_a_polis_conversation_has_the_counts_of_its_files(
    conversation: str, runner: FlaskCliRunner, session: Session, shared_data: Path
) -> None:
    folder = shared_data / "polis" / conversation
    answer = runner.invoke(args=["import", "polis", str(folder), "--slug", "talk", "--language", "en"])
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert counted(session) == recounted(folder)
    with (folder / "comments.csv").open(encoding="utf-8", newline="") as file:
        comments = {row["comment-id"]: row for row in csv.DictReader(file)}
    clauses = {clause.label: clause for clause in session.scalars(sa.select(Clause))}
    assert clauses.keys() == comments.keys()
    for label, clause in clauses.items():
        assert clause.is_counted == (comments[label]["moderated"] != "-1")
        assert " ".join(clause.texts[0].text.split()) == " ".join(comments[label]["comment-body"].split())
    voters = session.scalars(sa.select(Stakeholder)).all()
    assert {(v.category, v.country, v.verification, v.origin) for v in voters} == {
        (Category.INDIVIDUAL, None, Verification.SELF_DECLARED, "talk")
    }
    with (folder / "votes.csv").open(encoding="utf-8", newline="") as file:
        assert {v.external_id for v in voters} == {row["voter-id"] for row in csv.DictReader(file)}
    objections = session.scalar(sa.select(sa.func.count()).select_from(Objection))
    assert objections == sum(n for (_, stance), n in counted(session).items() if stance == "object")


def test_the_table_of_participants_gives_the_same_counts_as_the_votes(
    runner: FlaskCliRunner, session: Session, shared_data: Path, tmp_path: Path
) -> None:
    folder = shared_data / "polis" / "canadian-electoral-reform"
    for name in ("comments.csv", "participants-votes.csv"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    answer = runner.invoke(args=["import", "polis", str(tmp_path), "--slug", "talk"])
    assert answer.exit_code == 0
    assert counted(session) == recounted(folder)


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_session_of_the_general_assembly_counts_193_governments(
    runner: FlaskCliRunner, session: Session, shared_data: Path, tmp_path: Path
) -> None:
    with (shared_data / "unga" / "rollcalls.csv").open(encoding="utf-8", newline="") as file:
        calls = {row["roll_call_id"]: row for row in csv.DictReader(file) if row["session"] == "70"}
    with gzip.open(shared_data / "unga" / "votes.csv.gz", "rt", encoding="utf-8", newline="") as file:
        votes = [row for row in csv.DictReader(file) if row["roll_call_id"] in calls]
    stances = {"yes": "support", "abstain": "abstain", "no": "object"}
    table = tmp_path / "unga.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["clause", "stakeholder", "category", "country", "position", "verified", "clause_text"]
        )
        for row in votes:
            text = calls[row["roll_call_id"]]["descr"]
            stance = stances[row["vote"]]
            writer.writerow(
                [row["roll_call_id"], row["iso2"], "government", row["iso2"], stance, "yes", text]
            )
    answer = runner.invoke(args=["import", "positions", str(table), "--slug", "unga-70"])
    assert (answer.exit_code, answer.stderr) == (0, "")
    governments = session.scalars(sa.select(Stakeholder)).all()
    assert len(governments) == 193 == len({row["iso2"] for row in votes})
    assert {g.verification for g in governments} == {Verification.VERIFIED}
    assert {g.country for g in governments} == {row["iso2"] for row in votes}
    assert "NA" in {g.country for g in governments}
    assert counted(session) == Counter((row["roll_call_id"], stances[row["vote"]]) for row in votes)
    for clause in session.scalars(sa.select(Clause)):
        official, mine = calls[clause.label], counted(session)
        assert [mine[(clause.label, s)] for s in ("support", "abstain", "object")] == [
            int(official[column]) for column in ("yes", "abstain", "no")
        ]
    norm = session.scalars(sa.select(Norm)).one()
    rules = session.scalars(sa.select(RulesOfProcedure)).one()
    assert norm.stage is Stage.CONSULTATION
    assert rules.digest is not None
    assert rules.frozen_at is not None
    reasons = set(session.scalars(sa.select(Position.reason).where(Position.stance == "object")))
    assert reasons == {"No reason recorded in the source."}
