"""Reservations: accepting the adoption of a text while dissent on one clause goes on record."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.audit import service as audit
from app.authority.actor import Actor
from app.authority.grants import Permission, require
from app.foundation import locking
from app.foundation.database import once
from app.foundation.errors import N_, BadInput, Conflict, NotFound, RuleBroken
from app.foundation.text import TextField
from app.foundation.versions import replaces
from app.norms.locking import lock
from app.norms.models import Clause, Norm
from app.norms.seen import Seen, check_seen, seen_in
from app.norms.service import check_languages
from app.norms.stages import Stage
from app.positions.models import Reservation
from app.positions.service import LONGEST_REASON, PositionOnEarlierDraft, StatedAtOnce, TooLong


class ReservationEmpty(BadInput):
    code = "reservation-empty"
    message = N_("Enter the reservation; it will be published with the text.")


RESERVATION = TextField("text", LONGEST_REASON, TooLong, ReservationEmpty)


class NotAtTheCall(RuleBroken):
    code = "not-at-the-call"
    message = N_("Reservations are recorded at the consensus call, on the text proposed for adoption.")


class ReservationGone(Conflict):
    code = "reservation-gone"
    message = N_("This reservation has been withdrawn or changed since you opened it.")


def reserve(
    session: Session,
    actor: Actor,
    norm: Norm,
    clause: Clause,
    *,
    stakeholder_id: int,
    text: str,
    language: str,
    read_language: str,
    seen: Seen,
    version: str | None = None,
    now: dt.datetime,
) -> Reservation:
    """Accept adoption and record dissent on one clause, in place of what was reserved there before.

    The same words sent twice are one reservation. ``seen``: the words of the clause that were read.
    ``version``: of the reservation that was on the page, empty for none; None where there was no page.

    :raises ChangedMeanwhile: it is another by now. :raises WordingChanged: they are others by now.
    :raises NotAtTheCall: at another stage. :raises NotTheDraft: the clause is of another draft.
    :raises ReservationEmpty: without words. :raises StatedAtOnce: another person did in the same moment.
    """
    lock(session, norm)
    require(actor, Permission.STATE_POSITION, norm.matter(now, stakeholder_id=stakeholder_id))
    if norm.stage is not Stage.CONSENSUS_CALL:
        raise NotAtTheCall
    if clause.draft_id != norm.current_draft_id:
        raise PositionOnEarlierDraft
    check_seen(seen_in(clause, read_language), seen)
    check_languages([language, read_language])
    reservation = Reservation(
        norm_id=norm.id,
        provision_id=clause.provision_id,
        stakeholder_id=stakeholder_id,
        text=RESERVATION.clean(text),
        language=language,
        read_language=read_language,
        text_digest=clause.text_digest,
        translation_digest=seen.translation,
        stated_at=now,
    )
    present = current(session, clause.provision_id, stakeholder_id)
    if present is not None and _said(present) == _said(reservation):
        return present
    if version is not None:
        replaces(present.fields if present else {}, reservation.fields, version=version)
    if present is not None:
        present.superseded_at = now
        session.flush()
    with once(session, StatedAtOnce):
        session.add(reservation)
    _record(session, actor, "reservation-made", norm, reservation, now)
    return reservation


def _said(one: Reservation) -> tuple[str, bytes, bytes | None]:
    return one.text, one.text_digest, one.translation_digest


def current(session: Session, provision_id: int, stakeholder_id: int) -> Reservation | None:
    """The reservation that is not superseded."""
    return session.scalars(
        sa.select(Reservation).where(
            Reservation.provision_id == provision_id,
            Reservation.stakeholder_id == stakeholder_id,
            Reservation.superseded_at.is_(None),
        )
    ).one_or_none()


def take_back(
    session: Session, actor: Actor, norm: Norm, reservation: Reservation, *, now: dt.datetime
) -> None:
    """Reserve no longer; what was said stays in the record.

    :raises ReservationGone: it is no more.
    """
    holder = reservation.stakeholder_id
    lock(session, norm)
    require(actor, Permission.STATE_POSITION, norm.matter(now, stakeholder_id=holder))
    locking.lock(session, reservation)
    if reservation.norm_id != norm.id:
        raise NotFound
    if reservation.superseded_at is not None:
        raise ReservationGone
    reservation.superseded_at = now
    session.flush()
    _record(session, actor, "reservation-withdrawn", norm, reservation, now)


def standing(session: Session, norm: Norm) -> Sequence[Reservation]:
    """The reservations on the present wording, oldest first; one statement."""
    return session.scalars(
        sa.select(Reservation)
        .join(Clause, Clause.provision_id == Reservation.provision_id)
        .where(
            Reservation.norm_id == norm.id,
            Reservation.superseded_at.is_(None),
            Clause.draft_id == norm.current_draft_id,
            Clause.text_digest == Reservation.text_digest,
        )
        .order_by(Reservation.id)
        .options(joinedload(Reservation.stakeholder), joinedload(Reservation.provision))
    ).all()


def _record(
    session: Session, actor: Actor, act: str, norm: Norm, reservation: Reservation, now: dt.datetime
) -> None:
    said = {"provision": reservation.provision.code, "stakeholder": reservation.stakeholder_id}
    subject = f"reservation:{reservation.id}"
    audit.record(session, actor, act, subject, norm=norm.slug, now=now, details=said)
