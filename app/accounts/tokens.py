"""Tokens with which a person's own programs act for them. The database holds their digests only."""

import datetime as dt
import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts import profile
from app.accounts.models import ApiToken, Scope, User
from app.accounts.sign_ins import digest_of
from app.audit import service as audit
from app.authority import grants
from app.authority.actor import Actor, Matter
from app.authority.grants import Permission
from app.foundation.errors import N_, BadInput
from app.foundation.text import TextField

PREFIX = "concord_"  #: lets a scanner of published code recognise a token
LONGEST_NAME = 80
LIVES = (30, 90, 365)  #: days a token can be made for
NOTED_EVERY = dt.timedelta(minutes=10)  #: how exactly the last use is known


class TokenNameUnfit(BadInput):
    code = "token-name-unfit"
    message = N_("Enter a name for the token, of 1 to %(limit)s characters.")


class TokenLifeUnfit(BadInput):
    code = "token-life-unfit"
    message = N_("Select the period of validity of the token from the list.")


NAME = TextField("name", LONGEST_NAME, TokenNameUnfit, TokenNameUnfit, in_one_line=True)


def make(
    session: Session,
    actor: Actor,
    user: User,
    *,
    name: str,
    scope: Scope,
    days: int,
    current_password: str,
    now: dt.datetime,
) -> str:
    """Make a token that works for ``days`` and return it: this is the only time anybody sees it.

    :raises PasswordWrong: a stolen browser is not to become a lasting key.
    :raises TokenNameUnfit: the name is empty or too long. :raises TokenLifeUnfit: ``days`` is not of LIVES.
    """
    grants.require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))
    profile.check_current(user, current_password)
    name = NAME.clean(name)
    if days not in LIVES:
        raise TokenLifeUnfit(field="days")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user_id=user.id,
        name=name,
        digest=digest_of(secret),
        scope=scope,
        created_at=now,
        expires_at=now + dt.timedelta(days=days),
    )
    session.add(token)
    session.flush()
    details = {"scope": scope.value, "days": days}
    audit.record(session, actor, "token.made", user.pseudonym, now=now, details=details)
    return secret


def revoke(session: Session, actor: Actor, token: ApiToken, *, now: dt.datetime) -> None:
    """Make a token worthless for ever. To revoke it again changes nothing."""
    grants.require(actor, Permission.OWN_ACCOUNT, Matter(author_id=token.user_id))
    if token.revoked_at is None:
        token.revoked_at = now
        session.flush()
        audit.record(session, actor, "token.revoked", token.user.pseudonym, now=now)


def of_secret(session: Session, secret: str, *, now: dt.datetime) -> ApiToken | None:
    """The token with its person, unless it was revoked or has ended, or the person is gone; one statement."""
    return session.scalars(
        sa.select(ApiToken)
        .join(ApiToken.user)
        .where(
            ApiToken.digest == digest_of(secret),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            User.erased_at.is_(None),
        )
        .options(joinedload(ApiToken.user, innerjoin=True))
    ).one_or_none()


def live(session: Session, user: User, *, now: dt.datetime) -> Sequence[ApiToken]:
    """A person's tokens that work, newest first."""
    return session.scalars(
        sa.select(ApiToken)
        .where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now)
        .order_by(ApiToken.id.desc())
    ).all()


def is_worth_noting(token: ApiToken, *, now: dt.datetime) -> bool:
    return token.last_used_at is None or now >= token.last_used_at + NOTED_EVERY


def note_used(session: Session, token_id: int, *, now: dt.datetime) -> None:
    """Remember when the token was used last; not an act, so not in the record."""
    session.execute(sa.update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))
