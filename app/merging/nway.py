"""Many proposed changes to one text, merged word by word (pure).

Each change is read as edits of the base. Edits that touch different words all apply; edits that say the same
are shared by their sources; insertions at one place stand one after another in the order of their words;
edits that overlap and differ are a collision, which keeps every text whole for a person to settle. The
result does not depend on the order in which changes are given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.foundation.text import words
from app.merging.edits import Edit, apply, edits

BASE = "base"
EDITOR = "editor"


@dataclass(frozen=True, slots=True)
class Agreed:
    """Words nobody contests. ``replaced`` are the base's words they stand for; sources are sorted."""

    text: str
    sources: tuple[str, ...]
    replaced: str = ""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One wording of a contested place and who proposes it."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collision:
    """A place with several wordings. ``base`` is what stood there."""

    base: str
    alternatives: tuple[Alternative, ...]


Segment = Agreed | Collision


def merge(base: str, changes: Mapping[str, str]) -> list[Segment]:
    """Merge ``changes`` (source → whole new text) into ``base``.

    The texts of the segments, with each collision's base, are the base with all uncontested edits applied.
    """
    tokens = words(base)
    by_source = {source: edits(tokens, changes[source]) for source in sorted(changes)}
    segments: list[Segment] = []
    place = 0
    for start, end, group in _places(by_source):
        if start > place:
            segments.append(Agreed("".join(tokens[place:start]), (BASE,)))
        segments += _united(tokens, start, end, group)
        place = end
    if place < len(tokens):
        segments.append(Agreed("".join(tokens[place:]), (BASE,)))
    return segments


Group = dict[str, list[Edit]]


def _places(by_source: Mapping[str, Sequence[Edit]]) -> list[tuple[int, int, Group]]:
    """Stretches of the base that edits overlap in, in order, each with the edits of every source there."""
    everything = sorted((edit, source) for source, found in by_source.items() for edit in found)
    places: list[tuple[int, int, Group]] = []
    for edit, source in everything:
        if places and _meets(places[-1], edit):
            start, end, group = places.pop()
            places.append((start, max(end, edit.end), group))
        else:
            places.append((edit.start, edit.end, {}))
        places[-1][2].setdefault(source, []).append(edit)
    return places


def _meets(place: tuple[int, int, Group], edit: Edit) -> bool:
    """Whether an edit falls into a stretch; insertions meet at their own place, others must overlap."""
    start, end, _ = place
    return edit.start < end or (start == end == edit.start == edit.end)


def _united(tokens: Sequence[str], start: int, end: int, group: Group) -> list[Segment]:
    base = "".join(tokens[start:end])
    texts: dict[str, list[str]] = {}
    for source, found in group.items():
        texts.setdefault(apply(tokens, found, start, end), []).append(source)
    alternatives = tuple(Alternative(text, tuple(sorted(texts[text]))) for text in sorted(texts))
    if start == end or len(alternatives) == 1:
        return [Agreed(one.text, one.sources, base) for one in alternatives]
    return [Collision(base, alternatives)]


@dataclass(frozen=True, slots=True)
class Choice:
    """How a collision is settled: by one alternative's text, the base's, the editor's own, or in brackets."""

    text: str
    sources: tuple[str, ...]


def choose(collision: Collision, chosen: str, own_words: str = "") -> Choice:
    """Settle a collision by ``"base"``, ``"editor"`` (with words), ``"brackets"``, or a source's name.

    :raises KeyError: no alternative has this source.
    """
    if chosen == BASE:
        return Choice(collision.base, (BASE,))
    if chosen == EDITOR:
        return Choice(own_words, (EDITOR,))
    if chosen == "brackets":
        text = " ".join(f"[{one.text.strip()}]" for one in collision.alternatives)
        lead = collision.base[: len(collision.base) - len(collision.base.lstrip())]
        trail = collision.base[len(collision.base.rstrip()) :]
        sources = {source for one in collision.alternatives for source in one.sources}
        return Choice(lead + text + trail, tuple(sorted(sources)))
    for one in collision.alternatives:
        if chosen in one.sources:
            return Choice(one.text, one.sources)
    raise KeyError(chosen)


RunList = list[tuple[str, tuple[str, ...]]]


def settle(segments: Sequence[Segment], choices: Mapping[int, Choice]) -> RunList:
    """The merged text as runs of words with their sources; joined they are the text.

    ``choices`` settles collisions by their number among the collisions, from 0. One that is not settled
    stands in [brackets], every wording whole.
    """
    runs: RunList = []
    number = 0
    for segment in segments:
        if isinstance(segment, Collision):
            choice = choices.get(number) or choose(segment, "brackets")
            runs.append((choice.text, choice.sources))
            number += 1
        else:
            runs.append((segment.text, segment.sources))
    return joined(runs)


def joined(runs: RunList) -> RunList:
    """Neighbours with the same sources as one run, without empty ones."""
    result: RunList = []
    for text, sources in runs:
        if not text:
            continue
        if result and result[-1][1] == sources:
            result[-1] = (result[-1][0] + text, sources)
        else:
            result.append((text, sources))
    return result


def text_of(runs: RunList) -> str:
    return "".join(text for text, _ in runs)


def attribute(runs: RunList, text: str, source: str = EDITOR) -> RunList:
    """``text`` as an edit of ``runs``: words that stayed keep their sources, new ones have ``source``."""
    tokens = [(word, sources) for run, sources in runs for word in words(run)]
    # Words are cut run by run, so that a word that two sources share keeps both of its parts.
    changed: RunList = []
    place = 0
    for edit in edits([word for word, _ in tokens], text):
        changed += tokens[place : edit.start]
        changed.append((edit.text, (source,)))
        place = edit.end
    return joined(changed + tokens[place:])


def traced(runs: RunList, before: RunList) -> RunList:
    """``runs`` with the base's words given back the sources they had in ``before``.

    The base's words stand in ``runs`` in the order in which they stand in ``before``.
    """
    earlier = iter([(word, sources) for run, sources in before for word in words(run)])
    found: RunList = []
    for run, sources in runs:
        if sources != (BASE,):
            found.append((run, sources))
            continue
        for word in words(run):
            found.append((word, next((known for old, known in earlier if old == word), sources)))
    return joined(found)


def collisions(segments: Sequence[Segment]) -> list[Collision]:
    return [segment for segment in segments if isinstance(segment, Collision)]
