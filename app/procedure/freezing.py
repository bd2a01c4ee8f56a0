"""Fixing the rules of procedure before the first position is taken."""

import datetime as dt

from app.foundation.canonical import digest
from app.norms.models import RulesOfProcedure
from app.norms.rules import Rules


def freeze(row: RulesOfProcedure, rules: Rules, *, now: dt.datetime) -> None:
    """Write the rules out in full, with the digest of their canonical form."""
    row.content = rules.content()
    row.digest = digest(row.content)
    row.frozen_at = now
