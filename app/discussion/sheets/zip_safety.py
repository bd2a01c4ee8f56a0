"""Whether a ZIP container that a person sends may be opened at all: XLSX and DOCX are such (pure)."""

import io
import re
import zipfile

from app.foundation.errors import N_, BadInput

LARGEST_SHEET = 16 * 1024 * 1024  #: bytes as sent
LARGEST_UNPACKED = 64 * 1024 * 1024  #: bytes of all its parts
MOST_PARTS = 1_000
MOST_TAGS = 2_000_000  #: of XML in all parts, opening and closing; a hostile one costs 400 bytes

#: How XML can begin in whichever encoding: names of parts say nothing of what reads them.
XML_STARTS = (
    *(b"<", b" ", b"\t", b"\r", b"\n", b"\xef\xbb\xbf"),  # UTF-8
    *(b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0", b"\0\0\0<", b"\0\0\xfe\xff", b"\x4c\x6f\xa7\x94"),  # others
)
OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  #: how .xls, .doc and files with a password begin
_MACROS = re.compile(r"(^|/)(vbaProject|vbaData|macrosheets/)", re.IGNORECASE)
_ENCODING = re.compile(rb"""^<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)


class SheetTooLarge(BadInput):
    code = "sheet-too-large"
    message = N_("The file is too large. The limit is %(limit)s MB; upload it in parts.")
    status = 413


class SheetUnreadable(BadInput):
    code = "sheet-unreadable"
    message = N_("The file cannot be read; it may have been cut off. Upload it as XLSX, DOCX or CSV.")


class SheetLocked(BadInput):
    code = "sheet-locked"
    message = N_(
        "The file has an old format or is protected by a password. Save it as XLSX, DOCX or CSV "
        "without a password."
    )


class SheetHasMacros(BadInput):
    code = "sheet-has-macros"
    message = N_("The file contains macros. Save it as XLSX or DOCX without macros.")


class SheetUnsafe(BadInput):
    code = "sheet-unsafe"
    message = N_("The file contains parts that office programs do not write. It was not opened.")


def opened(data: bytes) -> zipfile.ZipFile:
    """The container, once its parts are known to be few, small, plain XML in UTF-8, and without macros.

    Nothing outside it is ever looked up, so links to elsewhere do no harm.

    :raises BadInput: one of the refusals above.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        _check(archive)
    except BadInput:
        raise
    except Exception as error:  # a broken container can fail in a dozen ways; each means the same to people
        raise SheetUnreadable from error
    return archive


def _check(archive: zipfile.ZipFile) -> None:
    """Sizes first: what a part says of its size is the most that is ever read of it."""
    members = archive.infolist()
    names = [member.filename for member in members]
    if any(_MACROS.search(name) for name in names):
        raise SheetHasMacros
    if len(members) > MOST_PARTS or sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise SheetTooLarge(limit=LARGEST_UNPACKED // 1024**2)
    if len(set(names)) != len(names):
        raise SheetUnsafe
    tags = 0
    for member in members:
        part = archive.read(member)
        tags += part.count(b"<")
        if member.filename.lower().endswith((".xml", ".rels", ".vml")) or part.startswith(XML_STARTS):
            _check_xml(part)
    if tags > MOST_TAGS:
        raise SheetTooLarge(limit=LARGEST_UNPACKED // 1024**2)


def _check_xml(part: bytes) -> None:
    """Entities and other encodings than UTF-8 have no place in an office file."""
    start = part.removeprefix(b"\xef\xbb\xbf")
    if not start.lstrip().startswith(b"<") or b"\0" in part or b"<!DOCTYPE" in part or _ENCODING.match(start):
        raise SheetUnsafe
