"""The ways of reading the next draft (pure)."""

from enum import StrEnum


class ReadingMode(StrEnum):
    """What is shown of each clause."""

    BASE = "base"
    CHANGES = "changes"
    REDLINE = "redline"
    RESULT = "result"
    SOURCES = "sources"
