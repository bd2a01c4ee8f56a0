"""A collision among the words around it (pure)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.compilation.merge.nway import Alternative, Collision, Segment
from app.compilation.merge.redline import Run, redline
from app.foundation.text import words

AROUND = 16  #: words and blanks shown on each side


@dataclass(frozen=True, slots=True)
class CollisionContrast:
    """``before`` and ``after`` stand around each of the alternatives, and around the base's words."""

    before: str
    after: str
    base: str
    alternatives: tuple[Alternative, ...]

    def runs(self, alternative: Alternative) -> list[Run]:
        """A wording whole, with what it adds to the base marked."""
        return [run for run in redline(self.base, alternative.text) if run.kind != "struck"]


def contrasts(segments: Sequence[Segment]) -> Iterator[CollisionContrast]:
    """The collisions in order, with every wording whole."""
    for place, one in enumerate(segments):
        if isinstance(one, Collision):
            before, after = _text(segments[:place]), _text(segments[place + 1 :])
            yield CollisionContrast(_end(before), _beginning(after), one.base, one.alternatives)


def _text(segments: Sequence[Segment]) -> str:
    """What surrounds a collision, with the base's words where others collide."""
    return "".join(one.base if isinstance(one, Collision) else one.text for one in segments)


def _end(text: str) -> str:
    tokens = words(text)
    return "".join(tokens) if len(tokens) <= AROUND else "… " + "".join(tokens[-AROUND:]).lstrip()


def _beginning(text: str) -> str:
    tokens = words(text)
    return "".join(tokens) if len(tokens) <= AROUND else "".join(tokens[:AROUND]).rstrip() + " …"
