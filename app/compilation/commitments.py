"""What was accepted and has to be in the text: commitments that are open, and where those that are kept went.

A decision to accept a comment is kept by a step of the next draft that names it, or by its own words in that
draft if it is a proposed change. It is kept for good when that draft is opened; a decision taken after that
is a new one. Hiding the comment's words does not end it: only another decision does, or its author, who takes
the comment back.
"""

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.compilation import queries
from app.compilation.effective_operations import holding
from app.compilation.lineage import heir_of
from app.compilation.models import Compilation, CompilationItem, MergeOperation, Uptake
from app.discussion.binding_decisions import TAKEN_UP
from app.discussion.models import Comment, Disposition, Visibility
from app.discussion.queries import IS_CURRENT
from app.norms import queries as norms
from app.norms.models import Clause, Draft, Norm
from app.triage.queries import groups_of


@dataclass(frozen=True)
class Commitment:
    """An accepted comment that nothing in the next draft takes up yet. ``group``: the number of its group."""

    said: Comment
    decision: Disposition
    group: int | None


@dataclass(frozen=True)
class KeptCommitment:
    """The step that takes a comment up, and the entry whose clause shows it."""

    step: MergeOperation
    entry: CompilationItem


def open_numbers(session: Session, norm: Norm, taken: Container[int]) -> tuple[int, ...]:
    """The numbers of the accepted comments that nothing takes up; ``taken``: those the next draft does."""
    numbers = session.scalars(_accepted(norm).with_only_columns(Comment.number).order_by(Comment.number))
    return tuple(number for number in numbers if number not in taken)


def commitments(session: Session, norm: Norm) -> list[Commitment]:
    """The commitments that are open, in order of the comments' numbers; a constant number of statements."""
    taken = kept_in_hand(session, norm)
    rows = session.execute(
        _accepted(norm)
        .order_by(Comment.number)
        .options(joinedload(Comment.stakeholder), joinedload(Comment.change))
    )
    found = [(said, decision) for said, decision in rows if said.number not in taken]
    groups = groups_of(session, [said.id for said, _ in found])
    return [Commitment(said, decision, groups.get(said.id)) for said, decision in found]


def accepted_among(session: Session, norm: Norm, numbers: Collection[int]) -> list[Comment]:
    """The comments with these numbers that a step can take up."""
    if not numbers:
        return []
    accepted = _accepted(norm, is_open=False).where(Comment.number.in_(numbers))
    return list(session.scalars(accepted.order_by(Comment.number)))


def _accepted(norm: Norm, *, is_open: bool = True) -> sa.Select[Comment, Disposition]:
    """Comments with the decision that accepts them; of open ones, those that no draft has kept."""
    asked = (
        sa.select(Comment, Disposition)
        .join(Disposition, IS_CURRENT)
        .where(
            Comment.norm_id == norm.id,
            Comment.visibility.in_((Visibility.SHOWN, Visibility.HIDDEN)),
            Disposition.decision.in_(TAKEN_UP),
        )
    )
    kept = sa.exists().where(Uptake.disposition_id == Disposition.id)
    return asked.where(~kept) if is_open else asked


def kept_in_hand(session: Session, norm: Norm) -> Mapping[int, KeptCommitment]:
    """What the next draft takes up, while it is in the making."""
    compilation = queries.compilation_of(session, norm)
    return kept(session, compilation) if compilation and compilation.draft_id is None else {}


def kept(session: Session, compilation: Compilation) -> dict[int, KeptCommitment]:
    """Comment's number → what takes it up: a step that names it, or a merge by which its words stand."""
    texts = {
        clause.provision_id: {one.language: one.text for one in clause.texts}
        for clause in norms.clauses(session, compilation.base_draft_id)
    }
    steps: dict[int, list[MergeOperation]] = {}
    for step in queries.all_steps(session, compilation):
        steps.setdefault(step.entry_id, []).append(step)
    found: dict[int, KeptCommitment] = {}
    for entry in queries.entries(session, compilation):
        done = steps.get(entry.id, [])
        for step in holding(entry, done, texts.get(entry.provision_id or 0, {})):
            found |= {said.number: KeptCommitment(step, entry) for said in step.takes_up}
        if done and not entry.is_left_out:
            taken = {number for one in entry.wordings for number in one.merge.get("taken", ())}
            found |= {number: KeptCommitment(_merge_of(done, number), entry) for number in taken}
    return found


def _merge_of(steps: Sequence[MergeOperation], number: int) -> MergeOperation:
    """The last step that put a change to the words; what came with a split or joined clause, the last one."""
    return next((step for step in reversed(steps) if f"c{number}" in step.sources), steps[-1])


def keep(
    session: Session,
    norm: Norm,
    draft: Draft,
    taken: Mapping[int, KeptCommitment],
    clauses: Mapping[int, Clause],
) -> None:
    """Note what the draft that is opened has kept, for the verb that opens it; three statements.

    ``clauses``: entry's id → the clause that became of it.
    """
    rows = session.execute(
        _accepted(norm).where(Comment.number.in_(taken)).with_only_columns(Comment.number, Disposition.id)
    ).all()
    if not rows:
        return
    session.add_all(
        Uptake(disposition_id=row.id, draft_id=draft.id, step_id=taken[row.number].step.id) for row in rows
    )
    session.flush()
    went = [(row.id, clauses.get(heir_of(taken[row.number].entry).id)) for row in rows]
    linked = [{"id": key, "clause_id": clause.id} for key, clause in went if clause is not None]
    if linked:
        session.execute(sa.update(Disposition), linked)


def uptakes(session: Session, dispositions: Collection[int]) -> dict[int, Uptake]:
    """Disposition's id → the draft and step that kept it; one statement."""
    found = session.scalars(
        sa.select(Uptake)
        .where(Uptake.disposition_id.in_(dispositions))
        .options(joinedload(Uptake.draft), joinedload(Uptake.step))
    )
    return {one.disposition_id: one for one in found}
