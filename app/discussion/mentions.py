"""Whom and what the words of a comment name: @c12 a comment, @"Full name" a stakeholder (pure)."""

import re
import unicodedata
from dataclasses import dataclass

MOST_NAMED = 10  #: stakeholders one comment can call
LONGEST_NAME = 200

#: The quotation marks people's keyboards write, an opening one with those that close it.
_QUOTES = (('"', '"'), ("“", "”"), ("„", "“”"), ("«", "»"), ("「", "」"), ("『", "』"))
_NAME = "|".join(
    rf"{opening}[^\n{opening}{closing}]{{1,{LONGEST_NAME}}}[{closing}]" for opening, closing in _QUOTES
)

#: No address of a mailbox: before the sign stands no letter, digit or point of one; after "c12" no word.
_MENTION = re.compile(rf"(?<![A-Za-z0-9._%+-])[@＠](?:[cC](\d{{1,9}})(?![A-Za-z0-9_]|\.\w)|({_NAME}))")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class MentionPart:
    """Some of the text; ``comment`` or ``name`` where it is a mention."""

    text: str
    comment: int | None = None
    name: str | None = None


def parts(text: str) -> list[MentionPart]:
    """The text cut at its mentions; joined the parts are the text again.

    >>> [(part.comment, part.name) for part in parts('As @c12 says, @"Peru" should.')]
    [(None, None), (12, None), (None, None), (None, 'Peru'), (None, None)]
    """
    found, place = [], 0
    for match in _MENTION.finditer(text):
        number, name = match.groups()
        part = MentionPart(
            match[0], int(number) if number else None, plain_name(name[1:-1]) if name else None
        )
        if part.comment or part.name:
            found += [MentionPart(text[place : match.start()]), part]
            place = match.end()
    found.append(MentionPart(text[place:]))
    return [part for part in found if part.text]


def named(text: str) -> list[str]:
    """The names of the stakeholders the text calls, each once, in order, the first ten."""
    names = dict.fromkeys(part.name for part in parts(text) if part.name)
    return list(names)[:MOST_NAMED]


def plain_name(name: str) -> str:
    """A name as it is kept of a stakeholder: NFC, single blanks."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", name)).strip()
