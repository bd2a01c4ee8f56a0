"""Provenance of provisions when a draft is opened."""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from app.compilation.models import CompilationItem
from app.norms.models import Descent, Draft, Provision, ProvisionLineage


def origin_of(entry: CompilationItem) -> CompilationItem:
    """The entry in whose clause of the draft before the words stood."""
    return entry.split_from or entry


def heir_of(entry: CompilationItem) -> CompilationItem:
    """The entry whose clause has the words in the next draft."""
    while entry.joined_into is not None:
        entry = entry.joined_into
    return entry


def trace(
    session: Session, draft: Draft, entries: Sequence[CompilationItem], provisions: Mapping[int, Provision]
) -> None:
    """Keep what was split and joined, for the verb that opens the draft.

    ``provisions``: entry's id → what it became, for those that are part of the draft. A part that was joined
    elsewhere is words of its origin that were split off to there.
    """
    found: dict[tuple[int, int], Descent] = {}
    for entry in entries:
        start, end = origin_of(entry).provision_id, provisions.get(heir_of(entry).id)
        if start is not None and end is not None and start != end.id:
            kind = Descent.JOIN if origin_of(entry) is entry else Descent.SPLIT
            found.setdefault((start, end.id), kind)
    session.add_all(
        ProvisionLineage(draft_id=draft.id, from_id=start, to_id=end, kind=kind)
        for (start, end), kind in sorted(found.items())
    )
    session.flush()
