"""How many bodies that nobody has verified one account may act for, so that none makes itself a crowd."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.accounts.models import User
from app.authority.actor import SPEAKERS
from app.foundation import locking
from app.foundation.errors import N_, RuleBroken
from app.foundation.locking import Hold
from app.stakeholders.models import Category, Mandate, Stakeholder, Verification

MOST = 3  #: bodies of one account that are not verified, refused ones among them
MOST_GOVERNMENTS = 1  #: of these


class TooManyUnverified(RuleBroken):
    """``bodies``: the number and name of each that counts."""

    code = "too-many-unverified"
    message = N_(
        "An account can act for at most %(most)s unverified bodies. Wait until a moderator has "
        "verified one of them; if verification was refused, submit further evidence."
    )
    most = MOST

    def __init__(self, bodies: Sequence[Stakeholder]) -> None:
        self.bodies = [(body.id, body.name) for body in bodies]
        super().__init__(most=self.most)


class OneUnverifiedGovernment(TooManyUnverified):
    code = "one-unverified-government"
    message = N_(
        "An account can act for one unverified government. Wait until a moderator has verified it; "
        "if verification was refused, submit further evidence."
    )
    most = MOST_GOVERNMENTS


def unverified_of(session: Session, user_id: int | None, *, now: dt.datetime) -> Sequence[Stakeholder]:
    """The unverified bodies that a person registered, and those they may speak for now or later."""
    other = aliased(Mandate)
    earlier = sa.exists().where(other.stakeholder_id == Mandate.stakeholder_id, other.id < Mandate.id)
    registered = sa.and_(Stakeholder.origin.is_(None), ~earlier)
    lasts = sa.or_(
        Mandate.ends_at.is_(None), sa.and_(Mandate.ends_at > now, Mandate.ends_at > Mandate.starts_at)
    )
    return session.scalars(
        sa.select(Stakeholder)
        .join(Mandate, Mandate.stakeholder_id == Stakeholder.id)
        .where(
            Mandate.user_id == user_id,
            sa.or_(registered, sa.and_(Mandate.role.in_(SPEAKERS), lasts)),
            Stakeholder.category != Category.INDIVIDUAL,
            Stakeholder.verification != Verification.VERIFIED,
        )
        .distinct()
        .order_by(Stakeholder.id)
    ).all()


def check_room(
    session: Session, user_id: int | None, category: Category, *, but: int | None = None, now: dt.datetime
) -> None:
    """Pass one more unverified body of a category for the account, alone until the transaction ends.

    ``but``: that body, where it is one of theirs already.

    :raises TooManyUnverified: they have as many as an account may have.
    :raises OneUnverifiedGovernment: it is a government, and they have one.
    """
    session.execute(locking.held(sa.select(User.id).where(User.id == user_id), Hold.IN_TURN))
    bodies = [body for body in unverified_of(session, user_id, now=now) if body.id != but]
    governments = [body for body in bodies if body.category is Category.GOVERNMENT]
    if category is Category.GOVERNMENT and len(governments) >= MOST_GOVERNMENTS:
        raise OneUnverifiedGovernment(governments)
    if len(bodies) >= MOST:
        raise TooManyUnverified(bodies)
