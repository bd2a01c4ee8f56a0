"""Rules of procedure as a value (pure)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any

from app.foundation.errors import N_, BadInput


class Screening(StrEnum):
    """Whether a comment is shown at once or waits for a moderator."""

    AT_ONCE = "at-once"
    HELD = "held"


class RulesUnclear(BadInput):
    code = "rules-unclear"
    message = N_("The rules cannot be read: %(what)s.")


class DaysUnclear(RulesUnclear):
    code = "days-unclear"
    message = N_("Enter a whole number of days, from 0 to %(most)s.")


MOST_DAYS = 366


def days(content: Mapping[str, Any], name: str, default: int) -> int:
    """:raises DaysUnclear: no whole number, or too large."""
    try:
        found = int(content.get(name, default))
    except (TypeError, ValueError) as error:
        raise DaysUnclear(field=name, most=MOST_DAYS) from error
    if not 0 <= found <= MOST_DAYS:
        raise DaysUnclear(field=name, most=MOST_DAYS)
    return found


@dataclass(frozen=True)
class Rules:
    """What is agreed before positions open.

    ``measurement`` holds the schemes, bounds, gates and thresholds as the consensus package reads them.
    """

    minimum_days: int = 14  #: length of a consultation or last call
    review_days: int = 14  #: for the chair, where a disposition does not satisfy
    screening: Screening = Screening.AT_ONCE
    shows_work: bool = False  #: whether everybody may read the next draft while it is being made
    shows_unendorsed: bool = False  #: whether everybody may read what entities have not endorsed yet
    measurement: Mapping[str, Any] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        return asdict(self) | {"screening": self.screening.value, "measurement": dict(self.measurement)}

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> "Rules":
        """:raises RulesUnclear: an unknown rule, or a value that cannot be one."""
        unknown = set(content) - {field.name for field in fields(cls)}
        if unknown:
            raise RulesUnclear(what=", ".join(sorted(unknown)))
        try:
            return cls(
                minimum_days=days(content, "minimum_days", cls.minimum_days),
                review_days=days(content, "review_days", cls.review_days),
                screening=Screening(content.get("screening", cls.screening)),
                shows_work=bool(content.get("shows_work", cls.shows_work)),
                shows_unendorsed=bool(content.get("shows_unendorsed", cls.shows_unendorsed)),
                measurement=dict(content.get("measurement", {})),
            )
        except (TypeError, ValueError) as error:
            raise RulesUnclear(what=str(error)) from error
