"""Whoever saves over something has seen it: its version in the form, and a refusal that carries both (pure).

A thing is what its form shows, field by field. Where its earlier versions are kept, the version is their
number; where they are not, it is a digest of the fields.
"""

from collections.abc import Mapping

from app.foundation.canonical import digest
from app.foundation.errors import N_, Conflict

Fields = Mapping[str, str]  #: of a form: name → value; none of what is not there yet


class ChangedMeanwhile(Conflict):
    """``theirs``: what was saved meanwhile, and its ``version``. ``mine``: what was to be saved."""

    code = "changed-meanwhile"
    message = N_(
        "Another person has saved changes since you opened the form. Their version has not been "
        "overwritten; both versions are shown."
    )

    def __init__(self, theirs: Fields, mine: Fields, version: str | int) -> None:
        self.theirs, self.mine, self.version = theirs, mine, version
        super().__init__()


def version_of(shown: Fields) -> str:
    """The same where, and only where, every field is the same; empty for what is not there yet.

    >>> version_of({"title": "Seen"}) == version_of({"title": "Seen"}) != version_of({"title": "seen"})
    True
    >>> version_of({})
    ''
    """
    return digest({name: str(value) for name, value in shown.items()}) if shown else ""


def replaces(present: Fields, wanted: Fields, *, version: str) -> bool:
    """Whether there is something to save; the same sent twice is one.

    :raises ChangedMeanwhile: what is there is neither the version that was seen nor what is wanted.
    """
    if present == wanted:
        return False
    now = version_of(present)
    if version != now:
        raise ChangedMeanwhile(present, wanted, now)
    return True
