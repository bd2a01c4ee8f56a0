"""Telling of steps that were taken although something was missing, alike on every page."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from app.foundation.errors import Phrase
from app.lifecycle.missing import read
from app.norms.stages import Stage


class OverrideText(NamedTuple):
    """One such step; ``draft``: the number of the current one after it, None where it was not kept."""

    draft: int | None
    left: Stage
    to: Stage
    reason: str
    language: str
    missing: list[Phrase]
    taken_by: str
    taken_at: dt.datetime


def told(facts: Iterable[Mapping[str, Any]]) -> list[OverrideText]:
    """``facts`` as ``app.lifecycle.overrides.facts`` and publications have them."""
    return [
        OverrideText(
            one["draft"],
            Stage(one["from_stage"]),
            Stage(one["to_stage"]),
            one["reason"],
            one["language"],
            [lack.phrase for lack in read(one["missing"])],
            one["taken_by"],
            dt.datetime.fromisoformat(one["taken_at"]),
        )
        for one in facts
    ]
