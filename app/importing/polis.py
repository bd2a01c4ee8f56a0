"""The files of a Polis export: statements and votes (pure)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import BinaryIO

from app.foundation.errors import N_
from app.foundation.text import says_something
from app.importing.csv_rows import CsvRow, read_rows
from app.importing.records import Statement, Taking
from app.positions.models import Stance
from app.stakeholders.models import Category

STANCES = {"1": Stance.SUPPORT, "0": Stance.ABSTAIN, "-1": Stance.OBJECT}
MODERATED_OUT = "-1"
UNKNOWN = N_(
    "comments.csv has no statement %(statement)s. Export the conversation again, so that all files are of "
    "one moment, or remove its votes."
)
ABOUT_PARTICIPANT = ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree")
YES, NO = ("true", "t", "1"), ("", "false", "f", "0")
SECONDS = range(1_262_304_000, 4_102_444_800)  #: since 1970: from 2010, before Polis was, to 2100
MILLISECONDS = range(1000 * SECONDS.start, 1000 * SECONDS.stop)


class LeftOut(StrEnum):
    """Why a statement becomes no clause, and its votes no positions."""

    ABOUT_PEOPLE = "is-meta"  #: it says something of who answers, and nothing that could be adopted
    EMPTY = "without-words"


@dataclass(frozen=True)
class Conversation:
    """What becomes clauses, and what does not: its id → why. ``votes_left_out`` fills as votes are read."""

    statements: list[Statement]
    left_out: dict[str, LeftOut]
    votes_left_out: Counter[LeftOut] = field(default_factory=Counter)

    def kept(self, votes: Iterable[Taking]) -> Iterator[Taking]:
        """The votes on statements that become clauses.

        :raises RowUnclear: a vote on a statement that is not there.
        """
        there = {statement.label for statement in self.statements}
        for vote in votes:
            why = self.left_out.get(vote.clause)
            if why is not None:
                self.votes_left_out[why] += 1
            elif vote.clause in there:
                yield vote
            else:
                column = "comment-id" if "comment-id" in vote.row.values else vote.clause
                raise vote.row.fault(column, UNKNOWN, statement=vote.clause[:40])

    def told(self) -> dict[str, dict[str, int]]:
        """Why → how many statements were left out, with how many votes."""
        statements = Counter(self.left_out.values())
        return {
            why.value: {"statements": statements[why], "votes": self.votes_left_out[why]}
            for why in LeftOut
            if statements[why]
        }


def conversation(file: BinaryIO, name: str) -> Conversation:
    """Of ``comments.csv``, in order of their ids; what was moderated out is kept and not counted.

    :raises RowUnclear: naming file, line and column.
    """
    found: dict[int, Statement] = {}
    left_out: dict[str, LeftOut] = {}
    for row in read_rows(file, name, required=("comment-id", "comment-body")):
        number = row.number("comment-id")
        if number in found:
            raise row.fault("comment-id", N_("Statement %(number)s appears twice."), number=number)
        text = row.text("comment-body")
        is_meta = row.values.get("is-meta", "").strip().lower()
        if is_meta not in YES + NO:
            raise row.fault(
                "is-meta",
                N_("“%(value)s” is not one of %(allowed)s."),
                value=is_meta[:40],
                allowed="true, false",
            )
        if not says_something(text):
            left_out[str(number)] = LeftOut.EMPTY
        elif is_meta in YES:
            left_out[str(number)] = LeftOut.ABOUT_PEOPLE
        is_counted = row.values.get("moderated", "").strip() != MODERATED_OUT
        found[number] = Statement(str(number), text, is_counted)
    kept = [found[number] for number in sorted(found) if str(number) not in left_out]
    return Conversation(kept, left_out)


def votes(file: BinaryIO, name: str) -> Iterator[Taking]:
    """Of ``votes.csv``: one row a vote; later ones of the same voter on the same statement count."""
    columns = ("timestamp", "comment-id", "voter-id", "vote")
    for row in read_rows(file, name, required=columns):
        at = _moment(row, "timestamp")
        yield _taking(row, str(row.number("comment-id")), str(row.number("voter-id")), "vote", at)


def votes_by_participant(file: BinaryIO, name: str) -> Iterator[Taking]:
    """Of ``participants-votes.csv``: one row a participant, one column a statement, empty for no vote."""
    for row in read_rows(file, name, required=("participant",)):
        voter = str(row.number("participant"))
        for column, value in row.values.items():
            if column not in ABOUT_PARTICIPANT and value.strip():
                yield _taking(row, column, voter, column, None)


def _moment(row: CsvRow, column: str) -> int:
    """In milliseconds since 1970; a number between 2010 and 2100 in seconds is one in seconds."""
    at = row.number(column)
    if at in SECONDS:
        return 1000 * at
    if at not in MILLISECONDS:
        raise row.fault(
            column, N_("Give a time between 2010 and 2100 in seconds or milliseconds since 1970.")
        )
    return at


def _taking(row: CsvRow, comment: str, voter: str, column: str, at: int | None) -> Taking:
    return Taking(
        row=row,
        clause=comment,
        stakeholder=voter,
        category=Category.INDIVIDUAL,
        country=None,
        stance=STANCES[row.one_of(column, STANCES)],
        at=at,
    )
