"""Which proposed changes stand in the next draft: noted on each wording, and told when the draft opens."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.compilation.merge.provenance import BASE, RunList
from app.compilation.merged_wording import source_of, wording_of
from app.compilation.models import CompilationItem, Wording
from app.compilation.uptake import taken_up
from app.discussion.models import ChangeOperation, Comment
from app.norms.models import Clause, ClauseText, Norm


def credit(session: Session, norm: Norm, wording: Wording, numbers: Iterable[int]) -> None:
    """Note on a wording which changes were put to it, and of which of them something stands in it."""
    put = sorted(set(numbers))
    taken = standing_in(session, norm, wording.language, put, runs_of(wording))
    wording.merge = {**wording.merge, "changes": put, "taken": sorted(taken)}
    session.flush()


def wholly_taken(session: Session, norm: Norm, entries: Sequence[CompilationItem]) -> Mapping[int, bool]:
    """Number → whether all of the change stands in ``entries``, of those that were put to them.

    What was split is looked at together.
    """
    together: dict[tuple[str, tuple[int, ...]], RunList] = {}
    for wording in (one for entry in entries for one in entry.wordings):
        if put := tuple(wording.merge.get("changes", ())):
            runs = together.setdefault((wording.language, put), [])
            runs += [(" ", (BASE,)), *runs_of(wording)] if runs else runs_of(wording)
    found: dict[int, bool] = {}
    for (language, put), runs in together.items():
        for number, is_whole in standing_in(session, norm, language, put, runs).items():
            found[number] = is_whole or found.get(number, False)
    return found


def standing_in(
    session: Session, norm: Norm, language: str, numbers: Collection[int], runs: RunList
) -> dict[int, bool]:
    """The changes to the norm's current draft of which something stands in the words; whether all of it."""
    if not numbers:
        return {}
    said = session.scalars(
        sa.select(Comment)
        .where(Comment.norm_id == norm.id, Comment.number.in_(numbers))
        .options(joinedload(Comment.change))
    ).all()
    replacing = [one for one in said if one.change and one.change.operation is ChangeOperation.REPLACE]
    rows = session.execute(
        sa.select(Clause.provision_id, ClauseText.text)
        .join(ClauseText)
        .where(
            Clause.draft_id == norm.current_draft_id,
            Clause.provision_id.in_([one.provision_id for one in replacing]),
            ClauseText.language == language,
        )
    )
    groups = [(row.text, [one for one in replacing if one.provision_id == row.provision_id]) for row in rows]
    groups += [("", [one]) for one in said if one not in replacing]
    found: dict[int, bool] = {}
    for base, group in groups:
        standing = taken_up(base, {source_of(one): wording_of(one) for one in group}, runs)
        found |= {one.number: standing[source_of(one)] for one in group if source_of(one) in standing}
    return found


def runs_of(wording: Wording) -> RunList:
    return [(text, tuple(sources)) for text, sources in wording.runs]
