"""Text as it is kept: clean, in one normal form, with one digest; and its words in any script (pure)."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

import regex

from app.foundation.errors import N_, BadInput

_ISOLATES = frozenset("\u2066\u2067\u2068")
_END_OF_ISOLATE = "\u2069"
TATWEEL = "\u0640"

#: Controls except line feed and tab, lone surrogates, code points that are no characters, embeddings and
#: overrides of direction, deprecated and annotating format characters, stray byte order marks, tags.
_HIDDEN = regex.compile(
    r"[[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u202a-\u202e\u206a-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]--[\n\t]]",
    regex.V1,
)

#: Scripts written without blanks between words.
SOLID = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"

#: Words as in Unicode's UAX 29, with an apostrophe or point between two letters and a point or comma between
#: two digits; but a low line or colon is no part of a word, marks hold to no blank, and the solid scripts are
#: cut at each character with its marks. Then blanks; flags, without which a row of them takes time with its
#: square; any other sign with its marks.
_WORDS = regex.compile(
    rf"[{SOLID}](?:[\u17d2\u1039][{SOLID}]?|[\p{{M}}\u0e33\u0eb3])*"
    rf"|[\p{{L}}\p{{M}}\p{{N}}](?:[\p{{L}}\p{{M}}\p{{N}}\u200c\u200d--[{SOLID}]]++"
    rf"|(?<=[\p{{L}}\p{{M}}])['’·.](?=[\p{{L}}--[{SOLID}]])|(?<=\p{{N}})[.,٫٬](?=\p{{N}}))*"
    r"|\s+"
    r"|[\U0001f1e6-\U0001f1ff]{2}"
    r"|\X",
    regex.V1,
)

_BLANKS = regex.compile(r"(\s+)")
_SHORT = 32  #: characters


class UnsafeText(BadInput):
    code = "unsafe-text"
    message = N_(
        "The text holds the invisible character %(name)s at position %(position)s. "
        "It can make a text look other than it is; remove it and send the text again."
    )


def normalise(text: str) -> str:
    """NFC, Unix line ends, no byte order mark, no blanks at the end of a line or around the whole."""
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def check_clean(text: str) -> None:
    """Pass a text that shows what it holds.

    Letters, marks and joiners of every script pass, and direction isolates that are closed in their line.

    :raises UnsafeText: a control character, a direction override, an unclosed isolate, a lone surrogate or
        an invisible tag; ``values`` name it and its position, counted from 1.
    """
    hidden = _HIDDEN.search(text)
    if hidden is not None:
        raise _unsafe(text, hidden.start() + 1)
    open_isolates: list[int] = []
    for place, character in enumerate(text + "\n", 1):
        if character in _ISOLATES:
            open_isolates.append(place)
        elif character == _END_OF_ISOLATE:
            if not open_isolates:
                raise _unsafe(text, place)
            open_isolates.pop()
        elif character == "\n" and open_isolates:
            raise _unsafe(text, open_isolates[-1])


def _unsafe(text: str, place: int) -> UnsafeText:
    character = text[place - 1]
    name = f"U+{ord(character):04X} {unicodedata.name(character, '')}".strip()
    return UnsafeText(name=name, position=place)


def text_digest(texts: Mapping[str, str]) -> bytes:
    """SHA-256 over the texts of all authentic languages together, after NFC.

    Each is framed by its language and its length in bytes, so that no two sets share their bytes.
    """
    digest = hashlib.sha256()
    for language in sorted(texts):
        body = unicodedata.normalize("NFC", texts[language]).encode()
        digest.update(f"{language}:{len(body)}:".encode() + body)
    return digest.digest()


def plain(text: str) -> str:
    """Without what does not change the wording: compatibility forms, case, tatweel, runs of white space."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.replace(TATWEEL, "").split())


def words_digest(text: str) -> bytes:
    """16 bytes that are the same for the same words, however they are set."""
    return hashlib.blake2b(plain(text).encode(), digest_size=16).digest()


def words(text: str) -> list[str]:
    """Words, blanks and single signs, in order; joined they are the text again. Linear in its length."""
    found: list[str] = []
    for stretch in _BLANKS.split(text):
        found += _known(stretch) if len(stretch) <= _SHORT else _WORDS.findall(stretch)
    return found


@lru_cache(maxsize=2**14)
def _known(stretch: str) -> Sequence[str]:
    """The words of a short stretch without blanks: the same ones come again with each proposed change."""
    found: Sequence[str] = _WORDS.findall(stretch)
    return found
