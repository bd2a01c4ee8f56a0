"""Which proposed changes stand in a wording (pure)."""

from collections.abc import Iterable, Mapping, Sequence

from app.foundation.text import words
from app.merging.edits import Edit, edits
from app.merging.nway import Segment, choose, collisions, merge, settle
from app.merging.provenance import BASE, RunList, text_of


def taken_up(base: str, changes: Mapping[str, str], runs: RunList) -> dict[str, bool]:
    """The changes of which something stands in ``runs``, a text made of ``base``: source → whether all does.

    ``changes`` (source → whole new text) are those that were put to the base together. An edit stands if the
    text was edited just so, alone or with its agreed neighbours. Something of a change also stands where some
    of its words do, and where the words it strikes are gone and one beside them is still there.

    >>> taken_up("We should act.", {"c1": "We shall act.", "c2": "We may act."}, [("We shall act.", ("c1",))])
    {'c1': True}
    """
    tokens = words(base)
    final = edits(tokens, text_of(runs))
    own = {source: edits(tokens, text) for source, text in changes.items()}
    named = {source for text, sources in runs if text.strip() for source in sources}
    gone, struck = _places(final), _places(edit for each in own.values() for edit in each)
    segments = merge(base, changes)
    found = {}
    for source, wanted in sorted(own.items()):
        agreed = edits(tokens, _prevailing(segments, source))
        stand = [edit in final or _around(edit, agreed) == _around(edit, final) for edit in wanted]
        if any(stand) or source in named or any(_is_struck(tokens, one, gone, struck) for one in wanted):
            found[source] = bool(stand) and all(stand)
    return found


def _prevailing(segments: Sequence[Segment], source: str) -> str:
    """All changes merged; where they collide the source's words stand, or the base's where it has none."""
    choices = {}
    for place, one in enumerate(collisions(segments)):
        takes_part = any(source in alternative.sources for alternative in one.alternatives)
        choices[place] = choose(one, source if takes_part else BASE)
    return text_of(settle(segments, choices))


def _around(edit: Edit, found: Sequence[Edit]) -> list[Edit]:
    """The edits that overlap or touch one."""
    return [one for one in found if one.start <= edit.end and edit.start <= one.end]


def _places(found: Iterable[Edit]) -> set[int]:
    """The base's words that edits strike."""
    return {place for edit in found for place in range(edit.start, edit.end)}


def _is_struck(tokens: Sequence[str], edit: Edit, gone: set[int], struck: set[int]) -> bool:
    """Whether the words of a pure deletion are gone, and not only because all around them is."""
    own = [place for place in range(edit.start, edit.end) if tokens[place].strip()]
    if edit.text.strip() or not own or not gone.issuperset(own):
        return False
    sides = (reversed(range(edit.start)), range(edit.end, len(tokens)))
    beside = (
        next((place for place in side if tokens[place].strip() and place not in struck), None)
        for side in sides
    )
    return any(place is not None and place not in gone for place in beside)
