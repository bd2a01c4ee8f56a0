"""Many proposed changes to one text, merged sentence by sentence (pure).

Each change is read as edits of the base. Edits of different sentences all apply, and those of one sentence
that lie far enough apart; edits that say the same are shared by their sources; sentences added at one place
stand one after another in the order of their words. Where edits contend, the whole sentence is a collision,
which keeps everybody's sentence whole for a person to settle: whoever's is chosen, exactly that sentence
stands, and none that nobody proposed. The result does not depend on the order in which changes are given.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from app.compilation.merge.contested import Contest, Made, contests
from app.compilation.merge.edits import Edit, apply, edits
from app.compilation.merge.passage import Passage
from app.compilation.merge.provenance import BASE, EDITOR, RunList, Sources, attribute, filled, joined

METHOD = 3  #: noted with choices: of another method, their collisions are others


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
    text = Passage(base)
    return merge_edits(text, {source: edits(text, change) for source, change in changes.items()})


def merge_edits(text: Passage, changes: Mapping[str, Sequence[Edit]]) -> list[Segment]:
    """The same for changes whose edits of the base are known already."""
    made: dict[Edit, list[str]] = {}
    for source in sorted(changes):
        for edit in changes[source]:
            made.setdefault(edit, []).append(source)
    contested = contests(text, made)
    alone = made.keys() - {edit for contest in contested for edit in contest.edits}
    segments: list[Segment] = []
    place = 0
    pieces: list[Edit | Contest] = [*sorted(alone), *contested]
    for one in sorted(pieces, key=attrgetter("start", "end")):
        if one.start > place:
            segments.append(Agreed(text.text(place, one.start), (BASE,)))
        if isinstance(one, Contest):
            segments.append(_collision(text, made, one))
        else:
            segments.append(Agreed(one.text, tuple(made[one]), text.text(one.start, one.end)))
        place = one.end
    if place < len(text.tokens):
        segments.append(Agreed(text.text(place, len(text.tokens)), (BASE,)))
    return segments


def _collision(base: Passage, made: Made, contest: Contest) -> Segment:
    """Every wording of what is contested. Who comes to the same words by other edits agrees."""
    by_source: dict[str, list[Edit]] = {}
    for edit in contest.edits:
        for source in made[edit]:
            by_source.setdefault(source, []).append(edit)
    texts: dict[str, list[str]] = {}
    for source in sorted(by_source):
        text = apply(base.tokens, by_source[source], contest.start, contest.end)
        texts.setdefault(text, []).append(source)
    alternatives = tuple(Alternative(text, tuple(texts[text])) for text in sorted(texts))
    stood = base.text(contest.start, contest.end)
    if len(alternatives) == 1:
        return Agreed(alternatives[0].text, alternatives[0].sources, stood)
    return Collision(stood, alternatives)


def collisions(segments: Sequence[Segment]) -> list[Collision]:
    return [segment for segment in segments if isinstance(segment, Collision)]


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
    runs = attribute([(collision.base, (BASE,))], text)
    nearest = sorted(
        (attribute(_wording(collision, one), text) for one in collision.alternatives), key=_own_part
    )
    for known in nearest:  # so that words that several share are not those of one that was left aside
        runs = filled(runs, (EDITOR,), known)
    return runs


def _own_part(runs: RunList) -> int:
    """How many characters are the editor's alone."""
    return sum(len(text) for text, sources in runs if sources == (EDITOR,))


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
