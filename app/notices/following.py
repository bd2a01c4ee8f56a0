"""Following a provision: by itself where one has spoken on it, and as one chooses.

A choice is a preference, not an act of the deliberation: it is not put on the public record.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.models import User
from app.authority.actor import SPEAKERS, Actor, Matter
from app.authority.grants import Permission, require
from app.discussion.models import Comment
from app.norms.models import Norm, Provision, Seat
from app.notices.models import Follow
from app.positions.models import Position

Condition = sa.ColumnElement[bool]


def choose(session: Session, actor: Actor, norm: Norm, provision: Provision, *, follows: bool) -> None:
    """Follow a provision or stop following it; the last choice counts, twice is once."""
    require(actor, Permission.OWN_ACCOUNT, Matter(author_id=actor.user_id))
    require(actor, Permission.READ_NORM, Matter(norm_id=norm.id, is_public=norm.is_public))
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(Follow)
        .values(user_id=actor.user_id, provision_id=provision.id, is_on=follows)
        .on_conflict_do_update(index_elements=[Follow.user_id, Follow.provision_id], set_={"is_on": follows})
    )


def forget_person(session: Session, actor: Actor, user: User) -> None:
    """Remove a person's choices, when their account is erased."""
    require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))
    session.execute(sa.delete(Follow).where(Follow.user_id == user.id))


def holders_of(actor: Actor) -> list[int]:
    """The stakeholders a person speaks for."""
    return sorted({holder for role, holder in actor.mandates if role in SPEAKERS})


def followed(actor: Actor, provision: sa.ColumnElement[Any] | InstrumentedAttribute[Any]) -> Condition:
    """The condition that a person follows a provision.

    They do where they or whom they speak for commented, or the latter has a position: derived, so that it
    needs no row for each of thousands of positions and follows a mandate to the next person. Their
    own choice goes first.
    """
    mine = Follow.user_id == actor.user_id
    chosen = sa.select(Follow.provision_id).where(mine, Follow.is_on)
    declined = sa.select(Follow.provision_id).where(mine, ~Follow.is_on)
    commented = sa.select(Comment.provision_id).where(_said_by(actor))
    stated = sa.select(Position.provision_id).where(
        Position.stakeholder_id.in_(holders_of(actor)), Position.superseded_at.is_(None)
    )
    by_itself = sa.or_(among(provision, commented), among(provision, stated))
    return sa.or_(among(provision, chosen), sa.and_(by_itself, ~among(provision, declined)))


def takes_part(actor: Actor, norm: sa.ColumnElement[Any] | InstrumentedAttribute[Any]) -> Condition:
    """The condition that a person has spoken on a norm, sits at its table or follows a part of it."""
    chosen = sa.select(Provision.norm_id).join(Follow, Follow.provision_id == Provision.id)
    sits = sa.select(Seat.norm_id).where(Seat.user_id == actor.user_id, Seat.ended_at.is_(None))
    return sa.or_(
        among(norm, sa.select(Comment.norm_id).where(_said_by(actor))),
        among(norm, sa.select(Position.norm_id).where(Position.stakeholder_id.in_(holders_of(actor)))),
        among(norm, sits),
        among(norm, chosen.where(Follow.user_id == actor.user_id, Follow.is_on)),
    )


def _said_by(actor: Actor) -> Condition:
    """The condition that a comment is a person's own, or of whom they speak for."""
    return sa.or_(Comment.author_id == actor.user_id, Comment.stakeholder_id.in_(holders_of(actor)))


def among(column: sa.ColumnElement[Any] | InstrumentedAttribute[Any], ids: sa.Select[Any]) -> Condition:
    """The condition that a column is one of the ids, looked up once whatever the query around."""
    return column.in_(ids.correlate(None))


def is_followed(session: Session, actor: Actor, provision_id: int) -> bool:
    """Whether a person follows a provision; one statement."""
    return bool(session.scalar(sa.select(followed(actor, sa.literal(provision_id)))))
