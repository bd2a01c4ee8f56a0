"""What looks alike to a reader: names that can be taken for each other, and changes nobody can see (pure)."""

import csv
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import regex

from app.foundation.text import BLANK_SIGNS, TATWEEL, TextField, words

FILE = Path(__file__).parent / "data" / "confusables.csv"
LONGEST_SKELETON = 400  #: characters; an index of PostgreSQL holds no more than some 2,700 bytes
MOST_NAMED = 5

_IGNORABLE = regex.compile(rf"[\p{{Default_Ignorable_Code_Point}}{BLANK_SIGNS}]")
#: Marks that no letter of their script carries: around a Latin letter, a sign, or nothing.
_STRAY_MARKS = regex.compile(
    r"(?<![[\p{L}]--[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]]\p{M}*)\p{M}+|\p{Me}", regex.V1
)
_TRADE_MARKS = regex.compile(r"[™℠🅪🅫🅬]")  #: symbols that NFKC makes letters of
_UNSPOKEN = regex.compile(r"[^\p{L}\p{N}\p{M}]")
#: Joiners change what Arabic and Indic letters look like, and are no hidden signs between them.
_HIDDEN = regex.compile(
    r"(?<![\p{L}\p{M}--\p{Script=Latin}--\p{Script=Greek}--\p{Script=Cyrillic}])[\u200c\u200d]"
    rf"|[\p{{Default_Ignorable_Code_Point}}{BLANK_SIGNS}--[\u200c\u200d]]",
    regex.V1,
)
#: Signs of direction, joiners and selectors of variants stay in a name, or are refused.
_TRACELESS = regex.compile(
    rf"[[\p{{Default_Ignorable_Code_Point}}{BLANK_SIGNS}]--"
    r"[\u200c-\u200f\u202a-\u202e\u2066-\u206f\ufe00-\ufe0f\u180b-\u180d"
    r"\U000e0000-\U000e007f]]",
    regex.V1,
)
_BLANKS = regex.compile(r"[\p{Z}\t--[\u2028\u2029]]+", regex.V1)
#: Letters that are written one for the other: alef wasla, alef maqsura, ta marbuta, Persian kaf and ya, the
#: dotless i.
_WRITTEN_FOR = str.maketrans("ٱىةکیı", "ايهكيi")


@cache
def confusables() -> Mapping[str, str]:
    """Sign → what it looks like, from the table of UTS 39; see data/README.md."""
    with FILE.open(encoding="ascii", newline="") as file:
        rows = [(row["sign"], row["looks_like"]) for row in csv.DictReader(file)]
    return {chr(int(sign, 16)): "".join(chr(int(one, 16)) for one in looks.split()) for sign, looks in rows}


@cache
def small_capitals() -> Mapping[int, str]:
    """Small capital of the Latin script → its letter; the table of UTS 39 has but some of them."""
    beginning = "LATIN LETTER SMALL CAPITAL "
    named = ((sign, unicodedata.name(chr(sign), "")) for sign in range(0x0250, 0xAB70))
    return {
        sign: name[-1]
        for sign, name in named
        if name.startswith(beginning) and len(name) == len(beginning) + 1
    }


def folded(text: str) -> str:
    """The text as it is looked for: without case, accents, compatibility forms and what nobody can see.

    >>> folded("Ministère  de l’ÉCONOMIE") == folded("ministere de l’economie")
    True
    """
    bare = _bare(_bare(text).casefold()).replace(TATWEEL, "").translate(_WRITTEN_FOR)
    return " ".join(unicodedata.normalize("NFC", bare).split())


def skeleton(name: str) -> str:
    """The same for names that look alike, whatever scripts, case, accents, blanks and points they use.

    The skeleton of UTS 39, taken before and after the folding of case: "К" looks like "K", "к" does not look
    like "k". Small capitals are letters like others, and a mark that no letter carries is none. At most
    ``LONGEST_SKELETON`` characters, and only to be compared with others.
    """
    looks = _bare(_TRADE_MARKS.sub("", name).translate(small_capitals()))
    looks = _STRAY_MARKS.sub("", looks)
    for _ in range(2):
        looks = _bare("".join(confusables().get(one, one) for one in looks)).casefold()
    spoken: str = _UNSPOKEN.sub("", looks.replace("i", "l"))  # "I" looks like "l"
    return spoken[:LONGEST_SKELETON]


def clean_name(field: TextField, name: str) -> str:
    """The name as it is kept: as other words are, and without signs that leave nothing on the page.

    :raises AppError: the field's refusals; a name has letters or digits.
    """
    kept = field.clean(_TRACELESS.sub("", name))
    if not skeleton(kept) and field.missing is not None:
        raise field.missing(field=field.name, limit=field.limit)
    return kept


def unseen_difference(before: str, after: str) -> list[str]:
    """The signs in which two texts differ, where no reader can see a difference; none where one can.

    Each with code point, name and place, counted from 1. A word that goes over to Latin letters, or to those
    of another word of the text, is a correction that means something.
    """
    if _seen(before) == _seen(after):
        signs = _between(after, before) + _between(before, after)
        return _named([(place, one) for place, one in signs if one != " "] or signs)
    old, new = words(_seen(before)), words(_seen(after))
    if len(old) != len(new):
        return []
    pairs = [(one, other) for one, other in zip(old, new, strict=True) if one != other]
    if not all(_is_look_alike(*pair) for pair in pairs):
        return []
    scripts = {
        script for one, other in zip(old, new, strict=True) if one == other for script in _scripts(one)
    }
    if all(len(own := _scripts(other)) == 1 and own <= scripts | {"LATIN"} for _, other in pairs):
        return []
    return _named(
        [
            (place, two)
            for place, (one, two) in enumerate(zip(_seen(before), _seen(after), strict=True), 1)
            if one != two
        ]
    )


def _bare(text: str) -> str:
    """Decomposed, without ignorable signs and without marks above, below and through letters.

    Vowel signs, viramas, tones and marks of voice of other scripts stay: they are letters to their readers.
    """
    decomposed = unicodedata.normalize("NFKD", _IGNORABLE.sub("", text))
    return "".join(one for one in decomposed if not _is_accent(unicodedata.combining(one)))


def _is_accent(combining: int) -> bool:
    """By canonical combining class: overlays, points of Hebrew and Arabic, what stands around a letter."""
    return combining == 1 or 10 <= combining <= 35 or 200 <= combining <= 240


def _seen(text: str) -> str:
    return "\n".join(line.strip() for line in _BLANKS.sub(" ", _HIDDEN.sub("", text)).split("\n"))


def _is_look_alike(one: str, other: str) -> bool:
    """Whether letters of another script stand for some of a word's, and nothing else differs."""
    return len(one) == len(other) and all(
        a == b or (confusables().get(a, a) == confusables().get(b, b) and _scripts(a) != _scripts(b))
        for a, b in zip(one, other, strict=True)
    )


def _scripts(word: str) -> set[str]:
    """Of its letters, as the first word of their names says."""
    return {unicodedata.name(one, "").partition(" ")[0] for one in word if one.isalpha()}


def _between(text: str, other: str) -> list[tuple[int, str]]:
    """What cannot be seen of a text between its first and last difference to another."""
    start = next(
        (n for n, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other))
    )
    shared = min(len(text), len(other)) - start
    backwards = zip(reversed(text), reversed(other), strict=False)
    end = next((n for n, (a, b) in enumerate(backwards) if a != b or n >= shared), shared)
    found = text[start : len(text) - end]
    return [(start + n, one) for n, one in enumerate(found, 1) if _HIDDEN.match(one) or _BLANKS.match(one)]


def _named(signs: list[tuple[int, str]]) -> list[str]:
    return [f"U+{ord(one):04X} {unicodedata.name(one, '')} ({place})" for place, one in signs[:MOST_NAMED]]
