"""Reading the rules of procedure in full, and fixing them before the first position is taken."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.foundation.canonical import digest
from app.norms.models import RulesOfProcedure
from app.norms.rules import Rules
from app.representation.rules import MeasurementRules


def in_full(content: Mapping[str, Any]) -> Rules:
    """The rules with every value of the measurement written out.

    :raises BadInput: something in them cannot be a rule.
    """
    rules = Rules.read(content)
    return replace(rules, measurement=MeasurementRules.read(rules.measurement).content())


def freeze(row: RulesOfProcedure, *, now: dt.datetime) -> None:
    """Write the rules out in full, with the digest of their canonical form.

    :raises BadInput: something in them cannot be a rule.
    """
    row.content = in_full(row.content).content()
    row.digest = digest(row.content)
    row.frozen_at = now
