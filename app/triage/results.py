"""What a filter found when its page was made, in so few letters that a form can send it back (pure)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

LARGEST = 2**63 - 1  #: number of a comment


@dataclass(frozen=True, slots=True)
class Results:
    """How many comments, up to which number, and a digest of their numbers and versions.

    >>> Results.of({3: 1, 7: 2}) == Results.read(str(Results.of({7: 2, 3: 1})))
    True
    """

    count: int
    upto: int
    digest: str

    @classmethod
    def of(cls, versions: Mapping[int, int]) -> "Results":
        """``versions``: number → version of each comment."""
        body = " ".join(f"{number}.{version}" for number, version in sorted(versions.items()))
        return cls(len(versions), max(versions, default=0), hashlib.sha256(body.encode()).hexdigest()[:32])

    @classmethod
    def read(cls, text: str) -> "Results":
        """As ``str`` wrote it.

        :raises ValueError: it is nothing such.
        """
        count, upto, digest = text.split(".")
        if not 0 <= int(upto) <= LARGEST:
            raise ValueError(text)
        return cls(int(count), int(upto), digest)

    def __str__(self) -> str:
        return f"{self.count}.{self.upto}.{self.digest}"
