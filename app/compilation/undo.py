"""Going back: the verb that restores what an act has touched."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.compilation import queries
from app.compilation.models import CompilationItem, MergeOperation, Treatment, Wording
from app.compilation.operations import begin
from app.foundation.errors import N_, RuleBroken
from app.norms.models import Norm


class NothingToUndo(RuleBroken):
    code = "nothing-to-undo"
    message = N_("There are no steps on this clause to undo.")


class WorkedOnSince(RuleBroken):
    code = "worked-on-since"
    message = N_(
        "This step also changed clause %(label)s, which has been edited since then. Undo that edit first."
    )


def undo(
    session: Session, actor: Actor, norm: Norm, entry: CompilationItem, *, version: int, now: dt.datetime
) -> MergeOperation:
    """Take back the last act on an entry, with all it did to others; again and again back to the beginning.

    :raises EntryChanged: another editor was faster.
    :raises NothingToUndo: there is no step left. :raises WorkedOnSince: another clause would lose later work.
    """
    act = begin(session, actor, norm, entry, version, now, is_undoing=True)
    last = queries.last_step(session, entry)
    if last is None:
        raise NothingToUndo
    steps = together(session, last)
    for step in steps:
        if step.entry_id == entry.id:
            continue
        present = queries.last_step(session, step.entry)
        if present is None or present.id != step.id:
            raise WorkedOnSince(label=step.entry.label)
        act.touch(step.entry)
    for step in steps:
        restore(session, step)
        step.undone_by, step.undone_at = actor.user_id, now
    session.flush()
    details = {"treatment": last.treatment.value, "entries": sorted(step.entry_id for step in steps)}
    audit.record(
        session,
        actor,
        "merge-operation-undone",
        f"entry:{entry.id}",
        norm=norm.slug,
        now=now,
        details=details,
    )
    return last


def together(session: Session, step: MergeOperation) -> Sequence[MergeOperation]:
    """The steps of one act."""
    first = step.part_of_id or step.id
    return session.scalars(
        sa.select(MergeOperation)
        .where(sa.or_(MergeOperation.id == first, MergeOperation.part_of_id == first))
        .order_by(MergeOperation.id)
    ).all()


def restore(session: Session, step: MergeOperation) -> None:
    """Put an entry back to what it was before a step, to the letter; only its version goes on."""
    entry, values = step.entry, dict(step.before)
    wordings = values.pop("wordings")
    entry.wordings.clear()
    session.flush()
    for name, value in (values | {"treatment": Treatment(values["treatment"])}).items():
        setattr(entry, name, value)
    entry.wordings.extend(Wording(**one) for one in wordings)
    session.flush()
