"""Hash chains, one for the platform and one for each norm: each digest covers the one before it (pure).

A norm's chain begins with the digest of an entry of the platform's; the platform's takes up, again and again,
the digests of the norms' last entries. So neither can be cut off or begun again without the other telling.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.foundation.canonical import canonical

START = bytes(32)
PLATFORM = ""  #: the name of its chain; a norm's chain is called by the norm's slug
ANCHORED = "chains-anchored"  #: the act whose details hold the digests of norms' last entries


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as its chain sees it. ``place`` counts from 1 without gaps; ``number`` orders all entries.

    Before each norm had its own chain, entries on norms stood in the platform's.
    """

    number: int
    chain: str
    place: int
    at: dt.datetime
    actor: str
    act: str
    norm: str | None
    subject: str
    details: dict[str, Any]
    previous: bytes
    digest: bytes = b""
    binds: dict[str, Any] | None = None  #: digests of the rows it tells of; None: from before rows were bound


def link_digest(link: Link) -> bytes:
    """SHA-256 over the previous digest and the entry's canonical JSON (RFC 8785)."""
    content = {
        "number": link.place,
        "at": spelled(link.at),
        "actor": link.actor,
        "act": link.act,
        "norm": link.norm,
        "subject": link.subject,
        "details": link.details,
    }
    if link.binds is not None:  # the details by their digest, so that the chain can be followed without them
        content |= {"details": details_digest(link), "binds": link.binds}
    return hashlib.sha256(link.previous + canonical(content)).digest()


def spelled(at: dt.datetime) -> str:
    """A moment as digests cover it and the API tells it."""
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def details_digest(link: Link) -> str:
    return hashlib.sha256(canonical(link.details)).hexdigest()


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain does not hold, and how."""

    chain: str
    place: int
    reason: str

    def __str__(self) -> str:
        return f"{name_of(self.chain, self.place)}: {self.reason}"


def name_of(chain: str, place: int) -> str:
    """An entry as commands call it."""
    return f"entry {place} of {chain}" if chain else f"entry {place}"


def first_break(links: Iterable[Link]) -> Break | None:
    """The first entry that is missing, reordered or altered; None where all chains hold.

    ``links`` come in order of their chain, the platform's first, and of their place. One pass; kept are only
    the digests that the platform's chain says are to be found in others.
    """
    chain, previous, place, number = PLATFORM, START, 0, 0
    expected: dict[bytes, int] = {}
    for link in links:
        if link.chain != chain:
            chain, previous, place, number = link.chain, link.previous, 0, 0
        place += 1
        if link.place != place:
            return Break(chain, place, "missing")
        if link.previous != previous:
            return Break(chain, place, "does not follow its predecessor")
        if link_digest(link) != link.digest:
            return Break(chain, place, "altered")
        if link.number <= number or (chain and link.norm != chain):
            return Break(chain, place, "not in its place")
        if chain == PLATFORM and link.act == ANCHORED:
            expected |= {bytes.fromhex(head): place for head in link.details["heads"]}
        elif chain:
            expected.pop(link.digest, None)
        previous, number = link.digest, link.number
    if expected:
        return Break(PLATFORM, min(expected.values()), "names an entry of a norm that is not there")
    return None


def first_unfit(links: Iterable[Link]) -> Break | None:
    """The first of some entries, not of all, that is altered or does not follow the one just before it.

    ``links`` come in order of their number; where one is left out, its neighbours are looked at alone.
    """
    before: dict[str, Link] = {}
    for link in links:
        if link_digest(link) != link.digest:
            return Break(link.chain, link.place, "altered")
        last = before.get(link.chain)
        if last is not None and last.place == link.place - 1 and link.previous != last.digest:
            return Break(link.chain, link.place, "does not follow its predecessor")
        before[link.chain] = link
    return None
