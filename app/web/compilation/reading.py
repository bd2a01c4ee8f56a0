"""The next draft in five ways of reading: base, changes, redline, result, and result with sources."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.compilation import queries
from app.compilation.merge.provenance import BASE
from app.compilation.merge.redline import redline
from app.compilation.models import Compilation, CompilationItem
from app.compilation.reading_modes import ReadingMode
from app.discussion.backing import voices
from app.discussion.models import ChangeOperation, Comment, Side
from app.kernel.redlines import Runs, as_runs, change_runs, text_in
from app.norms import queries as norms
from app.norms.models import Clause, Norm
from app.representation.cells import bloc_of
from app.representation.service import in_force

MOST = 10  #: proposed changes to a clause that are shown with the whole draft
PROPOSALS = 50  #: proposed changes listed with one clause
AT_A_TIME = 10  #: clauses, where they are shown with their proposed changes


@dataclass
class Backers:
    """How many are on one side of a change. ``blocs``: kind of bloc → bloc → how many."""

    number: int = 0
    blocs: dict[str, Counter[str]] = field(
        default_factory=lambda: {"development": Counter(), "category": Counter()}
    )


@dataclass(frozen=True)
class Proposal:
    """A proposed change as words that stay, are struck and are added, with who is for and against it."""

    said: Comment
    operation: ChangeOperation
    language: str
    runs: Runs
    sides: Mapping[Side, Backers]


@dataclass(frozen=True)
class NextDraftReading:
    """One clause of the next draft in one language."""

    entry: CompilationItem
    base: str
    result: str
    runs: Runs  #: from base to result
    sources: Sequence[tuple[str, Sequence[str]]]  #: the result's words, each with where it comes from
    proposals: Sequence[Proposal]
    unsettled: int

    @property
    def depth(self) -> int:
        return min(self.entry.depth, 3)

    def has(self, mode: ReadingMode) -> bool:
        """Whether there is something to read."""
        if mode is ReadingMode.BASE:
            return bool(self.base)
        return bool(self.result) or mode in (ReadingMode.CHANGES, ReadingMode.REDLINE)


@dataclass(frozen=True)
class Listed:
    """Some of the proposed changes to a clause, and where those before and behind them begin, if any.

    ``mergeable`` propose other words in the language. ``is_cut``: of the others there are more.
    """

    changes: Sequence[Comment] = ()
    mergeable: Sequence[Comment] = ()
    earlier: int | None = None
    later: int | None = None
    is_cut: bool = False


def listed_from(proposed: Sequence[Comment], language: str, picked: Sequence[int], start: int) -> Listed:
    """Of the mergeable ones a page, from the one after ``start`` others on, and all that are ``picked``."""
    mergeable = [
        one
        for one in proposed
        if one.change and one.change.operation is ChangeOperation.REPLACE and one.change.language == language
    ]
    others = [one for one in proposed if one not in mergeable]
    end = start + PROPOSALS
    return Listed(
        [one for place, one in enumerate(mergeable) if start <= place < end or one.number in picked]
        + others[:PROPOSALS],
        mergeable,
        max(0, min(start, len(mergeable)) - PROPOSALS) if start else None,
        end if end < len(mergeable) else None,
        len(others) > PROPOSALS,
    )


def backers(session: Session, comments: Iterable[Comment]) -> dict[int, dict[Side, Backers]]:
    """Comment's id → side → who takes it, by bloc; one statement, and one for the facts about countries."""
    found: dict[int, dict[Side, Backers]] = {}
    rows = voices(session, [one.id for one in comments])
    facts = in_force(session) if rows else {}
    for row in rows:
        side = found.setdefault(row.comment_id, {}).setdefault(row.side, Backers())
        side.number += row.number
        side.blocs["category"][row.category.value] += row.number
        side.blocs["development"][bloc_of(facts, row.country, "development")] += row.number
    return found


@dataclass(frozen=True)
class ReadingPage:
    """Some clauses, and how many come before the next ones; None at the end."""

    readings: Sequence[NextDraftReading]
    next_start: int | None = None


def read_all(
    session: Session,
    norm: Norm,
    compilation: Compilation,
    language: str,
    mode: ReadingMode,
    *,
    start: int = 0,
) -> ReadingPage:
    """Every clause, in the order of the next draft, or of the draft before where that is read.

    With their proposed changes some at a time, from the one after ``start`` others on. The number of
    statements does not depend on how many there are.
    """
    clauses = {one.provision_id: one for one in norms.clauses(session, compilation.base_draft_id)}
    entries = queries.entries(session, compilation)
    proposed: dict[int | None, list[Comment]] = {}
    next_start = None
    if mode is ReadingMode.BASE:
        known = {id_: one.place for id_, one in clauses.items()}
        entries = sorted(entries, key=lambda one: known.get(one.provision_id or 0, 0))
    if mode is ReadingMode.CHANGES:
        next_start = start + AT_A_TIME if len(entries) > start + AT_A_TIME else None
        entries = entries[start : start + AT_A_TIME]
        proposed = by_provision(session, norm, [one.provision_id for one in entries if one.provision_id])
    sides = backers(session, [one for each in proposed.values() for one in each])
    shown = (
        read(
            one, clauses.get(one.provision_id or 0), proposed.get(one.provision_id or 0, ()), sides, language
        )
        for one in entries
    )
    return ReadingPage([one for one in shown if one.has(mode)], next_start)


def by_provision(session: Session, norm: Norm, provisions: Sequence[int]) -> dict[int | None, list[Comment]]:
    """The first proposed changes to clauses of the current draft; two statements."""
    found: dict[int | None, list[Comment]] = {}
    for comment in queries.first_changes(session, norm.current_draft_id or 0, provisions, MOST):
        found.setdefault(comment.provision_id, []).append(comment)
    return found


def read(
    entry: CompilationItem,
    clause: Clause | None,
    proposed: Sequence[Comment],
    sides: Mapping[int, Mapping[Side, Backers]],
    language: str,
) -> NextDraftReading:
    """``clause``: the provision's in the draft before; ``proposed``: some of the changes to it."""
    base, wording = text_in(clause, language), entry.wording(language)
    result = "" if entry.is_left_out else wording.text if wording else base
    if wording is None:
        known = (
            next((one.provenance for one in clause.texts if one.language == language), None)
            if clause
            else None
        )
        sources: Sequence[Any] = known or ([[base, [BASE]]] if base else [])
    else:
        sources = wording.runs
    return NextDraftReading(
        entry,
        base,
        result,
        as_runs(redline(base, result)),
        [(words, named) for words, named in sources] if result else [],
        [proposal(one, clause, sides.get(one.id, {})) for one in proposed if one.change is not None],
        wording.unsettled if wording and not entry.is_left_out else 0,
    )


def proposal(said: Comment, clause: Clause | None, sides: Mapping[Side, Backers]) -> Proposal:
    change = said.change
    assert change is not None  # noqa: S101 - chosen as such
    base = text_in(clause, change.language)
    wording = change.wording_on(said.norm.current_draft_id)
    return Proposal(
        said, change.operation, change.language, change_runs(change.operation, base, wording), sides
    )
