"""From the bytes of a file to clean text: size, encoding, characters that hide (pure)."""

import codecs

from app.foundation.errors import N_, BadInput
from app.foundation.text import UnsafeText, check_clean, normalise

LARGEST_NORM = 8 * 1024 * 1024  #: bytes; fifty times the longest treaty

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class FileTextTooLong(BadInput):
    code = "text-too-long"
    message = N_("The text has %(size)s MB; the limit is %(limit)s MB. Import it in parts.")
    status = 413


class TextEncodingUnknown(BadInput):
    code = "encoding-unknown"
    message = N_("Byte %(position)s (line %(line)s) is not UTF-8. Save the file as UTF-8 and try again.")


class CharacterHidden(BadInput):
    code = "character-hidden"
    message = N_("Line %(line)s, column %(column)s: remove the invisible character %(name)s.")


def decode(data: bytes, *, limit: int = LARGEST_NORM) -> str:
    """The text of a file in UTF-8, or in UTF-16 that says so, as NFC with ``\\n`` line ends.

    :raises TooLong: more than ``limit`` bytes; nothing is decoded.
    :raises EncodingUnknown: naming the first byte, from 0, that is not text.
    :raises CharacterHidden: a control or direction character, named by line and column.
    """
    check_size(len(data), limit=limit)
    mark, encoding = next(((m, e) for m, e in _MARKS if data.startswith(m)), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        position = len(mark) + error.start
        raise TextEncodingUnknown(position=position, line=data.count(b"\n", 0, position) + 1) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        check_clean(text)
    except UnsafeText as error:
        before = text[: error.values["position"] - 1]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise CharacterHidden(line=line, column=column, name=error.values["name"]) from error
    return normalise(text)


def check_size(size: int, *, limit: int = LARGEST_NORM) -> None:
    """:raises TooLong: ``size`` bytes are more than ``limit``."""
    if size > limit:
        raise FileTextTooLong(size=round(size / 2**20, 1), limit=round(limit / 2**20, 1))
