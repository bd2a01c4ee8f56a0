"""Putting the proposed changes that were not merged to the draft that was opened without them."""

import datetime as dt
from collections.abc import Container, Mapping

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.discussion.models import Comment, Operation, RebasedChange, Rebasing
from app.merging import queries
from app.merging.rebasing import Rebased, rebase
from app.norms import queries as norms
from app.norms.models import Clause, Draft, Norm

Clauses = Mapping[int | None, Clause]


def carry(
    session: Session,
    actor: Actor,
    norm: Norm,
    base: Draft,
    draft: Draft,
    *,
    merged: Container[int],
    now: dt.datetime,
) -> None:
    """Put each change that stands on ``base`` to ``draft``, for a verb that carries its own permission.

    A change stands until it is decided on; one that was deferred waits for the next draft. It is carried
    where its context is as it was, with all who back it. Else it is returned to its author, who is told.
    ``merged``: numbers of the comments whose words went in.
    """
    before: Clauses = {one.provision_id: one for one in norms.clauses(session, base.id)}
    after: Clauses = {one.provision_id: one for one in norms.clauses(session, draft.id)}
    for comment in queries.standing(session, base.id):
        if comment.number in merged:
            continue
        clause = after.get(comment.provision_id)
        found = rebased(comment, base, before.get(comment.provision_id), clause)
        session.add(
            RebasedChange(
                comment_id=comment.id,
                draft_id=draft.id,
                clause_id=clause.id if clause else None,
                outcome=found.outcome,
                wording=found.wording,
                rebased_at=now,
            )
        )
        session.flush()
        details = {"draft": draft.number, "outcome": found.outcome.value}
        subject = f"comment:c{comment.number}"
        audit.record(session, actor, "change-rebased", subject, norm=norm.slug, now=now, details=details)


def rebased(comment: Comment, base: Draft, before: Clause | None, after: Clause | None) -> Rebased:
    """What becomes of a change. Words put behind a clause only need the clause to be there."""
    change = comment.change
    assert change is not None  # noqa: S101 - chosen as such
    if change.operation is Operation.INSERT_AFTER:
        wording = change.wording_on(base.id)
        return Rebased(Rebasing.CARRIED, wording) if after else Rebased(Rebasing.RETURNED)
    old, new = text_in(before, change.language), text_in(after, change.language)
    return rebase(old or "", change.wording_on(base.id), new)


def text_in(clause: Clause | None, language: str) -> str | None:
    """A clause's text in one language, if there is one."""
    return next((one.text for one in clause.texts if one.language == language), None) if clause else None
