"""Text as it is kept: clean, in one normal form, with one digest; and its words in any script (pure)."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from app.foundation.errors import N_, AppError, BadInput

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

#: Line breaks of other systems and of word processors, whose "manual line break" is U+000B.
_BREAKS = regex.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")

#: What pasting brings along and nobody can see or find: controls, no characters, byte order marks.
_DEBRIS = regex.compile(r"[[\p{Cc}\p{Noncharacter_Code_Point}\ufeff]--[\n\t]]", regex.V1)

#: The characters of both that come from no keyboard.
_PASTED = regex.compile(r"[[\p{Cc}\p{Noncharacter_Code_Point}\u2028\u2029\ufeff]--[\n\t\r]]", regex.V1)

#: The blank signs that Unicode has among letters and symbols: the Braille pattern without dots, the stand-in
#: for an object that was not pasted along, the null notehead, blanks of Egyptian hieroglyphs.
BLANK_SIGNS = r"\u2800\ufffc\U0001d159\U00013441\U00013442"

#: A character that a reader sees. Not: what Unicode calls ignorable by default (DerivedCoreProperties; the
#: fillers of Hangul among it), blanks, controls and formats, marks without a letter, blank signs.
_SEEN = regex.compile(
    rf"[^\p{{Default_Ignorable_Code_Point}}\p{{Z}}\p{{C}}\p{{M}}{BLANK_SIGNS}]",
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
        "The text contains the invisible character %(name)s at position %(position)s, which can "
        "change the appearance of the text. Remove it and submit the text again."
    )


class TextTooLong(BadInput):
    code = "text-longer-than"
    message = N_("This may have %(limit)s characters; it has %(length)s.")


@dataclass(frozen=True, slots=True)
class TextField:
    """A field in which people write: its name, how much it holds, and how it refuses.

    A field that may be empty has no ``missing``; what says nothing is kept there as "". ``in_one_line``: line
    breaks become blanks, and several blanks one.
    """

    name: str
    limit: int  #: characters
    too_long: type[AppError] = TextTooLong  #: its words have %(limit)s and %(length)s
    missing: type[AppError] | None = None  #: its words have %(limit)s
    in_one_line: bool = False

    def clean(self, text: str) -> str:
        """The text as it is kept.

        :raises AppError: ``missing`` or ``too_long``. :raises UnsafeText: it can look other than it is.
        """
        text = normalise(text)
        if self.in_one_line:
            text = " ".join(text.split())
        if not says_something(text):
            if self.missing is not None:
                raise self.missing(field=self.name, limit=self.limit)
            return ""
        if len(text) > self.limit:
            raise self.too_long(field=self.name, limit=self.limit, length=len(text))
        check_clean(text)
        return text


def normalise(text: str) -> str:
    """NFC, Unix line ends, nothing that pasting left behind, no blanks at the end of a line or around all."""
    text = unicodedata.normalize("NFC", without_debris(text))
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def without_debris(text: str) -> str:
    """The text without what pasting leaves behind; every kind of line break is ``\\n``."""
    cleared: str = _DEBRIS.sub("", _BREAKS.sub("\n", text))
    return cleared


def taken_out(text: str) -> list[str]:
    """The characters that ``without_debris`` takes out or makes a line break, each once: ``["U+000B"]``."""
    return [f"U+{ord(character):04X}" for character in dict.fromkeys(_PASTED.findall(text))]


def says_something(text: str) -> bool:
    """Whether there is at least one character in it that a reader can see."""
    return _SEEN.search(text) is not None


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


#: What a terminal obeys or does not show: controls, signs of direction, what is nothing to see, and blanks
#: other than the usual one, such as line and paragraph separators.
_UNSEEN = regex.compile(r"[\p{C}\p{Default_Ignorable_Code_Point}\p{Z}--[ ]]", regex.V1)


def for_terminal(text: str) -> str:
    r"""One line in which every sign can be seen: what a terminal would obey or hide is spelled out.

    >>> print(for_terminal("a\x1b[2Jb\n"))
    a\x1b[2Jb\x0a
    """
    return str(_UNSEEN.sub(lambda found: _spelled(ord(found[0])), text))


def _spelled(sign: int) -> str:
    return f"\\x{sign:02x}" if sign < 0x100 else f"\\u{sign:04x}" if sign < 0x10000 else f"\\U{sign:08x}"


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
    bare = text.split()
    if len(text) - len("".join(bare)) >= len(bare):  # blanks in a row, or around
        for stretch in _BLANKS.split(text):
            found += _known(stretch) if len(stretch) <= _SHORT else _WORDS.findall(stretch)
        return found
    for stretch in text.split(" "):
        found += _known(stretch) if len(stretch) <= _SHORT else _WORDS.findall(stretch)
        found.append(" ")
    return found[:-1]


@lru_cache(maxsize=2**14)
def _known(stretch: str) -> Sequence[str]:
    """The words of a short stretch without blanks: the same ones come again with each proposed change."""
    found: Sequence[str] = _WORDS.findall(stretch)
    return found
