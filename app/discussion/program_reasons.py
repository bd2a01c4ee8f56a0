"""Reasons that the program itself gives: codes in lasting data, which pages put into words (pure)."""

from enum import StrEnum

#: The language of a reason that is a code of the program's, which pages put into the reader's words; ISO 639
#: gives it to what has no linguistic content.
CODED = "zxx"


class ProgramReason(StrEnum):
    """Why the program itself decided, where nobody had: what became of a proposed change in a draft."""

    MERGED = "merged"
    MERGED_IN_PART = "merged-in-part"


def program_reason(reason: str, language: str) -> ProgramReason | None:
    """The code that a reason is; None where a person's words are the reason."""
    is_code = language == CODED and reason in set(ProgramReason)
    return ProgramReason(reason) if is_code else None
