"""Correcting the facts about a country."""

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit.models import AuditEntry
from app.foundation.errors import AppError, BadInput, NotAllowed, NotFound
from app.foundation.versions import ChangedMeanwhile, version_of
from app.reference.countries import shipped
from app.representation.service import SourceMissing, correct, correction, in_force
from tests.factories import Make

SOURCE = "CDP, list of least developed countries, 24 November 2026"


def test_an_administrator_corrects_a_fact_and_it_holds(
    session: Session, make: Make, now: dt.datetime
) -> None:
    actor = make.actor(make.user(is_administrator=True))
    correct(session, actor, "NP", {"ldc": False}, reason=SOURCE, now=now)
    with pytest.raises(ChangedMeanwhile):
        correct(session, actor, "NP", {"population": 30_000_000}, reason=SOURCE, now=now)
    seen = version_of(correction(session, "NP"))
    correct(session, actor, "NP", {"population": 30_000_000}, reason=SOURCE, version=seen, now=now)
    nepal = in_force(session)["NP"]
    assert (nepal.ldc, nepal.population, nepal.lldc) == (False, 30_000_000, True)
    assert shipped()["NP"].ldc
    acts = session.scalars(sa.select(AuditEntry).where(AuditEntry.act == "country-corrected")).all()
    assert len(acts) == 2


@pytest.mark.parametrize(
    ("iso2", "facts", "reason", "refusal"),
    [
        ("NP", {"ldc": False}, " ", SourceMissing),
        ("XX", {"ldc": False}, SOURCE, NotFound),
        ("NP", {}, SOURCE, BadInput),
        ("NP", {"ldc": "no"}, SOURCE, BadInput),
        ("NP", {"population": "many"}, SOURCE, BadInput),
        ("NP", {"population": -1}, SOURCE, BadInput),
        ("NP", {"population": True}, SOURCE, BadInput),
        ("NP", {"region": "atlantis"}, SOURCE, BadInput),
        ("NP", {"region": []}, SOURCE, BadInput),
        ("NP", {"iso2": "FR"}, SOURCE, BadInput),
        ("NP", {"names": {}}, SOURCE, BadInput),
    ],
)
def test_what_is_no_fact_is_refused(
    session: Session,
    make: Make,
    now: dt.datetime,
    iso2: str,
    facts: dict[str, Any],
    reason: str,
    refusal: type[AppError],
) -> None:
    admin = make.actor(make.user(is_administrator=True))
    with pytest.raises(refusal):
        correct(session, admin, iso2, facts, reason=reason, now=now)
    assert in_force(session) == shipped()


def test_others_may_not_correct_facts(session: Session, make: Make, now: dt.datetime) -> None:
    with pytest.raises(NotAllowed):
        correct(session, make.actor(make.user()), "NP", {"ldc": False}, reason=SOURCE, now=now)
