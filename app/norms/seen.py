"""Token of the wording that a person has read, carried by forms and checked by verbs (pure)."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from app.foundation.errors import N_, BadInput, Conflict
from app.foundation.text import text_digest
from app.norms.models import Clause, ClauseText, TextStatus

_TOKEN = re.compile(r"(?:sha256:)?([0-9a-f]{64})(?:\.([0-9a-f]{64}))?")


class SeenUnclear(BadInput):
    code = "seen-unclear"
    message = N_(
        "The request does not state which wording you have read. Read the current wording, then submit "
        "this again."
    )


class WordingChanged(Conflict):
    code = "wording-changed"
    message = N_(
        "The wording has changed since you read it. No data were recorded: review the changes, "
        "then submit again if you still wish to."
    )


class Seen(NamedTuple):
    """The authentic wording, and the words of the translation where one was read; SHA-256 of each.

    >>> Seen.read(str(Seen(bytes(32), bytes(32)))) == Seen(bytes(32), bytes(32))
    True
    """

    wording: bytes
    translation: bytes | None = None

    def __str__(self) -> str:
        return "sha256:" + ".".join(part.hex() for part in self if part is not None)

    @classmethod
    def read(cls, token: str, field: str = "seen") -> "Seen":
        """:raises SeenUnclear: it is no such token."""
        found = _TOKEN.fullmatch(token.strip())
        if found is None:
            raise SeenUnclear(field=field)
        wording, translation = found.groups()
        return cls(bytes.fromhex(wording), bytes.fromhex(translation) if translation else None)


def text_read(clause: Clause, language: str) -> ClauseText | None:
    """What a person who reads in this language has before them: the text in it, else the first authentic."""
    authentic = [text for text in clause.texts if text.status is TextStatus.AUTHENTIC]
    return next((text for text in clause.texts if text.language == language), next(iter(authentic), None))


def seen_in(clause: Clause, language: str) -> Seen:
    """The words of a clause as they are read in a language."""
    text = text_read(clause, language)
    is_translation = text is not None and text.status is not TextStatus.AUTHENTIC
    return Seen(clause.text_digest, text.digest if text is not None and is_translation else None)


def seen_of_draft(digests: Iterable[tuple[str, bytes]]) -> Seen:
    """The words of a whole draft: of each provision's code with the digest of its authentic texts."""
    return Seen(text_digest({code: digest.hex() for code, digest in digests}))


def check_seen(present: Seen, seen: Seen) -> None:
    """:raises WordingChanged: the words are others by now."""
    if seen != present:
        raise WordingChanged
