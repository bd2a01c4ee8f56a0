"""Words begun and kept on the server until they are sent.

They are notes of a person to themselves, no act of the deliberation: they are not put on the public record,
as little as what the person follows.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import User
from app.authority.actor import Actor, Matter
from app.authority.grants import Permission, require
from app.discussion.models import Comment, SpeechForm, UnsentComment
from app.foundation.errors import N_, BadInput, NotFound, RuleBroken
from app.norms.models import Norm

MOST = 100  #: a person
LARGEST = 300_000  #: characters of all fields together: a wording and a comment of full length


class TooManyUnsent(RuleBroken):
    code = "too-many-unsent"
    message = N_("You already have %(most)s saved drafts. Submit or discard some of them first.")


class UnsentTooLong(BadInput):
    code = "unsent-too-long"
    message = N_("The text is too long: it has %(length)s characters; the limit is %(limit)s.")


class UnsentPlace(NamedTuple):
    """Where the words are to stand: at a provision or the whole draft, by themselves or as a reply."""

    form: SpeechForm
    norm_id: int
    provision_id: int | None = None
    parent_id: int | None = None

    @property
    def key(self) -> str:
        return f"{self.form.value}:{self.norm_id}:{self.provision_id or 0}:{self.parent_id or 0}"


def keep(
    session: Session,
    actor: Actor,
    norm: Norm,
    place: UnsentPlace,
    *,
    fields: Mapping[str, str],
    now: dt.datetime,
) -> None:
    """Keep the form as it is typed, in place of what was kept for the same place before.

    :raises TooManyUnsent: of other places. :raises UnsentTooLong: the fields together.
    """
    user_id = _own(actor)
    require(actor, Permission.READ_NORM, Matter(norm_id=norm.id, is_public=norm.is_public))
    if place.norm_id != norm.id:
        raise NotFound
    length = sum(len(name) + len(value) for name, value in fields.items())
    if length > LARGEST:
        raise UnsentTooLong(length=length, limit=LARGEST)
    others = sa.select(sa.func.count()).where(
        UnsentComment.user_id == user_id, UnsentComment.place != place.key
    )
    if (session.scalar(others) or 0) >= MOST:
        raise TooManyUnsent(most=MOST)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    kept = {"fields": dict(fields), "updated_at": now}
    session.execute(
        insert(UnsentComment)
        .values(user_id=user_id, place=place.key, **place._asdict(), **kept)
        .on_conflict_do_update(index_elements=[UnsentComment.user_id, UnsentComment.place], set_=kept)
    )


def throw_away(session: Session, actor: Actor, unsent_id: int) -> None:
    """:raises NotFound: there is none, or it is another person's."""
    gone = session.execute(
        sa.delete(UnsentComment)
        .where(UnsentComment.id == unsent_id, UnsentComment.user_id == _own(actor))
        .returning(UnsentComment.id)
    )
    if gone.first() is None:
        raise NotFound


def is_sent(session: Session, actor: Actor, place: UnsentPlace, *, mark: str) -> None:
    """What was kept for a place is sent and kept no longer, but for words that have another mark."""
    _own(actor)
    kept = kept_for(session, actor, place)
    if kept is not None and kept.mark == mark:
        session.delete(kept)


def forget_person(session: Session, actor: Actor, user: User) -> None:
    """Remove what a person has not sent, when their account is erased."""
    require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))
    session.execute(sa.delete(UnsentComment).where(UnsentComment.user_id == user.id))


def kept_for(session: Session, actor: Actor, place: UnsentPlace) -> UnsentComment | None:
    """What this person has kept for a place."""
    return session.scalars(
        sa.select(UnsentComment).where(
            UnsentComment.user_id == actor.user_id, UnsentComment.place == place.key
        )
    ).one_or_none()


def of_person(session: Session, actor: Actor) -> Sequence[UnsentComment]:
    """All that the person has kept, the latest first, with the places; one statement."""
    return session.scalars(
        sa.select(UnsentComment)
        .where(UnsentComment.user_id == actor.user_id)
        .order_by(UnsentComment.updated_at.desc(), UnsentComment.id)
        .options(
            joinedload(UnsentComment.norm),
            joinedload(UnsentComment.provision),
            joinedload(UnsentComment.parent).load_only(Comment.number),
        )
    ).all()


def _own(actor: Actor) -> int:
    """:raises SignInNeeded: nobody is signed in."""
    require(actor, Permission.OWN_ACCOUNT, Matter(author_id=actor.user_id))
    return actor.user_id or 0
