"""The numbers and letters that paragraphs begin with, in any of the languages norms come in (pure)."""

import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum


class Rank(IntEnum):
    """How deep a kind of marker stands among the others."""

    ARTICLE = 0
    NUMBER = 1  #: "1." and "1)"; "1.2" and deeper follow by their count of parts
    BRACKETED = 20  #: "(1)"
    LETTER = 21
    ROMAN = 22


@dataclass(frozen=True, slots=True)
class Marker:
    """A paragraph's number: its rank, its value among its siblings, and how it is written in a label."""

    rank: int
    value: int
    written: str


_ARTICLE_WORDS = (
    "article|artículo|articulo|artigo|articolo|artikel|artículos|статья|стаття|المادة|مادة"
    "|principle|principe|principio|принцип|المبدأ|مبدأ"
)
_HAN = "〇零一二三四五六七八九十百"
_ARTICLE = re.compile(rf"(?:{_ARTICLE_WORDS})\s+(\d{{1,3}}|premier|1er|1º)(?:\s*[.:：．—–-]\s*|\s*$)", re.I)
_ARTICLE_HEADING = re.compile(rf"(?:{_ARTICLE_WORDS})\s+(\d{{1,3}}|premier|1er|1º)(?=\W|$)\W*", re.I)
_HAN_ARTICLE = re.compile(rf"第\s*([{_HAN}]{{1,7}}|\d{{1,3}})\s*[条條](?:\s*[.:：．、—–-]\s*|\s+|\s*$)")
_NUMBER = re.compile(r"(\d{1,3})(?:[.．]\s*[)）]|[.．)）]|、)(?=\s|[\u0600-\u06ff\u3400-\u9fff])\s*")
_DOTTED = re.compile(r"(\d{1,3}(?:\.\d{1,3}){0,5}\.(?:\d{1,3}|[a-z]))[.)]?(?=\s)\s*")
_HAN_NUMBER = re.compile(rf"([{_HAN}]{{1,7}})、\s*")
_BRACKETED = re.compile(r"[(（](\d{1,3})[)）]\s*")
_LETTERED = re.compile(r"(?:[(（]([^\W\d_]{1,6})[)）]|([^\W\d_]{1,5})[)）])\s*(?=\S)")
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")

_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдежзиклмнопрстуфхцчшщэюя",  # as Russian lists go: without ё, й, ъ, ы, ь
    "أبجدهوزحطيكلمنسعفصقرشت",
)


def parse_han(numeral: str) -> int:
    """A Chinese numeral below a thousand: 二十一 is 21.

    >>> parse_han("一百零三")
    103
    """
    total, digit = 0, 0
    for character in numeral:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = "〇一二三四五六七八九".index(character.replace("零", "〇"))
    return total + digit


def parse_roman(numeral: str) -> int | None:
    """A small roman numeral below 40 in lower case; None for anything else."""
    if not numeral or not _ROMAN.fullmatch(numeral):
        return None
    units = {"i": 1, "v": 5, "x": 10}
    values = [units[letter] for letter in numeral]
    return sum(-v if any(w > v for w in values[i + 1 :]) else v for i, v in enumerate(values))


def _digits(text: str) -> int:
    return int("".join(str(unicodedata.digit(character)) for character in text))


def _letter(text: str) -> int | None:
    for alphabet in _ALPHABETS:
        if len(text) == 1 and text in alphabet:
            return alphabet.index(text) + 1
    return None


def markers(paragraph: str, *, is_heading: bool = False) -> tuple[list[Marker], str]:
    """What the paragraph's number may mean, likeliest first, and the paragraph without it.

    Two readings are possible for letters that are roman numerals too, such as "(i)" and "(v)". "Article 5"
    counts where it stands alone or before a stop, and anywhere at the beginning of a heading.
    """
    if found := (_ARTICLE_HEADING if is_heading else _ARTICLE).match(paragraph):
        number = found[1]
        value = _digits(number) if number.isdigit() else 1
        return [Marker(Rank.ARTICLE, value, str(value))], paragraph[found.end() :]
    if found := _HAN_ARTICLE.match(paragraph):
        value = _digits(found[1]) if found[1].isdigit() else parse_han(found[1])
        return [Marker(Rank.ARTICLE, value, str(value))], paragraph[found.end() :]
    if found := _DOTTED.match(paragraph):
        parts = found[1].split(".")
        last = _letter(parts[-1]) or 0 if parts[-1].isalpha() else _digits(parts[-1])
        written = ".".join(part if part.isalpha() else str(_digits(part)) for part in parts)
        return [Marker(Rank.NUMBER + len(parts) - 1, last, written)], paragraph[found.end() :]
    if found := _NUMBER.match(paragraph):
        value = _digits(found[1])
        return [Marker(Rank.NUMBER, value, str(value))], paragraph[found.end() :]
    if found := _HAN_NUMBER.match(paragraph):
        value = parse_han(found[1])
        return [Marker(Rank.NUMBER, value, str(value))], paragraph[found.end() :]
    if found := _BRACKETED.match(paragraph):
        value = _digits(found[1])
        return [Marker(Rank.BRACKETED, value, f"({value})")], paragraph[found.end() :]
    if found := _LETTERED.match(paragraph):
        readings = _lettered((found[1] or found[2]).lower().replace("ـ", ""))
        return readings, paragraph[found.end() :] if readings else paragraph
    return [], paragraph


def _lettered(text: str) -> list[Marker]:
    if text and all(character in _HAN for character in text):
        return [Marker(Rank.ROMAN, parse_han(text), f"({parse_han(text)})")]
    letter, roman = _letter(text), parse_roman(text)
    readings = []
    if letter is not None:
        readings.append(Marker(Rank.LETTER, letter, f"({text})"))
    if roman is not None:
        readings.insert(0 if roman == 1 else len(readings), Marker(Rank.ROMAN, roman, f"({text})"))
    return readings


class Outline:
    """The numbers that are open at one place of a text; each new one closes those it does not stand under."""

    def __init__(self) -> None:
        self._open: list[Marker] = []
        self._labels: list[str] = []

    @property
    def label(self) -> str:
        """Of the innermost open number; empty before the first."""
        return self._labels[-1] if self._labels else ""

    @property
    def depth(self) -> int:
        """Of the innermost open number: 0 for a paragraph, 1 for (a), 2 for (i)."""
        ranks = [marker.rank for marker in self._open if marker.rank != Rank.ARTICLE]
        return len(ranks) - any(rank < Rank.LETTER for rank in ranks)

    def enter(self, readings: list[Marker]) -> int:
        """Open the likeliest reading and return its depth."""
        marker = next((m for m in readings if self._follows(m)), readings[0])
        while self._open and self._open[-1].rank >= marker.rank:
            self._open.pop()
            self._labels.pop()
        above = self.label
        if Rank.NUMBER <= marker.rank < Rank.BRACKETED and above:
            joined = marker.written if marker.written.startswith(above + ".") else f"{above}.{marker.written}"
        else:
            joined = above + marker.written
        self._open.append(marker)
        self._labels.append(joined[:40])
        return self.depth

    def close(self) -> None:
        """A new part begins: no number is open."""
        self._open.clear()
        self._labels.clear()

    def _follows(self, marker: Marker) -> bool:
        """Whether it is the next of an open series."""
        return any(m.rank == marker.rank and m.value + 1 == marker.value for m in self._open)
