"""Roles in norms, and administrators of the platform."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit import service as audit
from app.authority import grants
from app.authority.actor import PLATFORM, Actor, Matter, Role
from app.authority.grants import Permission
from app.foundation import locking
from app.foundation.database import once
from app.foundation.errors import N_, Conflict
from app.foundation.locking import Hold
from app.norms.models import Norm, Seat


class AlreadySits(Conflict):
    code = "already-sits"
    message = N_("This person already has this role.")


class SeatEnded(Conflict):
    code = "seat-ended"
    message = N_("This role has already been relinquished.")


class LastAdministrator(Conflict):
    code = "last-administrator"
    message = N_(
        "The platform must have an administrator. Grant administrator rights to another person first."
    )


def give_seat(
    session: Session, actor: Actor, user: User, *, role: Role, norm: Norm | None, now: dt.datetime
) -> Seat:
    """Give a seat at one norm's table, or at every norm's where ``norm`` is None."""
    grants.require(actor, Permission.GIVE_SEATS, PLATFORM)
    norm_id = norm.id if norm else None
    if any(seat.role is role and seat.norm_id == norm_id for seat in seats_of(session, user)):
        raise AlreadySits
    seat = Seat(user_id=user.id, norm_id=norm_id, role=role, given_at=now)
    with once(session, AlreadySits):  # the database has it once, whoever comes second
        session.add(seat)
    _record(session, actor, "seat.given", seat, user, now)
    return seat


def end_seat(session: Session, actor: Actor, seat: Seat, *, now: dt.datetime) -> None:
    """End a seat; what was done from it stays done."""
    grants.require(actor, Permission.GIVE_SEATS, PLATFORM)
    _end(session, actor, seat, now)


def leave_all(session: Session, actor: Actor, user: User, *, now: dt.datetime) -> None:
    """End a person's seats because they erase their account.

    :raises LastAdministrator: nobody else could administer the platform.
    """
    grants.require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))
    _check_another(session, user)
    for seat, _ in sorted(current_seats(session, [user.id]), key=lambda one: (one[1] is None, one[1] or "")):
        _end(session, actor, seat, now)  # the chains of norms in order, the platform's last: see audit


def set_administrator(
    session: Session, actor: Actor, user: User, *, administers: bool, now: dt.datetime
) -> None:
    """Let a person administer the platform, or no longer.

    :raises LastAdministrator: nobody else could.
    """
    grants.require(actor, Permission.ADMINISTER_ACCOUNTS, PLATFORM)
    if not administers:
        _check_another(session, user)
    user.is_administrator = administers
    act = "administrator.named" if administers else "administrator.ended"
    audit.record(session, actor, act, user.pseudonym, now=now)


def seats_of(session: Session, user: User) -> Sequence[Seat]:
    return session.scalars(
        sa.select(Seat).where(Seat.user_id == user.id, Seat.ended_at.is_(None)).order_by(Seat.id)
    ).all()


def current_seats(session: Session, user_ids: Sequence[int]) -> Sequence[tuple[Seat, str | None]]:
    """The seats these people have now, each with its norm's slug."""
    rows = session.execute(
        sa.select(Seat, Norm.slug)
        .outerjoin(Norm, Norm.id == Seat.norm_id)
        .where(Seat.user_id.in_(user_ids), Seat.ended_at.is_(None))
        .order_by(Seat.id)
    )
    return [(seat, slug) for seat, slug in rows]


def _end(session: Session, actor: Actor, seat: Seat, now: dt.datetime) -> None:
    locking.lock(session, seat)
    if seat.ended_at is not None:
        raise SeatEnded
    seat.ended_at = now
    session.flush()
    _record(session, actor, "seat.ended", seat, session.get_one(User, seat.user_id), now)


def _check_another(session: Session, user: User) -> None:
    """Of those who are relieved at once the later one sees that the earlier one is: their rows are held."""
    administers = sa.select(User.id).where(User.is_administrator).order_by(User.id)
    administrators = session.scalars(locking.held(administers, Hold.IN_TURN)).all()
    if list(administrators) == [user.id]:
        raise LastAdministrator


def _record(session: Session, actor: Actor, act: str, seat: Seat, user: User, now: dt.datetime) -> None:
    norm = session.get_one(Norm, seat.norm_id).slug if seat.norm_id else None
    audit.record(session, actor, act, user.pseudonym, now=now, norm=norm, details={"role": seat.role.value})
