"""The steps of a norm, and the rules before them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.compilation import opening
from app.compilation import service as compilation
from app.consensus.service import ForeseenAssessment, assess
from app.foundation import jobs
from app.foundation.errors import N_, Conflict, Phrase, RuleBroken
from app.foundation.locking import Hold
from app.foundation.versions import ChangedMeanwhile
from app.lifecycle.freezing import fields, freeze, in_full
from app.lifecycle.guards import missing
from app.lifecycle.missing import Lack
from app.lifecycle.overrides import OVERRIDE_REASON, StepRefused, check, keep
from app.lifecycle.queries import gather, rules_of
from app.norms.locking import lock
from app.norms.models import Norm, RulesOfProcedure
from app.norms.stages import OPEN_ROUNDS, TAKES_POSITIONS, Stage, reachable


class AlreadyTaken(Conflict):
    code = "step-already-taken"
    message = N_("Another person has already taken this step.")


class RulesFrozen(RuleBroken):
    code = "rules-frozen"
    message = N_("The rules were frozen when the consultation opened.")


def step(
    session: Session,
    actor: Actor,
    norm: Norm,
    to: Stage,
    *,
    closes_at: dt.datetime | None = None,
    override_reason: str | None = None,
    language: str = "en",
    foreseen: ForeseenAssessment | None = None,
    now: dt.datetime,
) -> Norm:
    """Take the norm to another stage, with all that belongs to the step.

    ``closes_at`` ends the round that begins; the zone it is given in is the one it is announced in.
    ``override_reason``, in ``language``, is the chair's public reason for going ahead although something is
    missing; it is kept with what that is.
    ``foreseen`` is the assessment at the end of the present round, where it was computed before.

    :raises StepRefused: its ``details`` are what is missing, or where one can go from here.
    :raises Firm: a reason was given for what no reason replaces.
    :raises Conflict: another person has just taken the step.
    """
    lock(session, norm, Hold.ALONE)
    require(actor, Permission.PUBLISH if to is Stage.PUBLISHED else Permission.MOVE_STAGE, norm.matter(now))
    said: dict[str, Any] = {"closes_at": closes_at, "override_reason": override_reason}
    reason, lacking = check_step(session, norm, to, **said, now=now)
    if lacking:
        require(actor, Permission.OVERRIDE_GUARD, norm.matter(now))
    left = norm.stage
    details: dict[str, Any] = {"from": left.value, "to": to.value}
    if assesses(norm, to):
        details["missing_blocs"] = _report(session, actor, norm, foreseen, now=now)
    _leave(session, actor, norm, to, now=now)
    _set_dates(norm, left, to, closes_at, now)
    _assess_at_closing(session, norm, now)
    session.flush()
    if lacking:
        details |= keep(session, actor, norm, left, lacking, reason, language, now)
    audit.record(session, actor, "step-taken", to.value, norm=norm.slug, now=now, details=details)
    return norm


def _set_dates(norm: Norm, left: Stage, to: Stage, closes_at: dt.datetime | None, now: dt.datetime) -> None:
    """A round begins, stops for a while, or goes on where it stopped."""
    if to is Stage.SUSPENDED:
        norm.suspended_at = now
    elif left is Stage.SUSPENDED:
        norm.opens_at, ends = norm.after_pause(now)
        norm.closes_at, norm.suspended_at = closes_at or ends, None
    else:
        norm.opens_at, norm.closes_at = now, closes_at
    if closes_at is not None:
        norm.time_zone = getattr(closes_at.tzinfo, "key", "UTC")


def check_step(
    session: Session,
    norm: Norm,
    to: Stage,
    *,
    closes_at: dt.datetime | None = None,
    override_reason: str | None = None,
    now: dt.datetime,
) -> tuple[str, list[Lack]]:
    """The public reason for a step, and what is missing that it takes the place of. Reads only.

    :raises StepRefused: its ``details`` are what is missing, or where one can go from here.
    """
    check_way(norm, to)
    reason = OVERRIDE_REASON.clean(override_reason or "")
    lacking = missing(gather(session, norm, now=now), to, closes_at=closes_at)
    if lacking:
        check(lacking, reason)
    return reason, lacking


def assesses(norm: Norm, to: Stage) -> bool:
    """Whether the step ends a round, so that its draft is assessed."""
    return norm.stage in OPEN_ROUNDS and to is not Stage.SUSPENDED


def check_way(norm: Norm, to: Stage) -> None:
    """:raises AlreadyTaken: it is there. :raises StepRefused: no step leads there."""
    if norm.stage is to:
        raise AlreadyTaken
    if to not in reachable(norm.stage, norm.suspended_from):
        raise StepRefused([no_way(norm, to)])


def no_way(norm: Norm, to: Stage) -> Phrase:
    """That a stage cannot be reached from here, and which can."""
    there_is = reachable(norm.stage, norm.suspended_from)
    ways = tuple(stage for stage in Stage if stage in there_is)
    return Phrase(
        N_("The norm cannot move from “%(stage)s” to “%(to)s”. Available stages: %(ways)s."),
        {"stage": norm.stage, "to": to, "ways": ways or "–"},
    )


def _report(
    session: Session, actor: Actor, norm: Norm, foreseen: ForeseenAssessment | None, *, now: dt.datetime
) -> Any:
    """Assess the draft at the end of its round, officially if that was announced; which blocs are missing."""
    return assess(session, actor, norm, foreseen=foreseen, now=now).result["coverage"]["missing"]


def _assess_at_closing(session: Session, norm: Norm, now: dt.datetime) -> None:
    """Have the official assessment made when the round closes."""
    if norm.stage in TAKES_POSITIONS and norm.closes_at is not None:
        key, left = f"assess:{norm.slug}:{norm.closes_at.timestamp():.0f}", norm.closes_at - now
        payload = {"norm": norm.slug}
        jobs.enqueue(session, "assess", payload, now=now, key=key, delay=max(left, dt.timedelta(0)))


def _leave(session: Session, actor: Actor, norm: Norm, to: Stage, *, now: dt.datetime) -> None:
    """Set the stage, and do what the step brings with it."""
    left = norm.stage
    if left is Stage.PREPARATION and to is Stage.CONSULTATION:
        freeze(rules_of(session, norm), now=now)
        if norm.current_draft is None:
            raise StepRefused([Phrase(N_("The draft has no clauses yet."))])
        norm.current_draft.opened_at = now
        norm.is_public = True
    elif left is Stage.COMPILATION and to in OPEN_ROUNDS:
        opening.open_draft(session, actor, norm, now=now)
    norm.suspended_from = left if to is Stage.SUSPENDED else None
    norm.stage = to
    session.flush()
    if to is Stage.COMPILATION and left is not Stage.SUSPENDED:
        compilation.start(session, actor, norm, now=now)


def edit_rules(
    session: Session, actor: Actor, norm: Norm, content: Mapping[str, Any], *, version: int, now: dt.datetime
) -> RulesOfProcedure:
    """Replace the rules of a norm in preparation. ``version`` is the one the editor has seen.

    :raises NotTaken: the norm has opened.
    :raises RulesFrozen: it opened at this very moment.
    :raises ChangedMeanwhile: they are another version by now.
    :raises BadInput: a value cannot be a rule.
    """
    lock(session, norm, Hold.ALONE)
    require(actor, Permission.EDIT_RULES, norm.matter(now))
    row = rules_of(session, norm)
    if row.frozen_at is not None:
        raise RulesFrozen
    rules, wanted = in_full(row.content), in_full(content)
    if rules == wanted:
        return row
    if row.version != version:
        raise ChangedMeanwhile(fields(rules), fields(wanted), row.version)
    row.content, row.version = wanted.content(), version + 1
    session.flush()
    audit.record(session, actor, "rules-edited", norm.slug, norm=norm.slug, now=now, details=row.content)
    return row
