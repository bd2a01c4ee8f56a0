"""Reading a compilation: its entries, the proposed changes to each, and the steps taken."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.compilation.models import LEFT_OUT, Compilation, CompilationItem, MergeOperation, Wording
from app.discussion.binding_decisions import TAKEN_UP
from app.discussion.models import (
    ChangeOperation,
    Comment,
    Decision,
    Disposition,
    ProposedChange,
    RebasedChange,
    Rebasing,
    Visibility,
)
from app.norms import queries as norms
from app.norms.models import Clause, ClauseText, Draft, Norm


def compilation_of(session: Session, norm: Norm) -> Compilation | None:
    """The compilation on the norm's current draft, if one was started."""
    return session.scalars(
        sa.select(Compilation).where(Compilation.base_draft_id == norm.current_draft_id)
    ).one_or_none()


def compilation_that_made(session: Session, draft: Draft) -> Compilation | None:
    """The compilation that became a draft, if one did."""
    return session.scalars(sa.select(Compilation).where(Compilation.draft_id == draft.id)).one_or_none()


def entries(session: Session, compilation: Compilation) -> Sequence[CompilationItem]:
    """The entries as they are now, in the order of the next draft, with their wordings; two statements."""
    return session.scalars(
        sa.select(CompilationItem)
        .where(CompilationItem.compilation_id == compilation.id, CompilationItem.is_there)
        .order_by(CompilationItem.place, CompilationItem.id)
        .options(selectinload(CompilationItem.wordings), joinedload(CompilationItem.provision))
        .execution_options(populate_existing=True)
    ).all()


def lagging(entry: CompilationItem, before: Mapping[str, str], authentic: Sequence[str]) -> list[str]:
    """The authentic languages an entry lacks a text in, or in which it does not follow a change to another.

    ``before``: language → its text in the draft before.
    """
    wordings = {one.language: one.text for one in entry.wordings}
    is_changed = any(
        code in before and wordings.get(code, before[code]) != before[code] for code in authentic
    )
    return [code for code in authentic if code not in wordings and (is_changed or code not in before)]


def behind(session: Session, norm: Norm, compilation: Compilation) -> dict[str, tuple[str, ...]]:
    """Authentic language → labels of the next draft's clauses that lag in it."""
    before = {
        clause.provision_id: {one.language: one.text for one in clause.texts}
        for clause in norms.clauses(session, compilation.base_draft_id)
    }
    found: dict[str, tuple[str, ...]] = {}
    for entry in entries(session, compilation):
        if not entry.is_left_out:
            for code in lagging(entry, before.get(entry.provision_id or 0, {}), norm.authentic_languages):
                found[code] = (*found.get(code, ()), entry.label)
    return found


def texts_before(session: Session, compilation: Compilation, entry: CompilationItem) -> dict[str, str]:
    """Language → the text of an entry's provision in the draft before."""
    rows = session.execute(
        sa.select(ClauseText.language, ClauseText.text)
        .join(Clause, Clause.id == ClauseText.clause_id)
        .where(Clause.draft_id == compilation.base_draft_id, Clause.provision_id == entry.provision_id)
    )
    return {row.language: row.text for row in rows}


def taken_places(session: Session, compilation: Compilation) -> set[str]:
    """Places that entries have, or had before a step that can be undone."""
    now = sa.select(CompilationItem.place).where(CompilationItem.compilation_id == compilation.id)
    before = (
        sa.select(MergeOperation.before["place"].as_string())
        .join(CompilationItem, CompilationItem.id == MergeOperation.entry_id)
        .where(CompilationItem.compilation_id == compilation.id, MergeOperation.undone_at.is_(None))
    )
    return {*session.scalars(now), *session.scalars(before)}


def entry_from(session: Session, compilation: Compilation, form_key: str | None) -> CompilationItem | None:
    """The entry that came of a form, if it was sent before."""
    if form_key is None:
        return None
    return session.scalars(
        sa.select(CompilationItem).where(
            CompilationItem.compilation_id == compilation.id, CompilationItem.form_key == form_key
        )
    ).one_or_none()


def joined_into(session: Session, entry: CompilationItem) -> Sequence[CompilationItem]:
    """The entries whose words went into this one."""
    return session.scalars(
        sa.select(CompilationItem)
        .where(CompilationItem.joined_into_id == entry.id)
        .order_by(CompilationItem.id)
    ).all()


def parts_of(session: Session, entry: CompilationItem) -> Sequence[CompilationItem]:
    """The entries that were split from this one, in order."""
    return session.scalars(
        sa.select(CompilationItem)
        .where(CompilationItem.split_from_id == entry.id, CompilationItem.is_there)
        .order_by(CompilationItem.place, CompilationItem.id)
    ).all()


#: Neither decided on nor withdrawn; what was deferred stands.
STANDS = sa.and_(
    ~sa.exists().where(
        Disposition.comment_id == Comment.id,
        Disposition.superseded_at.is_(None),
        Disposition.decision != Decision.DEFERRED,
    ),
    Comment.visibility.in_((Visibility.SHOWN, Visibility.HELD)),
)


def changes(session: Session, draft_id: int) -> Sequence[Comment]:
    """The proposed changes that are shown, made on a draft or carried to it, in order of their number.

    Their wording is that of ``ProposedChange.wording_on`` this draft. Two statements.
    """
    return session.scalars(_changes(draft_id).where(Comment.visibility == Visibility.SHOWN)).all()


def changes_to(session: Session, draft_id: int, provision_id: int) -> Sequence[Comment]:
    """The proposed changes to one provision that are shown, in order of their number."""
    asked = _changes(draft_id).where(
        Comment.visibility == Visibility.SHOWN, Comment.provision_id == provision_id
    )
    return session.scalars(asked).all()


def first_changes(session: Session, draft_id: int, provisions: Sequence[int], most: int) -> Sequence[Comment]:
    """Of each of the provisions the first proposed changes that are shown, at most so many."""
    shown = _changes(draft_id).where(
        Comment.visibility == Visibility.SHOWN, Comment.provision_id.in_(provisions)
    )
    asked = shown.with_only_columns(Comment.id)
    rank = sa.func.row_number().over(partition_by=Comment.provision_id, order_by=Comment.number)
    ranked = asked.add_columns(rank.label("rank")).order_by(None).options().subquery()
    first = sa.select(ranked.c.id).where(ranked.c.rank <= most)
    return session.scalars(_changes(draft_id).where(Comment.id.in_(first))).all()


def insertions(session: Session, draft_id: int) -> Sequence[Comment]:
    """The proposed changes that would add a clause."""
    asked = _changes(draft_id).where(
        Comment.visibility == Visibility.SHOWN, ProposedChange.operation == ChangeOperation.INSERT_AFTER
    )
    return session.scalars(asked).all()


def change_counts(session: Session, draft_id: int) -> dict[int | None, int]:
    """Provision's id → how many proposed changes are shown; one statement."""
    asked = _changes(draft_id).where(Comment.visibility == Visibility.SHOWN).order_by(None)
    counted = asked.with_only_columns(Comment.provision_id, sa.func.count(), maintain_column_froms=True)
    return {row[0]: row[1] for row in session.execute(counted.group_by(Comment.provision_id))}


def standing(session: Session, draft_id: int) -> Sequence[Comment]:
    """The proposed changes on a draft that wait for a decision; one statement, however many."""
    asked = _changes(draft_id).where(STANDS)
    return session.scalars(asked.options(joinedload(Comment.change, ProposedChange.rebased))).unique().all()


def _changes(draft_id: int) -> sa.Select[Comment]:
    carried = sa.exists().where(
        RebasedChange.comment_id == Comment.id,
        RebasedChange.draft_id == draft_id,
        RebasedChange.outcome == Rebasing.CARRIED,
    )
    return (
        sa.select(Comment)
        .join(ProposedChange)
        .where(sa.or_(Comment.draft_id == draft_id, sa.and_(carried, STANDS)))
        .order_by(Comment.number)
        .options(joinedload(Comment.change), joinedload(Comment.stakeholder))
    )


def steps(session: Session, entry: CompilationItem) -> Sequence[MergeOperation]:
    """Every step on an entry, in order, undone ones too."""
    return session.scalars(
        sa.select(MergeOperation)
        .where(MergeOperation.entry_id == entry.id)
        .order_by(MergeOperation.id)
        .options(joinedload(MergeOperation.editor))
    ).all()


def steps_done(session: Session, entry: CompilationItem) -> Sequence[MergeOperation]:
    """The steps on an entry that were not undone, in order."""
    return session.scalars(
        sa.select(MergeOperation)
        .where(MergeOperation.entry_id == entry.id, MergeOperation.undone_at.is_(None))
        .order_by(MergeOperation.id)
    ).all()


def last_step(session: Session, entry: CompilationItem) -> MergeOperation | None:
    """The last step on an entry that was not undone."""
    return session.scalars(
        sa.select(MergeOperation)
        .where(MergeOperation.entry_id == entry.id, MergeOperation.undone_at.is_(None))
        .order_by(MergeOperation.id.desc())
        .limit(1)
        .options(joinedload(MergeOperation.entry), joinedload(MergeOperation.editor))
    ).one_or_none()


def all_steps(session: Session, compilation: Compilation) -> Sequence[MergeOperation]:
    """Every step of a compilation that was not undone, in order; one statement."""
    return session.scalars(
        sa.select(MergeOperation)
        .join(CompilationItem, CompilationItem.id == MergeOperation.entry_id)
        .where(CompilationItem.compilation_id == compilation.id, MergeOperation.undone_at.is_(None))
        .order_by(MergeOperation.id)
    ).all()


def latest_acts(session: Session, compilation: Compilation, most: int = 10) -> Sequence[MergeOperation]:
    """The first step of each of the last acts, undone ones too, the latest first; one statement."""
    return session.scalars(
        sa.select(MergeOperation)
        .join(CompilationItem, CompilationItem.id == MergeOperation.entry_id)
        .where(CompilationItem.compilation_id == compilation.id, MergeOperation.part_of_id.is_(None))
        .order_by(MergeOperation.id.desc())
        .limit(most)
        .options(joinedload(MergeOperation.entry), joinedload(MergeOperation.editor))
    ).all()


def rebased(session: Session, draft: Draft) -> dict[Rebasing, int]:
    """How many proposed changes were carried to a draft, met by it, or returned."""
    rows = session.execute(
        sa.select(RebasedChange.outcome, sa.func.count().label("number"))
        .where(RebasedChange.draft_id == draft.id)
        .group_by(RebasedChange.outcome)
    )
    return {row.outcome: row.number for row in rows}


def decided_otherwise(session: Session, norm: Norm, numbers: Collection[int]) -> tuple[int, ...]:
    """Of these comments those with a decision that they are not to be merged, in order."""
    return tuple(
        session.scalars(
            sa.select(Comment.number)
            .join(Disposition, Disposition.comment_id == Comment.id)
            .where(
                Comment.norm_id == norm.id,
                Comment.number.in_(numbers),
                Disposition.superseded_at.is_(None),
                Disposition.decision.not_in((*TAKEN_UP, Decision.DEFERRED)),
            )
            .order_by(Comment.number)
        )
    )


def merged_numbers(session: Session, draft_id: int | None) -> set[int]:
    """Numbers of the proposed changes of which something stands in the compilation on this draft."""
    rows = session.scalars(
        sa.select(Wording.merge)
        .join(CompilationItem, CompilationItem.id == Wording.entry_id)
        .join(Compilation, Compilation.id == CompilationItem.compilation_id)
        .where(Compilation.base_draft_id == draft_id, CompilationItem.treatment.not_in(LEFT_OUT))
    )
    return {number for merge in rows for number in merge.get("taken", ())}


def writers(session: Session, compilation: Compilation) -> dict[tuple[int, str], int]:
    """Entry's id and language → who last worked on its words in it; one statement."""
    rows = session.execute(
        sa.select(MergeOperation.entry_id, MergeOperation.language, MergeOperation.done_by)
        .join(CompilationItem, CompilationItem.id == MergeOperation.entry_id)
        .where(CompilationItem.compilation_id == compilation.id, MergeOperation.language.is_not(None))
        .order_by(MergeOperation.id)
    )
    return {(entry, language): person for entry, language, person in rows if language is not None}
