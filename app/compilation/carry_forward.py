"""Putting the proposed changes that were not merged to the draft that was opened without them."""

import datetime as dt
from collections.abc import Callable, Container, Mapping, Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.compilation import queries
from app.compilation.merge.rebasing import Rebased, Revision, rebase
from app.discussion.models import ChangeOperation, Comment, RebasedChange, Rebasing
from app.norms import queries as norms
from app.norms.models import Clause, Draft, Norm

Clauses = Mapping[int | None, Clause]


def carry(
    session: Session, norm: Norm, base: Draft, draft: Draft, *, merged: Container[int], now: dt.datetime
) -> dict[Rebasing, list[int]]:
    """Put each change that stands on ``base`` to ``draft``, for the verb that opens it and records this.

    A change stands until it is decided on; one that was deferred waits for the next draft. It is carried
    where its context is as it was, with all who back it. Else it is returned to its author, who is told.
    ``merged``: numbers of the comments whose words went in. Gives what became of the others, by their
    numbers. The number of statements does not depend on how many there are.
    """
    before: Clauses = {one.provision_id: one for one in norms.clauses(session, base.id)}
    after: Clauses = {one.provision_id: one for one in norms.clauses(session, draft.id)}
    became: dict[Rebasing, list[int]] = {}
    rows, revised = [], cache(Revision)
    for comment in queries.standing(session, base.id):
        if comment.number in merged:
            continue
        clause = after.get(comment.provision_id)
        found = _rebased(comment, base, before.get(comment.provision_id), clause, revised)
        became.setdefault(found.outcome, []).append(comment.number)
        rows.append(
            {
                "comment_id": comment.id,
                "draft_id": draft.id,
                "clause_id": clause.id if clause else None,
                "outcome": found.outcome,
                "wording": found.wording,
                "rebased_at": now,
            }
        )
    if rows:
        session.execute(sa.insert(RebasedChange), rows)
    return became


def spans(numbers: Sequence[int]) -> list[list[int]]:
    """Ascending numbers as spans from first to last, so that the record of many stays short.

    >>> spans([1, 2, 3, 7])
    [[1, 3], [7, 7]]
    """
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found


def _rebased(
    comment: Comment,
    base: Draft,
    before: Clause | None,
    after: Clause | None,
    revised: Callable[[str, str], Revision],
) -> Rebased:
    """What becomes of a change. Words put behind a clause only need the clause to be there."""
    change = comment.change
    assert change is not None  # noqa: S101 - chosen as such
    if change.operation is ChangeOperation.INSERT_AFTER:
        wording = change.wording_on(base.id)
        return Rebased(Rebasing.CARRIED, wording) if after else Rebased(Rebasing.RETURNED)
    old, new = text_in(before, change.language), text_in(after, change.language)
    wording = change.wording_on(base.id)
    return rebase(old or "", wording, new) if new is None else revised(old or "", new).rebase(wording)


def text_in(clause: Clause | None, language: str) -> str | None:
    """A clause's text in one language, if there is one."""
    return next((one.text for one in clause.texts if one.language == language), None) if clause else None
