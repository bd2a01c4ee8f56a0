"""Text as it is kept: one normal form, one digest (pure)."""

import hashlib
import unicodedata
from collections.abc import Mapping


def normalise(text: str) -> str:
    """NFC, Unix line ends, no byte order mark, no blanks at the end of lines or of the whole."""
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def text_digest(texts: Mapping[str, str]) -> bytes:
    """SHA-256 over the texts of all authentic languages together, after NFC.

    Each is framed by its language and its length in bytes, so that no two sets share their bytes.
    """
    digest = hashlib.sha256()
    for language in sorted(texts):
        body = unicodedata.normalize("NFC", texts[language]).encode()
        digest.update(f"{language}:{len(body)}:".encode() + body)
    return digest.digest()
