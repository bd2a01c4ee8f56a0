"""Terms found in a text (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from app.foundation.text import SOLID

#: In Arabic "and", "then", "by", "like", "for" and "the" are written on to the word.
_WRITTEN_ON = {"ar": "[وف]?[بكل]?(?:ال|ل)?"}

#: Where a word can begin and end; where words stand without blanks, anywhere.
_BEGINS = rf"(?:(?<![\p{{L}}\p{{M}}\p{{N}}])|(?<=[{SOLID}])|(?=[{SOLID}]))"
_ENDS = rf"(?:(?![\p{{L}}\p{{M}}\p{{N}}])|(?=[{SOLID}])|(?<=[{SOLID}]))"


@dataclass(frozen=True)
class GlossaryTerm:
    """A term: its number, and how it is written in one language."""

    number: int
    spellings: Sequence[str]


@dataclass(frozen=True)
class Piece:
    """Some of the text; ``term`` is the number of the term it is, None where it is none."""

    text: str
    term: int | None = None


def marked(text: str, entries: Sequence[GlossaryTerm], language: str) -> list[Piece]:
    """The text in pieces that together are the text, each term's first place marked.

    Terms are found as whole words, in any case, with any blanks between their words; of two that begin at
    one place the longer is taken. Scripts without blanks between words have no whole words to look for.

    >>> [piece.text for piece in marked("An AI system", [GlossaryTerm(1, ["ai"])], "en") if piece.term]
    ['AI']
    """
    numbers = {_plain(spelling): entry.number for entry in entries for spelling in entry.spellings}
    numbers.pop("", None)
    if not numbers:
        return [Piece(text)]
    pieces, end, seen = [], 0, set[int]()
    written = {spelling for entry in entries for spelling in entry.spellings if _plain(spelling)}
    for match in _finder(tuple(sorted(written | set(numbers))), language).finditer(text):
        number = numbers.get(_plain(match["term"]))
        if number is None or number in seen:
            continue
        seen.add(number)
        if match.start() > end:
            pieces.append(Piece(text[end : match.start()]))
        pieces.append(Piece(match.group(), number))
        end = match.end()
    if end < len(text) or not pieces:
        pieces.append(Piece(text[end:]))
    return pieces


def _plain(spelling: str) -> str:
    return " ".join(spelling.casefold().replace("’", "'").split())


@lru_cache(maxsize=256)
def _finder(spellings: tuple[str, ...], language: str) -> regex.Pattern[str]:
    longest_first = sorted(spellings, key=lambda spelling: (-len(spelling), spelling))
    words = "|".join(r"\s+".join(map(_escaped, spelling.split())) for spelling in longest_first)
    before = _WRITTEN_ON.get(language, "")
    return regex.compile(rf"{_BEGINS}{before}(?P<term>{words}){_ENDS}", regex.IGNORECASE | regex.FULLCASE)


def _escaped(word: str) -> str:
    return str(regex.escape(word)).replace("'", "['’]")
