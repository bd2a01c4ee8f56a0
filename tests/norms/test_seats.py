"""Seats and administrators, also where two people change them at the same moment."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.audit.chain import PLATFORM
from app.audit.models import AuditEntry
from app.authority.actor import SYSTEM, MandateRole, Role
from app.foundation.database import unit_of_work
from app.norms import seats
from app.norms.models import Norm, Seat
from app.stakeholders import mandates
from tests.factories import Make
from tests.moments import Meanwhile
from tests.stakeholders.accepting import give, hand_over


def administrators(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(sa.select(User.name).where(User.is_administrator).order_by(User.id)))


def test_of_two_administrators_relieved_at_once_the_second_stays(
    engine: sa.Engine, session: Session, make: Make, now: dt.datetime
) -> None:
    first, second = make.user("First", is_administrator=True), make.user("Second", is_administrator=True)
    session.commit()
    with unit_of_work(session):
        seats.set_administrator(session, SYSTEM, first, administers=False, now=now)
        meanwhile = Meanwhile(
            engine,
            lambda own: seats.set_administrator(
                own, SYSTEM, own.get_one(User, second.id), administers=False, now=now
            ),
        )
    assert isinstance(meanwhile.outcome(), seats.LastAdministrator)
    assert administrators(session) == ["Second"]


def test_an_administrator_does_not_leave_while_the_other_is_relieved(
    engine: sa.Engine, session: Session, make: Make, now: dt.datetime
) -> None:
    first, second = make.user("First", is_administrator=True), make.user("Second", is_administrator=True)
    session.commit()
    leaving = make.actor(second)
    session.rollback()
    with unit_of_work(session):
        seats.set_administrator(session, SYSTEM, first, administers=False, now=now)
        meanwhile = Meanwhile(
            engine, lambda own: seats.leave_all(own, leaving, own.get_one(User, second.id), now=now)
        )
    assert isinstance(meanwhile.outcome(), seats.LastAdministrator)


def test_who_leaves_writes_the_chains_in_one_order(session: Session, make: Make, now: dt.datetime) -> None:
    """Whatever order the seats were given in; otherwise two who leave at once could wait in a circle."""
    user = make.user()
    make.seat(user, Role.EDITOR)
    for slug in ("z", "a"):
        make.seat(user, Role.EDITOR, make.norm(slug=slug))
    seats.leave_all(session, make.actor(user), user, now=now)
    ended = sa.select(AuditEntry.chain).where(AuditEntry.act == "seat.ended").order_by(AuditEntry.number)
    assert session.scalars(ended).all() == ["a", "z", PLATFORM]


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_seat_given_twice_at_once_is_given_once(
    engine: sa.Engine, session: Session, make: Make, now: dt.datetime, everywhere: bool
) -> None:
    user, norm = make.user(), make.norm()
    session.commit()

    def give(own: Session) -> object:
        at = None if everywhere else own.get_one(Norm, norm.id)
        return seats.give_seat(own, SYSTEM, own.get_one(User, user.id), role=Role.CHAIR, norm=at, now=now)

    with unit_of_work(session):
        give(session)
        meanwhile = Meanwhile(engine, give)
    assert isinstance(meanwhile.outcome(), seats.AlreadySits)
    assert session.scalar(sa.select(sa.func.count()).select_from(Seat)) == 1


def test_a_seat_that_was_given_up_can_be_given_again(session: Session, make: Make, now: dt.datetime) -> None:
    user, norm = make.user(), make.norm()
    seat = seats.give_seat(session, SYSTEM, user, role=Role.CHAIR, norm=norm, now=now)
    seats.end_seat(session, SYSTEM, seat, now=now)
    assert seats.give_seat(session, SYSTEM, user, role=Role.CHAIR, norm=norm, now=now) is not seat


def test_a_seat_ended_twice_at_once_ends_once(
    engine: sa.Engine, session: Session, make: Make, now: dt.datetime
) -> None:
    seat = make.seat(make.user(), Role.CHAIR, make.norm())
    session.commit()
    with unit_of_work(session):
        seats.end_seat(session, SYSTEM, seat, now=now)
        meanwhile = Meanwhile(
            engine, lambda own: seats.end_seat(own, SYSTEM, own.get_one(Seat, seat.id), now=now)
        )
    assert isinstance(meanwhile.outcome(), seats.SeatEnded)


def test_the_database_has_a_mandate_without_an_end_once(session: Session, make: Make) -> None:
    user, entity = make.user(), make.stakeholder()
    make.mandate(user, entity)
    with pytest.raises(IntegrityError):
        make.mandate(user, entity)


def test_a_successor_who_is_to_be_a_contact_point_anyway_is_not_made_one_twice(
    session: Session, make: Make, now: dt.datetime
) -> None:
    holder, successor, entity = make.user(), make.user(), make.stakeholder()
    held = make.mandate(holder, entity)
    role, later = MandateRole.CONTACT_POINT, now.date() + dt.timedelta(days=9)
    given = {"email": successor.email, "from_date": later, "now": now}
    contact = make.actor(holder)
    give(session, make, contact, entity, role=role, **given)
    with pytest.raises(mandates.SameMandate):
        hand_over(session, make, contact, held, **given)
