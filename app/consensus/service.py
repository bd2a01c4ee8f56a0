"""Making an assessment and keeping it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.consensus import assessing, queries
from app.consensus.executors import HERE, Executor
from app.consensus.gathering import gather, keep
from app.consensus.input import AssessmentInput
from app.consensus.models import Assessment
from app.consensus.series import headline
from app.foundation.canonical import digest
from app.foundation.errors import N_, RuleBroken
from app.norms.locking import Hold, lock
from app.norms.models import Norm, RulesOfProcedure
from app.positions.snapshot import Shelf
from app.representation.rules import MeasurementRules
from app.representation.service import in_force


class NothingToAssess(RuleBroken):
    code = "nothing-to-assess"
    message = N_("The norm has no draft that could be assessed.")


def rules_of(session: Session, norm: Norm) -> tuple[MeasurementRules, str]:
    """The norm's rules of measurement, and the digest of all its rules: as frozen, or as they are now."""
    row = session.scalars(sa.select(RulesOfProcedure).where(RulesOfProcedure.norm_id == norm.id)).one()
    return MeasurementRules.read(row.content.get("measurement", {})), row.digest or digest(row.content)


@dataclass(frozen=True)
class Foreseen:
    """A result computed before the transaction that keeps it, so that nobody waits while it is computed."""

    made_from: tuple[str, str, str]  #: digest of the input, digest of the rules, method
    result: dict[str, Any]


def foresee(
    session: Session, norm: Norm, *, executor: Executor = HERE, shelf: Shelf | None = None
) -> Foreseen | None:
    """What an assessment would say now; None where there is none to make. Reads only.

    ``executor`` may share the work among processes; the result is the same.
    """
    if norm.current_draft_id is None:
        return None
    last = queries.latest(session, norm.id, norm.current_draft_id)
    rules, data, made_from = _input(session, norm, last is not None and last.is_official, shelf)
    if last is not None and _made_from(last) == made_from:
        return None
    return Foreseen(made_from, assessing.assess(rules, data, rules_digest=made_from[1], executor=executor))


def assess(
    session: Session,
    actor: Actor,
    norm: Norm,
    *,
    is_official: bool = False,
    foreseen: Foreseen | None = None,
    shelf: Shelf | None = None,
    now: dt.datetime,
) -> Assessment:
    """Assess the current draft under the norm's rules.

    Where nothing has changed since the last assessment, that one is returned; only an official one, taken at
    the announced closing, is made after a provisional one all the same. What was ``foreseen`` is kept if it
    was made from what is true now. Positions on the ``shelf`` are not read again, and those that were read
    are put there; the official assessment reads everything.

    :raises NothingToAssess: the norm has no draft.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.ASSESS, norm.matter(now))
    if norm.current_draft_id is None:
        raise NothingToAssess
    last = queries.latest(session, norm.id, norm.current_draft_id)
    closing = is_official or (last is not None and last.is_official)
    if shelf is not None:
        keep(session, norm, shelf)
    rules, data, made_from = _input(session, norm, closing, shelf)
    is_enough = last is not None and (last.is_official or not is_official)
    if last is not None and is_enough and _made_from(last) == made_from:
        return last
    if foreseen is None or foreseen.made_from != made_from:
        foreseen = Foreseen(made_from, assessing.assess(rules, data, rules_digest=made_from[1]))
    assessment = _assessment(session, norm, foreseen)
    assessment.is_official, assessment.made_at = is_official, now
    assessment.country_facts = list(data.country_facts)
    session.add(assessment)
    session.flush()
    details = {
        "digest": assessment.digest,
        "input": assessment.input_digest,
        "official": is_official,
    }
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


def _assessment(session: Session, norm: Norm, made: Foreseen) -> Assessment:
    """The next one of the norm."""
    input_digest, rules_digest, method = made.made_from
    return Assessment(
        norm_id=norm.id,
        number=queries.count(session, norm.id) + 1,
        draft_id=norm.current_draft_id,
        method=method,
        rules_digest=rules_digest,
        input_digest=input_digest,
        digest=digest(made.result),
        result=made.result,
        headline=headline(made.result),
    )


def _input(
    session: Session, norm: Norm, closing: bool, shelf: Shelf | None
) -> tuple[MeasurementRules, AssessmentInput, tuple[str, str, str]]:
    rules, rules_digest = rules_of(session, norm)
    kept = None if closing else shelf
    data = gather(session, norm, rules.categories, in_force(session), closing=closing, shelf=kept)
    return rules, data, (data.digest, rules_digest, assessing.METHOD)


def _made_from(assessment: Assessment) -> tuple[str, str, str]:
    return assessment.input_digest, assessment.rules_digest, assessment.method
