"""The columns of a commenting sheet: those of the ISO commenting template, and what we need to read it
back (pure).

A sheet is read in whatever order its columns are, and in any of the six languages (pure).
"""

import csv
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

import regex

from app.reference.languages import INTERFACE_LANGUAGES

FILE = Path(__file__).with_name("headings.csv")


class Column(StrEnum):
    NUMBER = "number"  #: of a comment that was made: "c12"; else the sheet's own
    MEMBER = "member"
    LINE = "line"
    CLAUSE = "clause"  #: its label in the draft
    PARAGRAPH = "paragraph"  #: the words or the place within the clause
    KIND = "kind"
    COMMENT = "comment"
    CHANGE = "change"
    OBSERVATION = "observation"
    TEXT = "text"  #: of the clause, for reading
    PROVISION = "provision"  #: the clause's permanent id
    DRAFT = "draft"
    LANGUAGE = "language"
    SEEN = "seen"  #: which words the row was made for


ISO = tuple(Column)[:9]  #: the template's own
FILLED_IN = frozenset({Column.PARAGRAPH, Column.KIND, Column.COMMENT, Column.CHANGE})  #: by who comments

_IN_BRACKETS = regex.compile(r"\([^()]*\)")
_NOT_LETTERS = regex.compile(r"[^\p{L}\p{M}]+")


@cache
def _rows() -> dict[Column, dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return {Column(row["column"]): row for row in csv.DictReader(file)}


def heading(column: Column, language: str) -> str:
    """What stands above the column; in English where the language is not one of the six."""
    return _rows()[column][language if language in INTERFACE_LANGUAGES else "en"]


@cache
def _known() -> Mapping[str, Column]:
    return {
        _key(name): column
        for column, row in _rows().items()
        for name in (*(row[language] for language in INTERFACE_LANGUAGES), *row["also"].split("|"))
    }


def column_named(cell: str) -> Column | None:
    """The column a heading names, however it is written.

    >>> column_named("Clause/ Subclause (e.g. 3.1)"), column_named("MODIFICATION PROPOSÉE²")
    (<Column.CLAUSE: 'clause'>, <Column.CHANGE: 'change'>)
    """
    return _known().get(_key(cell)) or _known().get(_key(_IN_BRACKETS.sub("", cell)))


def _key(name: str) -> str:
    """Letters alone, in one case: footnote marks, blanks and signs differ from template to template."""
    letters: str = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", name).casefold())
    return letters
