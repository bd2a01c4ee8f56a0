"""Making an assessment and keeping it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import SYSTEM, Actor
from app.authority.grants import Permission, require
from app.consensus import assessing, queries
from app.consensus.models import Assessment
from app.consensus.opinion_groups import Each
from app.foundation.canonical import digest
from app.foundation.errors import N_, RuleBroken
from app.norms.models import Norm, RulesOfProcedure
from app.norms.queries import norm_by_slug
from app.representation.rules import MeasurementRules
from app.representation.service import in_force


class NothingToAssess(RuleBroken):
    code = "nothing-to-assess"
    message = N_("The norm has no draft that could be assessed.")


def rules_of(session: Session, norm: Norm) -> tuple[MeasurementRules, str]:
    """The norm's rules of measurement, and the digest of all its rules: as frozen, or as they are now."""
    row = session.scalars(sa.select(RulesOfProcedure).where(RulesOfProcedure.norm_id == norm.id)).one()
    return MeasurementRules.read(row.content.get("measurement", {})), row.digest or digest(row.content)


def assess(
    session: Session,
    actor: Actor,
    norm: Norm,
    *,
    is_official: bool = False,
    each: Each = map,
    now: dt.datetime,
) -> Assessment:
    """Assess the current draft under the norm's rules.

    Where nothing has changed since the last assessment, that one is returned; only an official one, taken at
    the announced closing, is made after a provisional one all the same. ``each`` may share the work among
    processes; the result is the same.

    :raises NothingToAssess: the norm has no draft.
    """
    require(actor, Permission.ASSESS, norm.matter(now))
    if norm.current_draft_id is None:
        raise NothingToAssess
    # Two assessments of a norm at once would take the same number; the later one sees the later positions.
    session.execute(sa.select(Norm.id).where(Norm.id == norm.id).with_for_update())
    rules, rules_digest = rules_of(session, norm)
    data = queries.gather(session, norm, rules.categories, in_force(session))
    last = queries.latest(session, norm.id)
    made_from = (data.digest, rules_digest, assessing.METHOD)
    is_enough = last is not None and (last.is_official or not is_official)
    if last and is_enough and (last.input_digest, last.rules_digest, last.method) == made_from:
        return last
    result = assessing.assess(rules, data, rules_digest=rules_digest, each=each)
    assessment = Assessment(
        norm_id=norm.id,
        number=last.number + 1 if last else 1,
        draft_id=norm.current_draft_id,
        is_official=is_official,
        method=assessing.METHOD,
        rules_digest=rules_digest,
        input_digest=data.digest,
        digest=digest(result),
        result=result,
        country_facts=list(data.country_facts),
        made_at=now,
    )
    session.add(assessment)
    session.flush()
    details = {"digest": assessment.digest, "input": data.digest, "official": is_official}
    audit.record(
        session,
        actor,
        "assessed",
        f"assessment:{assessment.number}",
        norm=norm.slug,
        now=now,
        details=details,
    )
    return assessment


def assess_job(session: Session, payload: Mapping[str, Any], now: dt.datetime) -> None:
    """The job that follows positions; a norm that is gone needs none."""
    norm = norm_by_slug(session, payload["norm"])
    if norm is not None:
        assess(session, SYSTEM, norm, now=now)
