"""Whose keys are known: a list that a person keeps, one key to a line (pure).

    <64 hexadecimal digits>  [from YYYY-MM-DD]  [until YYYY-MM-DD]  <whose it is>

A publisher who takes another key leaves the old one in the list, with its last day. Lines that begin with #
are remarks. A file with a public key in PEM is a list of one.
"""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.foundation.libraries import ed25519, serialization

LINE = re.compile(
    r"(?P<key>[0-9A-Fa-f]{64})"
    r"(?:\s+from\s+(?P<first>\d{4}-\d\d-\d\d))?"
    r"(?:\s+until\s+(?P<last>\d{4}-\d\d-\d\d))?"
    r"(?:\s+(?P<holder>.*))?"
)


class Unreadable(ValueError):
    """The words say which line is not understood."""


@dataclass(frozen=True)
class KnownKey:
    """A public key, whose it is, and the days on which it was in use; both ends belong to them."""

    key: str
    holder: str = ""
    first: dt.date = dt.date.min
    last: dt.date = dt.date.max

    def was_in_use(self, on: dt.date) -> bool:
        return self.first <= on <= self.last


def known_keys(body: bytes) -> list[KnownKey]:
    """The keys in a list, or the one in a PEM file.

    :raises Unreadable: a line is not as it should be; nothing of such a list is trusted.
    """
    if body.lstrip().startswith(b"-----BEGIN"):
        return [KnownKey(_of_pem(body))]
    found = []
    for number, line in enumerate(_text(body).splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        try:
            found.append(_of_line(line))
        except ValueError as error:
            raise Unreadable(f"line {number} is not a key with its dates and its holder") from error
    return found


def holder_of(key: str, known: Iterable[KnownKey], on: dt.date) -> KnownKey | None:
    """The known key that this is, if it was in use on that day."""
    return next((one for one in known if one.key == key and one.was_in_use(on)), None)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("the list is not text in UTF-8") from error


def _of_line(line: str) -> KnownKey:
    match = LINE.fullmatch(line)
    if match is None:
        raise ValueError(line)
    first, last = match["first"], match["last"]
    return KnownKey(
        match["key"].lower(),
        (match["holder"] or "").strip(),
        dt.date.fromisoformat(first) if first else dt.date.min,
        dt.date.fromisoformat(last) if last else dt.date.max,
    )


def _of_pem(body: bytes) -> str:
    try:
        key = serialization.load_pem_public_key(body)
    except ValueError as error:
        raise Unreadable("the file holds no public key") from error
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise Unreadable("the file holds a key of another kind than Ed25519")
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()
