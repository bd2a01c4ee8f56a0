"""A collision among the words around it: what all wordings share is read once (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from app.foundation.text import words
from app.merging.nway import Alternative, Collision, Segment

AROUND = 16  #: words and blanks shown on each side


@dataclass(frozen=True, slots=True)
class Contrast:
    """``before`` and ``after`` stand around each of the alternatives, and around the base's words."""

    before: str
    after: str
    base: str
    alternatives: tuple[Alternative, ...]


def contrasts(segments: Sequence[Segment]) -> Iterator[Contrast]:
    """The collisions in order. Each alternative, put between ``before`` and ``after``, reads as whole."""
    for place, segment in enumerate(segments):
        if isinstance(segment, Collision):
            yield _contrast(segment, _text(segments[:place]), _text(segments[place + 1 :]))


def _contrast(collision: Collision, before: str, after: str) -> Contrast:
    texts = [words(one.text) for one in collision.alternatives]
    if collision.base:
        texts.append(words(collision.base))
    lead = _shared(texts)
    trail = _shared([list(reversed(text[lead:])) for text in texts])

    def bare(text: str) -> str:
        tokens = words(text)
        return "".join(tokens[lead : len(tokens) - trail])

    first = texts[0]
    lead_text, trail_text = "".join(first[:lead]), "".join(first[len(first) - trail :])
    return Contrast(
        _end(before + lead_text),
        _beginning(trail_text + after),
        bare(collision.base) if collision.base else "",
        tuple(Alternative(bare(one.text), one.sources) for one in collision.alternatives),
    )


def _shared(texts: Sequence[Sequence[str]]) -> int:
    """How many words all texts begin with."""
    return sum(1 for _ in takewhile(lambda each: len(set(each)) == 1, zip(*texts, strict=False)))


def _text(segments: Sequence[Segment]) -> str:
    """What surrounds a collision, with the base's words where others collide."""
    return "".join(one.base if isinstance(one, Collision) else one.text for one in segments)


def _end(text: str) -> str:
    tokens = words(text)
    return "".join(tokens) if len(tokens) <= AROUND else "… " + "".join(tokens[-AROUND:]).lstrip()


def _beginning(text: str) -> str:
    tokens = words(text)
    return "".join(tokens) if len(tokens) <= AROUND else "".join(tokens[:AROUND]).rstrip() + " …"
