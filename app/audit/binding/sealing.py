"""The digest of a row: what it says, under a key that is never published (pure).

The key keeps the digests of hidden words from being guessed by those who read the record.
"""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any

from app.foundation.canonical import digest


def name_of(table: str, identity: Iterable[Any]) -> str:
    """A row as entries call it, such as ``position:17``."""
    return ":".join([table, *map(str, identity)])


def sealed(key: bytes, name: str, values: Mapping[str, Any]) -> str:
    """HMAC-SHA-256 over the row's name and its values.

    What is empty (None) is left out, so that a column that comes later changes no digest.
    """
    said = {column: _plain(value) for column, value in sorted(values.items()) if value is not None}
    body = json.dumps([name, said], ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, body.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def together(digests: Iterable[str]) -> str:
    """One digest for many rows, in the order of their numbers."""
    whole = hashlib.sha256()
    for each in digests:
        whole.update(bytes.fromhex(each))
    return whole.hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dict | list):
        return digest(value)
    return value
