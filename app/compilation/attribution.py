"""Which proposed changes stand in the next draft: noted on each wording, and told when the draft opens."""

from collections import defaultdict
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
    changes = _changes(session, norm, {number for _, put in together for number in put})
    texts = _texts(session, norm, changes.values())
    found: dict[int, bool] = {}
    for (language, put), runs in together.items():
        said = [changes[number] for number in put if number in changes]
        for number, is_whole in _standing(said, texts, language, runs).items():
            found[number] = is_whole or found.get(number, False)
    return found


def standing_in(
    session: Session, norm: Norm, language: str, numbers: Collection[int], runs: RunList
) -> dict[int, bool]:
    """The changes to the norm's current draft of which something stands in the words; whether all of it."""
    said = _changes(session, norm, numbers).values()
    return _standing(said, _texts(session, norm, said), language, runs)


def _changes(session: Session, norm: Norm, numbers: Collection[int]) -> dict[int, Comment]:
    """By number."""
    if not numbers:
        return {}
    said = session.scalars(
        sa.select(Comment)
        .where(Comment.norm_id == norm.id, Comment.number.in_(numbers))
        .options(joinedload(Comment.change))
    )
    return {one.number: one for one in said}


def _texts(session: Session, norm: Norm, changed: Collection[Comment]) -> dict[tuple[int, str], str]:
    """Provision's id and language → the text in the norm's current draft, of what these change."""
    if not changed:
        return {}
    rows = session.execute(
        sa.select(Clause.provision_id, ClauseText.language, ClauseText.text)
        .join(ClauseText)
        .where(
            Clause.draft_id == norm.current_draft_id,
            Clause.provision_id.in_({one.provision_id for one in changed}),
        )
    )
    return {(row.provision_id, row.language): row.text for row in rows}


def _standing(
    said: Collection[Comment], texts: Mapping[tuple[int, str], str], language: str, runs: RunList
) -> dict[int, bool]:
    by_clause: dict[int, list[Comment]] = defaultdict(list)
    groups: list[tuple[str, list[Comment]]] = []
    for one in said:
        if one.change and one.change.operation is ChangeOperation.REPLACE:
            by_clause[one.provision_id or 0].append(one)
        else:
            groups.append(("", [one]))
    groups += [
        (texts[provision, language], group)
        for provision, group in by_clause.items()
        if (provision, language) in texts
    ]
    found: dict[int, bool] = {}
    for base, group in groups:
        standing = taken_up(base, {source_of(one): wording_of(one) for one in group}, runs)
        found |= {one.number: standing[source_of(one)] for one in group if source_of(one) in standing}
    return found


def runs_of(wording: Wording) -> RunList:
    return [(text, tuple(sources)) for text, sources in wording.runs]
