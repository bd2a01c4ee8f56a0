"""Stating a position, and reaffirming it on new wording."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation import jobs
from app.foundation.database import once
from app.foundation.errors import N_, BadInput, Conflict, RuleBroken
from app.foundation.text import TextField
from app.foundation.versions import replaces, version_of
from app.norms.locking import lock
from app.norms.models import Clause, ClauseKind, Norm
from app.norms.seen import Seen, WordingChanged, check_seen, seen_in
from app.norms.service import check_languages
from app.positions import ledger
from app.positions.models import Position, Stance

LONGEST_REASON = 20_000  #: characters
ASSESS_AFTER = dt.timedelta(seconds=10)  #: several positions, one assessment


CURRENT = sa.select(Position).where(
    Position.provision_id == sa.bindparam("provision"),
    Position.stakeholder_id == sa.bindparam("stakeholder"),
    Position.superseded_at.is_(None),
)
_TABLE = Position.__table__.c
SUPERSEDE = (
    sa.update(Position.__table__)  # type: ignore[arg-type]
    .where(_TABLE.id == sa.bindparam("before"), _TABLE.superseded_at.is_(None))
    .values(superseded_at=sa.bindparam("now"))
    .returning(_TABLE.id)
)


class ReasonMissing(RuleBroken):
    code = "reason-missing"
    message = N_("Enter the reason for your objection, so that others can answer it.")


class TooLong(BadInput):
    code = "too-long"
    message = N_("The text is longer than %(limit)s characters. Shorten it, or attach it to several clauses.")


REASON = TextField("reason", LONGEST_REASON, TooLong)
REMEDY = TextField("remedy", LONGEST_REASON, TooLong)


class NotForPositions(RuleBroken):
    code = "not-for-positions"
    message = N_("Headings have no positions. State your position on the clauses below the heading.")


class PositionOnEarlierDraft(Conflict):
    code = "not-the-draft"
    message = N_("There is a newer draft. Read its wording before you state your position.")


class NothingToReaffirm(RuleBroken):
    code = "nothing-to-reaffirm"
    message = N_("There is no earlier position on this clause to reaffirm.")


class StatedAtOnce(Conflict):
    code = "stated-at-once"
    message = N_("Another person has just stated a position for the same stakeholder. Review it first.")


def state(
    session: Session,
    actor: Actor,
    norm: Norm,
    clause: Clause,
    *,
    stakeholder_id: int,
    stance: Stance,
    reason: str = "",
    remedy: str = "",
    language: str,
    read_language: str,
    seen: Seen,
    version: str | None = None,
    now: dt.datetime,
) -> Position:
    """State a stakeholder's position on a clause; an earlier one is superseded, not lost.

    ``seen``: the words that were read, in ``read_language``. ``remedy`` is what would resolve an objection.
    ``version``: of the position that was on the page, empty for none; None where there was no page.
    Saying the same of the same wording again changes nothing, unless it renews an objection that was over.

    :raises NotAllowed: the round is closed, or the actor does not speak for the stakeholder.
    :raises ReasonMissing: an objection came without a reason.
    :raises NotTheDraft: the clause is not of the current draft.
    :raises WordingChanged: its words are not those that were read.
    :raises ChangedMeanwhile: another person has stated another position for the stakeholder by now.
    """
    lock(session, norm)
    require(actor, Permission.STATE_POSITION, norm.matter(now, stakeholder_id=stakeholder_id))
    if clause.draft_id != norm.current_draft_id:
        raise PositionOnEarlierDraft
    check_seen(seen_in(clause, read_language), seen)
    if clause.kind is ClauseKind.HEADING:
        raise NotForPositions
    check_languages([language, read_language])
    reason, remedy = REASON.clean(reason), REMEDY.clean(remedy)
    if stance is not Stance.OBJECT:
        remedy = ""
    elif not reason:
        raise ReasonMissing(field="reason")
    said = (seen, stance, reason, remedy, language)
    before = current(session, clause.provision_id, stakeholder_id)
    if before is not None and said == _words(before) and not _is_over(session, before):
        return before
    position = Position(
        stakeholder_id=stakeholder_id,
        stance=stance,
        reason=reason,
        remedy=remedy,
        language=language,
        read_language=read_language,
        translation_digest=seen.translation,
    )
    if version is not None:
        replaces(before.fields if before else {}, position.fields, version=version)
    return _put(session, actor, norm, clause, before, position, now)


def reaffirm(
    session: Session,
    actor: Actor,
    norm: Norm,
    clause: Clause,
    *,
    stakeholder_id: int,
    seen: Seen,
    read_language: str,
    version: str | None = None,
    now: dt.datetime,
) -> Position:
    """Say the same of the new wording, or of a changed translation. ``seen``: the words that were read.

    ``version``: of the position that was on the page; None where there was no page.

    :raises NothingToReaffirm: the stakeholder has no position on the provision.
    :raises StatedAtOnce: it has another by now.
    :raises WordingChanged: the words of the clause are not those that were read.
    """
    lock(session, norm)
    require(actor, Permission.STATE_POSITION, norm.matter(now, stakeholder_id=stakeholder_id))
    if clause.draft_id != norm.current_draft_id:
        raise WordingChanged
    check_seen(seen_in(clause, read_language), seen)
    before = current(session, clause.provision_id, stakeholder_id)
    if before is None:
        raise NothingToReaffirm
    if version not in (None, version_of(before.fields)):
        raise StatedAtOnce
    if _read(before) == seen:
        return before
    position = Position(
        stakeholder_id=stakeholder_id,
        stance=before.stance,
        reason=before.reason,
        remedy=before.remedy,
        language=before.language,
        read_language=read_language,
        translation_digest=seen.translation,
        reaffirms_id=before.id,
    )
    return _put(session, actor, norm, clause, before, position, now)


def current(session: Session, provision_id: int, stakeholder_id: int) -> Position | None:
    """The position that is not superseded."""
    given = {"provision": provision_id, "stakeholder": stakeholder_id}
    return session.scalars(CURRENT, given).one_or_none()


def _read(position: Position) -> Seen:
    return Seen(position.text_digest, position.translation_digest)


def _words(position: Position) -> tuple[Seen, Stance, str, str, str]:
    return _read(position), position.stance, position.reason, position.remedy, position.language


def _is_over(session: Session, position: Position) -> bool:
    """Whether it is an objection that was accommodated, so that to repeat it says something new."""
    return position.stance is Stance.OBJECT and ledger.find_live(session, position) is None


def _put(
    session: Session,
    actor: Actor,
    norm: Norm,
    clause: Clause,
    before: Position | None,
    position: Position,
    now: dt.datetime,
) -> Position:
    """Supersede, add, keep the ledger, record, and ask for an assessment."""
    position.norm_id, position.clause_id, position.provision_id = norm.id, clause.id, clause.provision_id
    position.text_digest, position.stated_by, position.stated_at = clause.text_digest, actor.user_id, now
    superseding = before and {"before": before.id, "now": now}
    if superseding and session.execute(SUPERSEDE, superseding).one_or_none() is None:
        raise StatedAtOnce
    with once(session, StatedAtOnce):  # the database allows one current position, whoever comes second
        session.add(position)
    if position.stance is Stance.OBJECT or (before is not None and before.stance is Stance.OBJECT):
        ledger.follow(session, position, before, now=now)
    details = {
        "stakeholder": position.stakeholder_id,
        "clause": clause.id,
        "stance": position.stance.value,
        "text": clause.text_digest.hex(),
    }
    if position.translation_digest:
        details["translation"] = position.translation_digest.hex()
    audit.record(
        session,
        actor,
        "position-reaffirmed" if position.reaffirms_id else "position-stated",
        f"position:{position.id}",
        norm=norm.slug,
        now=now,
        details=audit.withheld(details),
    )
    jobs.enqueue(
        session, "assess", {"norm": norm.slug}, now=now, key=f"assess:{norm.slug}", delay=ASSESS_AFTER
    )
    return position
