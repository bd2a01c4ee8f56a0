"""The facts about countries in force, and correcting them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import PLATFORM, Actor
from app.authority.grants import Permission, require
from app.foundation.errors import N_, BadInput, NotFound
from app.foundation.text import TextField
from app.reference.countries import Country, corrected, refused, shipped
from app.representation.models import CountryOverride

LONGEST_REASON = 5_000  #: characters


class SourceMissing(BadInput):
    code = "source-missing"
    message = N_("Say why the facts change and where that is to be read.")


REASON = TextField("reason", LONGEST_REASON, missing=SourceMissing)


def in_force(session: Session) -> Mapping[str, Country]:
    """The shipped facts with every correction; one statement."""
    rows = session.execute(sa.select(CountryOverride.iso2, CountryOverride.facts))
    return corrected(shipped(), {row.iso2: row.facts for row in rows})


def correct(
    session: Session, actor: Actor, iso2: str, facts: Mapping[str, Any], *, reason: str, now: dt.datetime
) -> None:
    """Correct some of a country's facts; a later correction replaces an earlier one of the same fact.

    ``facts``: the flags, ``region`` and ``population`` of ``Country``, those that change.

    :raises SourceMissing: without a reason. :raises NotFound: there is no such country.
    :raises BadInput: a fact that is not one, or cannot have this value.
    """
    require(actor, Permission.EDIT_COUNTRY_FACTS, PLATFORM)
    if iso2 not in shipped():
        raise NotFound
    wrong = refused(facts)
    if wrong or not facts:
        raise BadInput(field=wrong)
    reason = REASON.clean(reason)
    row = session.get(CountryOverride, iso2)
    if row is None:
        row = CountryOverride(iso2=iso2, facts={}, reason=reason, changed_at=now)
        session.add(row)
    row.facts, row.reason, row.changed_at = {**row.facts, **facts}, reason, now
    session.flush()
    details = {"facts": dict(facts), "reason": row.reason}
    audit.record(session, actor, "country-corrected", f"country:{iso2}", now=now, details=details)
