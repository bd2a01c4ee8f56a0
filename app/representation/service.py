"""The facts about countries in force, and correcting them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import PLATFORM, Actor
from app.authority.grants import Permission, require
from app.foundation import locking
from app.foundation.errors import N_, BadInput, NotFound
from app.foundation.text import TextField
from app.foundation.versions import Fields, replaces
from app.reference.countries import Country, corrected, refused, shipped
from app.representation.models import CountryOverride

LONGEST_REASON = 5_000  #: characters


class SourceMissing(BadInput):
    code = "source-missing"
    message = N_("Give the reason for the change of facts and its source.")


REASON = TextField("reason", LONGEST_REASON, missing=SourceMissing)


def in_force(session: Session) -> Mapping[str, Country]:
    """The shipped facts with every correction; one statement."""
    rows = session.execute(sa.select(CountryOverride.iso2, CountryOverride.facts))
    return corrected(shipped(), {row.iso2: row.facts for row in rows})


def correction(session: Session, iso2: str) -> Fields:
    """What the form of a country shows of its corrections; empty where there is none."""
    row = session.get(CountryOverride, iso2)
    return _fields(row.facts, row.reason) if row and row.facts else {}


def _fields(facts: Mapping[str, Any], reason: str) -> Fields:
    """``1`` and nothing for yes and no, as forms send them."""
    shown = {
        name: (value and "1") or "" if isinstance(value, bool) else value for name, value in facts.items()
    }
    return {**{name: str(value) for name, value in sorted(shown.items())}, "reason": reason}


def correct(
    session: Session,
    actor: Actor,
    iso2: str,
    facts: Mapping[str, Any],
    *,
    reason: str,
    version: str = "",
    now: dt.datetime,
) -> None:
    """Correct some of a country's facts; a later correction replaces an earlier one of the same fact.

    ``facts``: the flags, ``region`` and ``population`` of ``Country``, those that change. ``version``: of the
    corrections that were seen, empty for none.

    :raises ChangedMeanwhile: there are others by now.
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
    row = _held(session, iso2, reason, now)
    if not replaces(correction(session, iso2), _fields({**row.facts, **facts}, reason), version=version):
        return
    row.facts, row.reason, row.changed_at = {**row.facts, **facts}, reason, now
    session.flush()
    details = {"facts": dict(facts), "reason": row.reason}
    audit.record(session, actor, "country-corrected", f"country:{iso2}", now=now, details=details)


def _held(session: Session, iso2: str, reason: str, now: dt.datetime) -> CountryOverride:
    """The row of a country's corrections, alone until the transaction ends."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    empty = dialect.insert(CountryOverride).values(iso2=iso2, facts={}, reason=reason, changed_at=now)
    session.execute(empty.on_conflict_do_nothing())
    alone = locking.held(sa.select(CountryOverride).where(CountryOverride.iso2 == iso2))
    return session.scalars(alone).one()
