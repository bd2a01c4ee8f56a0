"""The chair's determination on a draft after the consensus call, with the facts in view."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.consensus.models import Assessment
from app.consensus.service import assess
from app.foundation.database import once
from app.foundation.errors import N_, BadInput, Conflict, RuleBroken
from app.foundation.locking import Hold
from app.foundation.text import TextField
from app.lifecycle.determination_facts import Outlook, outlook
from app.lifecycle.guards import ADOPTED
from app.lifecycle.models import Determination, DeterminationOutcome
from app.lifecycle.queries import determination
from app.norms.locking import lock
from app.norms.models import Norm
from app.norms.service import clean_texts
from app.norms.stages import Stage

STATEMENT = TextField("text", 50_000)
DESPITE = TextField("reason", 50_000)
NO_REASONS: Mapping[str, str] = MappingProxyType({})


class AlreadyDetermined(Conflict):
    code = "already-determined"
    message = N_("The chair has already recorded a determination on this draft.")


class DeterminationUnclear(BadInput):
    code = "determination-unclear"
    message = N_("State the determination in every authentic language. Missing: %(languages)s.")


class ReasonsMissing(BadInput):
    code = "determination-reason-missing"
    message = N_(
        "Give the reason for adopting the draft despite the missing requirements, in every "
        "authentic language. Missing: %(languages)s."
    )


class ReservationsDiffer(RuleBroken):
    code = "reservations-differ"
    message = N_(
        "“With reservations” is available only where reservations are recorded, and is then required."
    )


class NotAtCall(RuleBroken):
    code = "not-at-consensus-call"
    message = N_("A determination follows the consensus call.")


class CallRuns(RuleBroken):
    code = "consensus-call-runs"
    message = N_("The consensus call runs until %(moment)s. The determination follows.")


class FactsChanged(Conflict):
    code = "determination-facts-changed"
    message = N_("The facts have changed since you opened the page. Review them, then confirm.")


@dataclass(frozen=True)
class PreparedDetermination:
    """A determination that can be stated, and the facts on which it rests."""

    outcome: DeterminationOutcome
    texts: Mapping[str, str]
    reasons: Mapping[str, str]
    facts: Outlook


def prepare(
    session: Session,
    actor: Actor,
    norm: Norm,
    outcome: DeterminationOutcome,
    texts: Mapping[str, str],
    *,
    reasons: Mapping[str, str] = NO_REASONS,
    now: dt.datetime,
) -> PreparedDetermination:
    """What ``determine`` would state; nothing is written.

    :raises NotAtCall: the norm is at another stage. :raises CallRuns: before its announced end.
    :raises AlreadyDetermined: the draft has one.
    :raises DeterminationUnclear: an authentic language is missing. :raises ReasonsMissing: likewise, of the
        reasons for an adoption against which something stands.
    :raises ReservationsDiffer: the outcome and the recorded reservations contradict each other.
    """
    lock(session, norm, Hold.ALONE)
    require(actor, Permission.DETERMINE, norm.matter(now))
    if norm.stage is not Stage.CONSENSUS_CALL:
        raise NotAtCall
    if determination(session, norm.current_draft_id) is not None:
        raise AlreadyDetermined
    if norm.closes_at is not None and now < norm.closes_at:
        raise CallRuns(moment=norm.closes_at)
    facts = outlook(session, norm)
    words = clean_texts(texts, STATEMENT)
    _check_languages(norm, words, DeterminationUnclear, "text")
    if outcome is not DeterminationOutcome.NOT_ADOPTED and (
        outcome is DeterminationOutcome.RESERVATIONS
    ) != bool(facts.reservations):
        raise ReservationsDiffer(field="outcome")
    why: Mapping[str, str] = NO_REASONS
    if outcome in ADOPTED and facts.against:
        why = clean_texts(reasons, DESPITE)
        _check_languages(norm, why, ReasonsMissing, "reason")
    return PreparedDetermination(outcome, words, why, facts)


def determine(
    session: Session,
    actor: Actor,
    norm: Norm,
    outcome: DeterminationOutcome,
    texts: Mapping[str, str],
    *,
    reasons: Mapping[str, str] = NO_REASONS,
    seen: str | None = None,
    now: dt.datetime,
) -> Determination:
    """The chair's statement on the draft after the consensus call; language → words.

    It rests on the closing assessment, which is made now where nobody has made it.
    ``reasons`` say why a draft is adopted although something stands against it; they are kept with what that
    is. ``seen`` is the digest of the facts that were on the page, where a page was.

    :raises AppError: as ``prepare``. :raises FactsChanged: the facts are others by now.
    """
    lock(session, norm, Hold.ALONE)
    closing = _closing(session, actor, norm, now)
    prepared = prepare(session, actor, norm, outcome, texts, reasons=reasons, now=now)
    if seen not in (None, prepared.facts.digest):
        raise FactsChanged
    despite = [lack.content() for lack in prepared.facts.against] if prepared.reasons else []
    stated = Determination(
        norm_id=norm.id,
        draft_id=norm.current_draft_id,
        assessment_id=closing.id if closing else None,
        outcome=outcome,
        texts=dict(prepared.texts),
        despite=despite,
        reasons=dict(prepared.reasons),
        stated_by=actor.user_id,
        stated_at=now,
    )
    with once(session, AlreadyDetermined):
        session.add(stated)
    details = {
        "outcome": outcome.value,
        "texts": stated.texts,
        "despite": despite,
        "reasons": stated.reasons,
        "assessment": closing.digest if closing else None,
    }
    audit.record(session, actor, "determined", outcome.value, norm=norm.slug, now=now, details=details)
    return stated


def _closing(session: Session, actor: Actor, norm: Norm, now: dt.datetime) -> Assessment | None:
    """The closing assessment, made now where nobody has made it; none while the call runs.

    A call without an announced end ends here.
    """
    if norm.stage is not Stage.CONSENSUS_CALL or (norm.closes_at is not None and now < norm.closes_at):
        return None
    norm.closes_at = norm.closes_at or now
    return assess(session, actor, norm, now=now)


def _check_languages(norm: Norm, texts: Mapping[str, str], refusal: type[BadInput], name: str) -> None:
    lacking = [language for language in norm.authentic_languages if language not in texts]
    if lacking:
        raise refusal(languages=", ".join(lacking), field=f"{name}-{lacking[0]}")
