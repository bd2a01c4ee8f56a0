"""Reading the rules of procedure in full, and fixing them before the first position is taken (no
database)."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.foundation.canonical import digest
from app.foundation.versions import Fields
from app.norms.models import RulesOfProcedure
from app.norms.rules import Rules
from app.representation.rules import MeasurementRules


def in_full(content: Mapping[str, Any]) -> Rules:
    """The rules with every value of the measurement written out.

    :raises BadInput: something in them cannot be a rule.
    """
    rules = Rules.read(content)
    return replace(rules, measurement=MeasurementRules.read(rules.measurement).content())


def fields(rules: Rules) -> Fields:
    """What their form shows; the measurement as JSON."""
    ticks = {name: "true" if getattr(rules, name) else "" for name in ("shows_work", "shows_unendorsed")}
    measurement = json.dumps(dict(rules.measurement), ensure_ascii=False, indent=2, sort_keys=True)
    return {
        "minimum_days": str(rules.minimum_days),
        "review_days": str(rules.review_days),
        "screening": rules.screening,
        **ticks,
        "measurement": measurement,
    }


def freeze(row: RulesOfProcedure, *, now: dt.datetime) -> None:
    """Write the rules out in full, with the digest of their canonical form.

    :raises BadInput: something in them cannot be a rule.
    """
    row.content = in_full(row.content).content()
    row.digest = digest(row.content)
    row.frozen_at = now
