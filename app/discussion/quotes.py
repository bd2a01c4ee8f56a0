"""The exact words of a clause that a comment is about (pure)."""

import re
import unicodedata

BLANKS = re.compile(r"\s+")


def squeezed(text: str) -> str:
    """NFC, every run of blanks and line ends one blank: how words look the same after copying."""
    return BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()


def occurs(quote: str, text: str) -> bool:
    """Whether the words stand in the text, letter for letter; an empty quote stands nowhere.

    >>> occurs("share what  they\\nlearn", "States shall share what they learn.")
    True
    """
    words = squeezed(quote)
    return bool(words) and words in squeezed(text)
