"""Making an assessment and keeping it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.audit.queries import revision
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.consensus import assessing, queries
from app.consensus.executors import HERE, Executor
from app.consensus.frozen import Closing
from app.consensus.input import AssessmentInput
from app.consensus.input_queries import gather, keep, roll
from app.consensus.kept import Kept
from app.consensus.models import Assessment, FrozenInput
from app.consensus.series import headline
from app.foundation.canonical import SettledJson, digest
from app.foundation.errors import N_, Conflict, RuleBroken
from app.foundation.locking import Hold
from app.norms.locking import lock
from app.norms.models import Norm, RulesOfProcedure
from app.norms.stages import TAKES_POSITIONS, Stage
from app.positions.snapshot import Shelf
from app.representation.rules import MeasurementRules
from app.representation.service import in_force


class NothingToAssess(RuleBroken):
    code = "nothing-to-assess"
    message = N_("The norm has no draft that can be assessed.")


class Outdated(Conflict):
    code = "foreseen-outdated"
    message = N_("The data changed during the assessment. Try again.")


def rules_of(session: Session, norm: Norm) -> tuple[MeasurementRules, str]:
    """The norm's rules of measurement, and the digest of all its rules: as frozen, or as they are now."""
    row = session.scalars(sa.select(RulesOfProcedure).where(RulesOfProcedure.norm_id == norm.id)).one()
    return MeasurementRules.read(row.content.get("measurement", {})), row.digest or digest(row.content)


@dataclass(frozen=True)
class Gathered:
    """What an assessment is made from. ``closing``: where it is the official one."""

    draft_id: int | None
    stage: Stage
    rules: MeasurementRules
    rules_digest: str
    data: AssessmentInput
    closing: Closing | None

    @property
    def made_from(self) -> tuple[str, str, str]:
        """Digest of the input, digest of the rules, method."""
        return self.data.digest, self.rules_digest, assessing.METHOD


@dataclass(frozen=True)
class ForeseenAssessment:
    """A result computed before the transaction that keeps it, so that nobody waits while it is computed.

    ``record``: the last entries that were on record when the input was read, ``at`` that moment.
    """

    record: tuple[int, int]
    at: dt.datetime
    gathered: Gathered
    result: SettledJson
    headline: dict[str, Any]


def closes(norm: Norm, now: dt.datetime) -> bool:
    """Whether an assessment of the norm at this moment is the official one: positions are no longer taken."""
    if norm.stage in TAKES_POSITIONS:
        return norm.closes_at is not None and now >= norm.closes_at
    return norm.stage is Stage.ADOPTED


def foresee(
    session: Session,
    norm: Norm,
    *,
    executor: Executor = HERE,
    shelf: Shelf | None = None,
    known: ForeseenAssessment | None = None,
    kept: Kept | None = None,
    now: dt.datetime,
) -> ForeseenAssessment | None:
    """What an assessment would say now; None where there is none to make. Reads only.

    ``executor`` may share the work among processes; the result is the same. ``known`` is what was foreseen
    before, and is not computed again where it still holds; ``kept`` is what earlier ones left.
    """
    if norm.current_draft_id is None:
        return None
    found = _looked(session, norm, executor, shelf, known, kept, now)
    return found if isinstance(found, ForeseenAssessment) else None


def assess(
    session: Session,
    actor: Actor,
    norm: Norm,
    *,
    foreseen: ForeseenAssessment | None = None,
    shelf: Shelf | None = None,
    now: dt.datetime,
) -> Assessment:
    """Assess the current draft under the norm's rules.

    After the announced closing it is the official assessment: its input is frozen with it, and there is no
    later one unless the round is opened again. Where nothing has changed since a provisional assessment, that
    one is returned. What was ``foreseen`` is kept if it was made from what is true now. Positions on the
    ``shelf`` are not read again; the official assessment reads everything.

    :raises NothingToAssess: the norm has no draft.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.ASSESS, norm.matter(now))
    if norm.current_draft_id is None:
        raise NothingToAssess
    found = _looked(session, norm, HERE, shelf, foreseen, None, now)
    return found if isinstance(found, Assessment) else _recorded(session, actor, norm, found, now)


def keep_foreseen(
    session: Session,
    actor: Actor,
    norm: Norm,
    foreseen: ForeseenAssessment | None,
    *,
    shelf: Shelf | None = None,
    now: dt.datetime,
) -> Assessment:
    """Keep what was ``foreseen``; None where the last assessment said the same.

    A provisional one is kept as of the moment it was foreseen, though more may have been said since: each
    position asks for the next, and nobody waits while it is computed. The official one is ``assess``ed.

    :raises NothingToAssess: the norm has no draft.
    """
    lock(session, norm, Hold.IN_TURN)
    require(actor, Permission.ASSESS, norm.matter(now))
    last = queries.latest(session, norm.id, norm.current_draft_id)
    if closes(norm, now) or _is_outdated(session, norm, foreseen):
        return assess(session, actor, norm, foreseen=foreseen, shelf=shelf, now=now)
    if last is not None and (
        foreseen is None or last.made_at > foreseen.at or _says(last, foreseen.gathered)
    ):
        return last
    if foreseen is None:
        return assess(session, actor, norm, shelf=shelf, now=now)
    return _recorded(session, actor, norm, foreseen, foreseen.at)


def check_foreseen(
    session: Session, norm: Norm, foreseen: ForeseenAssessment | None, *, now: dt.datetime
) -> None:
    """That what was foreseen is still true; the norm is held, so that it stays so until it is kept.

    :raises Outdated: something on the norm or on the platform was changed since.
    """
    lock(session, norm, Hold.ALONE)
    if foreseen is not None and not _holds(session, norm, foreseen, now):
        raise Outdated


def shelve(session: Session, norm: Norm, shelf: Shelf, *, now: dt.datetime) -> None:
    """Put the current positions of an open round onto the shelf. Reads only, but holds the norm alone: who is
    stating a position meanwhile may hold a lower number than the last one read, and would be forgotten.
    """
    lock(session, norm, Hold.ALONE)
    if norm.current_draft_id is not None and not closes(norm, now):
        keep(session, norm, shelf)


def _is_outdated(session: Session, norm: Norm, foreseen: ForeseenAssessment | None) -> bool:
    """Whether it was foreseen for another draft, under other rules, or before a step."""
    if foreseen is None:
        return False
    _, rules_digest = rules_of(session, norm)
    made = foreseen.gathered
    return (made.draft_id, made.stage, made.rules_digest) != (norm.current_draft_id, norm.stage, rules_digest)


def _recorded(
    session: Session, actor: Actor, norm: Norm, made: ForeseenAssessment, now: dt.datetime
) -> Assessment:
    assessment = _kept(session, norm, made, now)
    details = {
        "digest": assessment.digest,
        "input": assessment.input_digest,
        "official": assessment.is_official,
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


def _looked(
    session: Session,
    norm: Norm,
    executor: Executor,
    shelf: Shelf | None,
    known: ForeseenAssessment | None,
    kept: Kept | None,
    now: dt.datetime,
) -> Assessment | ForeseenAssessment:
    """The assessment that there is, where it says what a new one would; else what that would be."""
    last = queries.latest(session, norm.id, norm.current_draft_id)
    if last is not None and queries.stands(session, norm, last):
        return last
    if known is not None and _holds(session, norm, known, now):
        return known
    record = on_record(session, norm)
    gathered = _gathered(session, norm, shelf, now)
    if last is not None and _says(last, gathered):
        return last
    if known is not None and known.gathered.made_from == gathered.made_from:
        return ForeseenAssessment(record, now, gathered, known.result, known.headline)
    result = _computed(gathered, executor, kept)
    return ForeseenAssessment(record, now, gathered, SettledJson(result), headline(result))


def on_record(session: Session, norm: Norm) -> tuple[int, int]:
    """The last entries on the norm and on the platform. Whatever changes an input writes one (rule 9)."""
    return revision(session.connection(), norm.slug)


def _holds(session: Session, norm: Norm, foreseen: ForeseenAssessment, now: dt.datetime) -> bool:
    """Whether what was foreseen is what would be found now, without reading it again."""
    is_closing = foreseen.gathered.closing is not None
    return is_closing == closes(norm, now) and foreseen.record == on_record(session, norm)


def _gathered(session: Session, norm: Norm, shelf: Shelf | None, now: dt.datetime) -> Gathered:
    rules, rules_digest = rules_of(session, norm)
    is_closing = closes(norm, now)
    kept = None if is_closing else shelf
    data = gather(session, norm, rules.categories, in_force(session), closing=is_closing, shelf=kept)
    closing = Closing(data, roll(session, norm)) if is_closing else None
    return Gathered(norm.current_draft_id, norm.stage, rules, rules_digest, data, closing)


def _computed(gathered: Gathered, executor: Executor, kept: Kept | None) -> dict[str, Any]:
    if gathered.closing is not None:  # compressed here, where nobody waits
        _ = gathered.closing.content, gathered.closing.positions
    rules, rules_digest = gathered.rules, gathered.rules_digest
    return assessing.assess(rules, gathered.data, rules_digest=rules_digest, executor=executor, kept=kept)


def _says(last: Assessment, gathered: Gathered) -> bool:
    """Whether the last assessment says the same; an official one follows a provisional one all the same."""
    made_from = (last.input_digest, last.rules_digest, last.method)
    return gathered.closing is None and made_from == gathered.made_from


def _kept(session: Session, norm: Norm, made: ForeseenAssessment, now: dt.datetime) -> Assessment:
    """The next one of the norm, with its frozen input where it is official."""
    input_digest, rules_digest, method = made.gathered.made_from
    closing = made.gathered.closing
    assessment = Assessment(
        norm_id=norm.id,
        number=queries.count(session, norm.id) + 1,
        draft_id=norm.current_draft_id,
        is_official=closing is not None,
        method=method,
        rules_digest=rules_digest,
        input_digest=input_digest,
        digest=made.result.digest,
        result=made.result,
        headline=made.headline,
        country_facts=list(made.gathered.data.country_facts),
        made_at=now,
    )
    session.add(assessment)
    session.flush()
    if closing is not None:
        session.add(
            FrozenInput(assessment_id=assessment.id, content=closing.content, positions=closing.positions)
        )
        session.flush()
    return assessment
