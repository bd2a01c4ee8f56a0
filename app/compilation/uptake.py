"""Proposed changes that a wording contains (pure)."""

from collections.abc import Iterable, Mapping, Sequence

from app.compilation.merge.contested import APART, changed_by
from app.compilation.merge.edits import Edit, edits
from app.compilation.merge.nway import Segment, choose, collisions, merge, settle
from app.compilation.merge.passage import Passage
from app.compilation.merge.provenance import BASE, RunList, text_of


def taken_up(base: str, changes: Mapping[str, str], runs: RunList) -> dict[str, bool]:
    """The changes of which something stands in ``runs``, a text made of ``base``: source → whether all does.

    ``changes`` (source → whole new text) are those that were put to the base together. An edit stands if the
    text was edited just so, alone or with its agreed neighbours. Something of a change also stands where some
    of its words do, and where the words it strikes are gone and one beside them is still there.

    >>> taken_up("We should act.", {"c1": "We shall act.", "c2": "We may act."}, [("We shall act.", ("c1",))])
    {'c1': True}
    """
    text = Passage(base)
    final = edits(text, text_of(runs))
    own = {source: edits(text, change) for source, change in changes.items()}
    named = {source for words, sources in runs if words.strip() for source in sources}
    gone, struck = _places(final), _places(edit for each in own.values() for edit in each)
    segments = merge(base, changes)
    found = {}
    for source, wanted in sorted(own.items()):
        agreed = edits(text, _prevailing(segments, source))
        stand = [_stands(text, edit, final, agreed) for edit in wanted]
        if any(stand) or source in named or any(_is_struck(text, one, gone, struck) for one in wanted):
            found[source] = bool(stand) and all(stand)
    return found


def _prevailing(segments: Sequence[Segment], source: str) -> str:
    """All changes merged; where they collide the source's words stand, or the base's where it has none."""
    choices = {}
    for place, one in enumerate(collisions(segments)):
        takes_part = any(source in alternative.sources for alternative in one.alternatives)
        choices[place] = choose(one, source if takes_part else BASE)
    return text_of(settle(segments, choices))


def _stands(base: Passage, edit: Edit, final: Sequence[Edit], agreed: Sequence[Edit]) -> bool:
    """Whether the text was edited just so, and around it at most as was agreed."""
    around = _around(base, edit, final)
    return set(agreed).issuperset(around) and (edit in final or around == _around(base, edit, agreed))


def _around(base: Passage, edit: Edit, found: Sequence[Edit]) -> list[Edit]:
    """The edits that touch one or are close to it in a sentence."""
    return [one for one in found if _is_near(base, *sorted((one, edit)))]


def _is_near(base: Passage, one: Edit, other: Edit) -> bool:
    if other.start <= one.end:
        return True
    changed, changes = changed_by(base, one), changed_by(base, other)
    is_one_sentence = changed.start < changes.stop and changes.start < changed.stop
    return is_one_sentence and base.said(one.end, other.start) < APART


def _places(found: Iterable[Edit]) -> set[int]:
    """The base's words that edits strike."""
    return {place for edit in found for place in range(edit.start, edit.end)}


def _is_struck(base: Passage, edit: Edit, gone: set[int], struck: set[int]) -> bool:
    """Whether the words of a pure deletion are gone, and not only because all around them is."""
    own = [place for place in range(edit.start, edit.end) if base.tokens[place].strip()]
    if edit.text.strip() or not own or not gone.issuperset(own):
        return False
    sides = (reversed(range(edit.start)), range(edit.end, len(base.tokens)))
    beside = (
        next((place for place in side if base.tokens[place].strip() and place not in struck), None)
        for side in sides
    )
    return any(place is not None and place not in gone for place in beside)
