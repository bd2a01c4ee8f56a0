"""Signing in and out. The cookie holds a token; the database holds its digest, and may end it."""

import datetime as dt
import hashlib
import secrets

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import passwords, queries
from app.accounts.models import ApiToken, SignIn, Token, User
from app.authority import grants
from app.authority.actor import PLATFORM, Actor, Matter
from app.authority.grants import Permission
from app.foundation.errors import N_, AppError, NotAllowed

LONGEST = dt.timedelta(days=14)  #: of one sign-in, however busy
IDLE = dt.timedelta(hours=12)  #: without any request
NOTED_EVERY = dt.timedelta(minutes=10)  #: how exactly the last request is known


class SignInRefused(AppError):
    code = "sign-in-refused"
    message = N_("The e-mail address or password is incorrect.")
    status = 422


class NotConfirmed(NotAllowed):
    code = "not-confirmed"
    message = N_("This address has not been confirmed yet. Open the link in the e-mail, or sign up again.")


def recognise(session: Session, *, email: str, password: str) -> User:
    """The person these belong to. Only reads, so that the slow hash holds no lock.

    :raises SignInRefused: for an unknown address and a wrong password alike, after as long a time.
    :raises NotConfirmed: both are right, but the address was never confirmed.
    """
    user = queries.by_email(session, email)
    if not passwords.matches(user.password_hash if user else None, password) or user is None:
        raise SignInRefused(field="password")
    if user.confirmed_at is None:
        raise NotConfirmed
    return user


def sign_in(session: Session, actor: Actor, user: User, *, password: str, now: dt.datetime) -> str:
    """Begin a sign-in for a person who was recognised, and return the cookie's token."""
    grants.require(actor, Permission.ENTER, PLATFORM)
    if user.password_hash and passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.digest(password)
    return begin(session, user, now=now)


def begin(session: Session, user: User, *, now: dt.datetime) -> str:
    token = secrets.token_urlsafe(32)
    session.add(SignIn(user_id=user.id, digest=digest_of(token), created_at=now, seen_at=now))
    session.flush()
    return token


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def of_token(session: Session, token: str, *, now: dt.datetime) -> SignIn | None:
    """The sign-in a cookie stands for, with its person, unless it has ended or lapsed."""
    found = queries.sign_in_by_digest(session, digest_of(token))
    if found is None or found.ended_at is not None or found.user.erased_at is not None:
        return None
    lapsed = now >= found.created_at + LONGEST or now >= found.seen_at + IDLE
    return None if lapsed else found


def is_worth_noting(found: SignIn, *, now: dt.datetime) -> bool:
    return now >= found.seen_at + NOTED_EVERY


def note_seen(session: Session, sign_in_id: int, *, now: dt.datetime) -> None:
    """Push the idle limit ahead; not an act, so not in the record."""
    session.execute(sa.update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def sign_out(session: Session, actor: Actor, token: str, *, now: dt.datetime) -> None:
    """End this sign-in: its cookie is worth nothing from now on, wherever a copy is."""
    found = queries.sign_in_by_digest(session, digest_of(token))
    if found is not None:
        grants.require(actor, Permission.OWN_ACCOUNT, Matter(author_id=found.user_id))
        found.ended_at = found.ended_at or now


def end_all(session: Session, user: User, *, now: dt.datetime) -> None:
    """End every sign-in, token and mailed link of a person: what was made with a password ends with it."""
    session.execute(
        sa.update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None)).values(ended_at=now)
    )
    session.execute(
        sa.update(ApiToken)
        .where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    session.execute(
        sa.update(Token).where(Token.user_id == user.id, Token.used_at.is_(None)).values(used_at=now)
    )


def forget_lapsed(session: Session, *, now: dt.datetime) -> None:
    """Remove sign-ins that can never be used again, and links a day after they lapsed."""
    session.execute(
        sa.delete(SignIn).where(sa.or_(SignIn.ended_at <= now, SignIn.created_at <= now - LONGEST))
    )
    session.execute(sa.delete(Token).where(Token.expires_at <= now - dt.timedelta(days=1)))
