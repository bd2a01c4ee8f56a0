"""Runs of words with their sources, which every text made here is kept as (pure)."""

from collections.abc import Collection, Sequence
from itertools import accumulate, chain, groupby

from app.compilation.merge.alignment import aligned
from app.compilation.merge.edits import edits
from app.compilation.merge.passage import Passage
from app.foundation.text import words

BASE = "base"
EDITOR = "editor"

MOST_NAMED = 10  #: comments named beside an editor's words; the step has them all

Sources = tuple[str, ...]
RunList = list[tuple[str, Sources]]


def text_of(runs: RunList) -> str:
    return "".join(text for text, _ in runs)


def editors(takes_up: Collection[int]) -> Sources:
    """The sources of an editor's words, with the accepted comments that they take up: "for c6"."""
    return (EDITOR, *(f"for c{number}" for number in sorted(takes_up)[:MOST_NAMED]))


def joined(runs: RunList) -> RunList:
    """Neighbours with the same sources as one run, without empty ones."""
    found: RunList = []
    for text, sources in runs:
        if found and found[-1][1] == sources:
            found[-1] = (found[-1][0] + text, sources)
        elif text:
            found.append((text, sources))
    return found


def attribute(runs: RunList, text: str, sources: Sources = (EDITOR,)) -> RunList:
    """``text`` as an edit of ``runs``: words that stayed keep their sources, new ones have ``sources``."""
    before = _spelt(runs)
    base = Passage(text_of(runs))
    offsets = list(accumulate(map(len, base.tokens), initial=0))
    found: list[Sources] = []
    place = 0
    for edit in edits(base, text):
        found += before[offsets[place] : offsets[edit.start]]
        found += [sources] * len(edit.text)
        place = edit.end
    return _runs(text, found + before[offsets[place] :])


def traced(runs: RunList, before: RunList) -> RunList:
    """``runs`` with the words of the base given back the sources they had in ``before``, the base's runs.

    The base's words alone are found again, so that none is lost where much was put between them.
    """
    spelt, tokens = _spelt(before), words(text_of(before))
    offsets = list(accumulate(map(len, tokens), initial=0))
    kept = [word for text, sources in runs if sources == (BASE,) for word in words(text)]
    known: list[list[Sources]] = [[] for _ in kept]
    for i, j, size in aligned(tokens, kept):
        known[j : j + size] = [spelt[offsets[place] : offsets[place + 1]] for place in range(i, i + size)]
    for place, word in enumerate(kept):
        if not known[place]:  # a blank between words that stood apart goes with the word behind it
            beside = (
                (known[place + 1 : place + 2] + known[max(0, place - 1) : place]) if word.isspace() else []
            )
            sources = next((one[0] for one in beside if one), (BASE,))
            known[place] = [sources] * len(word)
    given = iter(chain.from_iterable(known))
    return _runs(text_of(runs), [next(given) if sources == (BASE,) else sources for sources in _spelt(runs)])


def filled(runs: RunList, gap: Sources, below: RunList) -> RunList:
    """``runs``, and where their sources are ``gap`` those of ``below``, which has the same text."""
    pairs = zip(_spelt(runs), _spelt(below), strict=True)
    return _runs(text_of(runs), [under if over == gap else over for over, under in pairs])


def _spelt(runs: RunList) -> list[Sources]:
    """The sources of each character."""
    return [sources for text, sources in runs for _ in text]


def _runs(text: str, sources: Sequence[Sources]) -> RunList:
    found: RunList = []
    place = 0
    for shared, characters in groupby(sources):
        end = place + sum(1 for _ in characters)
        found.append((text[place:end], shared))
        place = end
    return found
