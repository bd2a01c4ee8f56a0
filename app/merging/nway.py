"""Many proposed changes to one text, merged word by word (pure).

Each change is read as edits of the base. Edits that touch different words all apply; edits that say the same
are shared by their sources; insertions at one place stand one after another in the order of their words;
edits that overlap and differ are a collision, which keeps every text whole for a person to settle, and so are
neighbouring edits whose words would run together. The result does not depend on the order in which changes
are given.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from app.foundation.text import words
from app.merging.edits import Edit, apply, edits
from app.merging.provenance import BASE, EDITOR, RunList, Sources, attribute, filled, joined


@dataclass(frozen=True, slots=True)
class Agreed:
    """Words nobody contests. ``replaced`` are the base's words they stand for; sources are sorted."""

    text: str
    sources: Sources
    replaced: str = ""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One wording of a contested place and who proposes it."""

    text: str
    sources: Sources


@dataclass(frozen=True, slots=True)
class Collision:
    """A place with several wordings. ``base`` is what stood there."""

    base: str
    alternatives: tuple[Alternative, ...]


Segment = Agreed | Collision


def merge(base: str, changes: Mapping[str, str]) -> list[Segment]:
    """Merge ``changes`` (source → whole new text) into ``base``.

    The segments' words in the base, joined, are the base.
    """
    tokens = words(base)
    by_source = {source: edits(tokens, changes[source]) for source in sorted(changes)}
    segments: list[Segment] = []
    place = 0
    for stretch in _kept_apart(tokens, _stretches(by_source)):
        if stretch.start > place:
            segments.append(Agreed("".join(tokens[place : stretch.start]), (BASE,)))
        segments += stretch.segments(tokens)
        place = stretch.end
    if place < len(tokens):
        segments.append(Agreed("".join(tokens[place:]), (BASE,)))
    return segments


def collisions(segments: Sequence[Segment]) -> list[Collision]:
    return [segment for segment in segments if isinstance(segment, Collision)]


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Words ``start`` to ``end`` of the base with the edits of every source there."""

    start: int
    end: int
    group: Mapping[str, Sequence[Edit]]
    runs_together: bool = False

    def meets(self, edit: Edit) -> bool:
        """Whether an edit falls in here; insertions meet at their own place, others must overlap."""
        return edit.start < self.end or self.start == edit.start == edit.end

    def with_edits(self, end: int, group: Mapping[str, Sequence[Edit]], **marks: bool) -> "_Stretch":
        sources = sorted(self.group.keys() | group.keys())
        both = {source: [*self.group.get(source, ()), *group.get(source, ())] for source in sources}
        return _Stretch(self.start, max(self.end, end), both, **marks)

    def alike(self, tokens: Sequence[str]) -> Mapping[str, Sequence[Edit]]:
        """The edits here; sources that come to the same words by different edits share the first of these."""
        texts = {source: apply(tokens, own, self.start, self.end) for source, own in self.group.items()}
        first = {
            texts[source]: own for source, own in sorted(self.group.items(), key=itemgetter(1), reverse=True)
        }
        return {source: first[text] for source, text in texts.items()}

    def segments(self, tokens: Sequence[str]) -> list[Segment]:
        base = "".join(tokens[self.start : self.end])
        texts: dict[str, list[str]] = {}
        for source, found in sorted(self.group.items()):
            texts.setdefault(apply(tokens, found, self.start, self.end), []).append(source)
        alternatives = tuple(Alternative(text, tuple(texts[text])) for text in sorted(texts))
        is_insertion = self.start == self.end and not self.runs_together
        if is_insertion or len(alternatives) == 1:
            return [Agreed(one.text, one.sources, base) for one in alternatives]
        return [Collision(base, alternatives)]


def _stretches(by_source: Mapping[str, Sequence[Edit]]) -> list[_Stretch]:
    """Stretches of the base that edits overlap in, in order."""
    found: list[_Stretch] = []
    for edit, source in sorted((edit, source) for source, own in by_source.items() for edit in own):
        if found and found[-1].meets(edit):
            found.append(found.pop().with_edits(edit.end, {source: [edit]}))
        else:
            found.append(_Stretch(edit.start, edit.end, {source: [edit]}))
    return found


def _kept_apart(tokens: Sequence[str], stretches: Sequence[_Stretch]) -> Iterator[_Stretch]:
    """The stretches; neighbours whose words would run together as one."""
    place = 0
    while place < len(stretches):
        last = place
        while last + 1 < len(stretches) and stretches[last + 1].start == stretches[last].end:
            last += 1
        neighbours = stretches[place : last + 1]
        united = neighbours[0]
        for one in neighbours[1:]:
            united = united.with_edits(one.end, one.group)
        alike = united.alike(tokens)
        if alike != united.group:
            yield from _kept_apart(tokens, _stretches(alike))
        elif _run_together(tokens, neighbours):
            yield united.with_edits(united.end, {}, runs_together=True)
        else:
            yield from neighbours
        place = last + 1


def _run_together(tokens: Sequence[str], neighbours: Sequence[_Stretch]) -> bool:
    """Whether agreed words, put between the base's, would not be cut into the same words again."""
    segments = [one for stretch in neighbours for one in stretch.segments(tokens)]
    if len(segments) == 1 or collisions(segments):
        return False
    start, end = neighbours[0].start, neighbours[-1].end
    texts = [one.text for one in segments if isinstance(one, Agreed)]
    parts = [*tokens[max(0, start - 1) : start], *texts, *tokens[end : end + 1]]
    return words("".join(parts)) != [word for part in parts for word in words(part)]


def choose(collision: Collision, chosen: str, own_words: str = "") -> RunList:
    """Settle a collision by ``"base"``, ``"editor"`` (with words), ``"brackets"``, or a source's name.

    The base's words in what was chosen stay the base's; the editor's that also stand in an alternative are
    its sources'.

    :raises KeyError: no alternative has this source.
    """
    if chosen == BASE:
        return joined([(collision.base, (BASE,))])
    if chosen == EDITOR:
        return _own(collision, own_words)
    if chosen == "brackets":
        return _bracketed(collision)
    for one in collision.alternatives:
        if chosen in one.sources:
            return _wording(collision, one)
    raise KeyError(chosen)


def _wording(collision: Collision, one: Alternative) -> RunList:
    return attribute([(collision.base, (BASE,))], one.text, one.sources)


def _own(collision: Collision, own_words: str) -> RunList:
    """The editor's words, with the blanks around the place so that they stand apart."""
    lead, trail = _margins(collision)
    text = lead + own_words.strip() + trail if own_words.strip() else ""
    runs: RunList = [(text, (EDITOR,))]
    base: RunList = [(collision.base, (BASE,))]
    for known in (base, *(_wording(collision, one) for one in collision.alternatives)):
        runs = filled(runs, (EDITOR,), attribute(known, text))
    return runs


def _bracketed(collision: Collision) -> RunList:
    """Every wording whole, each in [square brackets], which are the editor's."""
    lead, trail = _margins(collision)
    around = (BASE,) if collision.base.strip() else (EDITOR,)
    runs: RunList = [(lead, around)]
    for number, one in enumerate(collision.alternatives):
        bare = one.text.strip()
        runs += [
            (" [" if number else "[", (EDITOR,)),
            *attribute([(collision.base.strip(), (BASE,))], bare, one.sources),
            ("]", (EDITOR,)),
        ]
    return joined([*runs, (trail, around)])


def _margins(collision: Collision) -> tuple[str, str]:
    """The blanks before and behind the place: the base's, or a wording's where nothing stood."""
    texts = (collision.base, *(one.text for one in collision.alternatives))
    shown = next((text for text in texts if text.strip()), "")
    return shown[: len(shown) - len(shown.lstrip())], shown[len(shown.rstrip()) :]


def settle(segments: Sequence[Segment], choices: Mapping[int, RunList]) -> RunList:
    """The merged text as runs of words with their sources; joined they are the text.

    ``choices`` settles collisions by their number among the collisions, from 0, as ``choose`` gives them.
    One that is not settled stands in [brackets], every wording whole. Where a choice lets the blanks of two
    people meet, the first stay.
    """
    pieces: RunList = []
    number = 0
    for segment in segments:
        if isinstance(segment, Collision):
            pieces += choices[number] if number in choices else choose(segment, "brackets")
            number += 1
        else:
            pieces.append((segment.text, segment.sources))
    runs: RunList = []
    ends_blank = False
    for text, sources in pieces:
        kept = text.lstrip() if ends_blank else text
        runs.append((kept, sources))
        ends_blank = kept[-1].isspace() if kept else ends_blank
    return joined(runs)
