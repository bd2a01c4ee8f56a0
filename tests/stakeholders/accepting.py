"""A mandate that is offered and accepted at once, as tests of what follows want it."""

import datetime as dt
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import User
from app.accounts.queries import by_email
from app.authority.actor import Actor
from app.stakeholders import offers
from app.stakeholders.models import Mandate, MandateOffer, Stakeholder
from tests.factories import Make


def give(
    session: Session, make: Make, giver: Actor, entity: Stakeholder, *, now: dt.datetime, **offer: Any
) -> Mandate:
    return accepted(session, make, offers.offer(session, giver, entity, now=now, **offer), now)


def hand_over(
    session: Session, make: Make, giver: Actor, mandate: Mandate, *, now: dt.datetime, **offer: Any
) -> Mandate:
    return accepted(session, make, offers.offer_succession(session, giver, mandate, now=now, **offer), now)


def owner(session: Session, offered: MandateOffer) -> User:
    user = by_email(session, offered.email or "")
    assert user is not None
    return user


def accepted(session: Session, make: Make, offered: MandateOffer, now: dt.datetime) -> Mandate:
    user = owner(session, offered)
    return offers.accept(session, make.actor(user), user, offered, now=now)
