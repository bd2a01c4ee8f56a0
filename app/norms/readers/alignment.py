"""Several languages of one norm, laid side by side by clause (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import zip_longest

from app.foundation.errors import N_, BadInput, Phrase
from app.norms.models import ClauseKind
from app.norms.readers.reading import ParsedClause, ParsedText

SHOWN = 80  #: characters of a clause that a refusal quotes


@dataclass(frozen=True, slots=True)
class AlignedClause:
    """One clause in every language; label and kind are those of the first language."""

    label: str
    kind: ClauseKind
    depth: int
    texts: Mapping[str, str]


class Misaligned(BadInput):
    """Two languages of one norm do not have the same clauses."""

    code = "misaligned"
    message = N_(
        "%(language)s has %(count)s clauses and %(other)s has %(other_count)s."
        " They first differ at clause %(place)s."
    )

    def __init__(
        self,
        place: int,
        sides: tuple[tuple[str, ParsedText], tuple[str, ParsedText]],
        *,
        field: str | None = None,
    ) -> None:
        self._place, self._sides = place, sides
        (other, theirs), (language, ours) = sides
        super().__init__(
            field=field,
            language=language,
            count=len(ours.clauses),
            other=other,
            other_count=len(theirs.clauses),
            place=place,
        )

    @property
    def details(self) -> list[Phrase]:
        return [self._side(language, reading.clauses) for language, reading in self._sides]

    def _side(self, language: str, clauses: tuple[ParsedClause, ...]) -> Phrase:
        if self._place > len(clauses):
            return Phrase(N_("%(language)s: no clauses."), {"language": language})
        clause = clauses[self._place - 1]
        shown = clause.text if len(clause.text) <= SHOWN else clause.text[: SHOWN - 1] + "…"
        return Phrase(
            N_("%(language)s, line %(line)s, depth %(depth)s: %(label)s “%(text)s”"),
            {
                "language": language,
                "line": clause.line,
                "depth": clause.depth,
                "label": clause.label,
                "text": shown,
            },
        )


def align(readings: Mapping[str, ParsedText]) -> list[AlignedClause]:
    """The clauses of all languages by their order.

    :raises Misaligned: counts, depths, or what is a heading differ; shows the first difference.
    """
    (first, leading), *others = readings.items()
    for language, reading in others:
        for place, (ours, theirs) in enumerate(zip_longest(leading.clauses, reading.clauses), 1):
            if ours is None or theirs is None or _shape(ours) != _shape(theirs):
                raise Misaligned(place, ((first, leading), (language, reading)))
    return [
        AlignedClause(
            clause.label,
            clause.kind,
            clause.depth,
            {language: reading.clauses[place].text for language, reading in readings.items()},
        )
        for place, clause in enumerate(leading.clauses)
    ]


def _shape(clause: ParsedClause) -> tuple[int, bool]:
    return clause.depth, clause.kind is ClauseKind.HEADING
