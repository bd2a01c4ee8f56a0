"""The files of a Polis export: statements and votes (pure)."""

from collections.abc import Iterator
from typing import BinaryIO

from app.foundation.errors import N_
from app.positions.models import Stance
from app.procedure.intake.material import Statement, Taking
from app.procedure.intake.rows import Row, read_rows
from app.stakeholders.models import Category

STANCES = {"1": Stance.SUPPORT, "0": Stance.ABSTAIN, "-1": Stance.OBJECT}
MODERATED_OUT = "-1"
ABOUT_PARTICIPANT = ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")


def statements(file: BinaryIO, name: str) -> list[Statement]:
    """Of ``comments.csv``, in order of their ids; what was moderated out is kept and not counted.

    :raises RowUnclear: naming file, line and column.
    """
    found: dict[int, Statement] = {}
    for row in read_rows(file, name, required=("comment-id", "comment-body")):
        number = row.number("comment-id")
        if number in found:
            raise row.fault("comment-id", N_("Statement %(number)s is there twice."), number=number)
        text = row.text("comment-body")
        if not text:
            raise row.fault("comment-body", N_("The statement has no words."))
        is_counted = row.values.get("moderated", "").strip() != MODERATED_OUT
        found[number] = Statement(str(number), text, is_counted)
    return [found[number] for number in sorted(found)]


def votes(file: BinaryIO, name: str) -> Iterator[Taking]:
    """Of ``votes.csv``: one row a vote; later ones of the same voter on the same statement count."""
    columns = ("timestamp", "comment-id", "voter-id", "vote")
    for row in read_rows(file, name, required=columns):
        at = row.number("timestamp")
        if not 0 <= at < 10**14:
            raise row.fault("timestamp", N_("This is not a time in milliseconds."))
        yield _taking(row, str(row.number("comment-id")), str(row.number("voter-id")), "vote", at)


def votes_by_participant(file: BinaryIO, name: str) -> Iterator[Taking]:
    """Of ``participants-votes.csv``: one row a participant, one column a statement, empty for no vote."""
    for row in read_rows(file, name, required=("participant",)):
        voter = str(row.number("participant"))
        for column, value in row.values.items():
            if column not in ABOUT_PARTICIPANT and value.strip():
                yield _taking(row, column, voter, column, None)


def _taking(row: Row, comment: str, voter: str, column: str, at: int | None) -> Taking:
    return Taking(
        row=row,
        clause=comment,
        stakeholder=voter,
        category=Category.INDIVIDUAL,
        country=None,
        stance=STANCES[row.one_of(column, STANCES)],
        at=at,
    )
