"""The hash chain: each entry's digest covers its content and the digest before it."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.foundation.canonical import canonical

START = bytes(32)


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as the chain sees it. ``number`` counts from 1 without gaps."""

    number: int
    at: dt.datetime
    actor: str
    act: str
    norm: str | None
    subject: str
    details: dict[str, Any]
    previous: bytes
    digest: bytes = b""


def link_digest(link: Link) -> bytes:
    """SHA-256 over the previous digest and the entry's canonical JSON (RFC 8785)."""
    content = canonical(
        {
            "number": link.number,
            "at": link.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            "actor": link.actor,
            "act": link.act,
            "norm": link.norm,
            "subject": link.subject,
            "details": link.details,
        }
    )
    return hashlib.sha256(link.previous + content).digest()


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold, and how."""

    number: int
    reason: str


def first_break(links: Iterable[Link]) -> Break | None:
    """The first entry that is missing, reordered or altered; None for an intact chain.

    ``links`` come in order of their number. One pass, constant memory.
    """
    previous, expected = START, 1
    for link in links:
        if link.number != expected:
            return Break(expected, "missing")
        if link.previous != previous:
            return Break(link.number, "does not follow its predecessor")
        if link_digest(link) != link.digest:
            return Break(link.number, "altered")
        previous, expected = link.digest, expected + 1
    return None


def first_unfit(links: Iterable[Link]) -> Break | None:
    """The first of some entries, not of all, that is altered or does not follow the one just before it.

    ``links`` come in order of their number; where one is left out, its neighbours are looked at alone.
    """
    before: Link | None = None
    for link in links:
        if link_digest(link) != link.digest:
            return Break(link.number, "altered")
        if before is not None and before.number == link.number - 1 and link.previous != before.digest:
            return Break(link.number, "does not follow its predecessor")
        before = link
    return None
