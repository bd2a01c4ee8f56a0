"""Changes between two drafts, clause by clause."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.compilation.merge.redline import Run, redline
from app.discussion.models import ChangeOperation
from app.foundation.errors import N_, Phrase
from app.norms import queries
from app.norms.models import Clause, Draft, Norm
from app.translation.models import Corrigendum
from app.translation.queries import corrigenda

Runs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ClauseChange:
    """One provision in the newer draft, or one that the newer draft no longer has."""

    code: str
    label: str
    depth: int
    words: Phrase
    runs: Runs
    is_changed: bool
    old_label: str | None  #: None: the provision is new


def between_drafts(session: Session, older: Draft, newer: Draft, language: str) -> list[ClauseChange]:
    """Every clause of either draft, in the newer one's order, removed ones where they stood."""
    before = {clause.provision_id: clause for clause in queries.clauses(session, older.id)}
    after = {clause.provision_id: clause for clause in queries.clauses(session, newer.id)}
    order = list(after.values())
    for clause in before.values():
        if clause.provision_id not in after:
            at = next((n for n, other in enumerate(order) if other.place >= clause.place), len(order))
            order.insert(at, clause)
    return [change(c, before.get(c.provision_id), after.get(c.provision_id), language) for c in order]


def change(shown: Clause, before: Clause | None, after: Clause | None, language: str) -> ClauseChange:
    """What became of one provision; ``shown`` is its newest clause."""
    old, new = text_in(before, language), text_in(after, language)
    if before is None:
        words = Phrase(N_("New"))
    elif after is None:
        words = Phrase(N_("Removed"))
    elif before.text_digest == after.text_digest:
        words = Phrase(N_("Unchanged"))
    else:
        words = Phrase(N_("Changed"))
    runs = as_runs(redline(old, new))
    is_changed = before is None or after is None or before.text_digest != after.text_digest
    return ClauseChange(
        shown.provision.code,
        shown.label,
        min(shown.depth, 3),
        words,
        runs,
        is_changed,
        before.label if before else None,
    )


def as_runs(found: Sequence[Run]) -> Runs:
    """A redline as pages take it."""
    return [(run.kind, run.text) for run in found]


def corrected(session: Session, norm: Norm) -> list[tuple[Corrigendum, Runs]]:
    """The norm's corrigenda with what each of them changes."""
    return [(one, as_runs(redline(one.before, one.after))) for one in corrigenda(session, norm.id)]


def text_in(clause: Clause | None, language: str) -> str:
    return next((t.text for t in clause.texts if t.language == language), "") if clause else ""


def change_runs(operation: ChangeOperation, base: str, wording: str | None) -> Runs:
    """A proposed change as words that stay, are struck, and are added."""
    before = "" if operation is ChangeOperation.INSERT_AFTER else base
    return [(run.kind, run.text) for run in redline(before, wording or "")]
