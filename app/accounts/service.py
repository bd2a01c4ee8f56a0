"""Signing up, confirming the e-mail address, and choosing a new password by e-mail.

No answer tells whether an address is known here: what differs is only the mail its owner gets.
"""

import datetime as dt
import secrets
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import addresses, passwords, queries, sign_ins
from app.accounts.models import Purpose, Token, User
from app.audit import queries as record
from app.audit import service as audit
from app.authority import grants
from app.authority.actor import PLATFORM, Actor
from app.authority.grants import Permission
from app.foundation import jobs
from app.foundation.errors import N_, AppError, BadInput, Conflict
from app.foundation.text import TextField
from app.reference.lookalikes import clean_name

TOKEN_LIFE = dt.timedelta(hours=1)
LONGEST_NAME = 120


class EmailTaken(Conflict):
    code = "email-taken"
    message = N_("This address already has an account.")


class NameUnclear(BadInput):
    code = "name-unclear"
    message = N_("A name must have 1 to %(limit)s characters, including letters or digits.")


NAME = TextField("name", LONGEST_NAME, NameUnclear, NameUnclear, in_one_line=True)


class LinkSpent(AppError):
    code = "link-spent"
    message = N_("This link has been used or is older than an hour. Request a new one.")
    status = 400


def sign_up(
    session: Session, actor: Actor, *, email: str, name: str, password: str, language: str, now: dt.datetime
) -> None:
    """Make an account that waits for its confirmation; the owner of a known address is told by mail.

    An account never confirmed is taken over by a later sign-up: nobody has shown yet whose it is.
    """
    grants.require(actor, Permission.ENTER, PLATFORM)
    address, name = addresses.check(email), check_name(name)
    passwords.check(password)
    kept = passwords.digest(password)
    user = queries.by_email(session, address) or _added(session, address, name, language, kept, now)
    if user.confirmed_at is not None:
        mail(session, "known", user, now=now)
        return
    user.name, user.language, user.password_hash = name, language, kept
    mail(session, "confirm", user, now=now)


def _added(session: Session, email: str, name: str, language: str, kept: str, now: dt.datetime) -> User:
    try:
        with session.begin_nested():
            return create(session, email=email, name=name, language=language, password_hash=kept, now=now)
    except IntegrityError:  # the same address, in the same moment
        found = queries.by_email(session, email)
        if found is None:
            raise
        return found


def create(
    session: Session, *, email: str, name: str, language: str, password_hash: str | None, now: dt.datetime
) -> User:
    """A new row for a person, with a pseudonym that tells nothing of them."""
    user = User(
        pseudonym=f"person-{secrets.token_hex(6)}",
        email=email,
        name=name,
        language=language,
        password_hash=password_hash,
        is_administrator=False,
        created_at=now,
        told_through=record.last_number(session),
    )
    session.add(user)
    session.flush()
    return user


def open_account(
    session: Session,
    actor: Actor,
    *,
    email: str,
    name: str,
    language: str,
    password: str | None,
    now: dt.datetime,
) -> User:
    """Make a confirmed account for a person, as an administrator; without a password they ask for one.

    :raises EmailTaken: the address has an account.
    """
    grants.require(actor, Permission.ADMINISTER_ACCOUNTS, PLATFORM)
    address, plain = addresses.check(email), check_name(name)
    if queries.by_email(session, address) is not None:
        raise EmailTaken(field="email")
    kept = None
    if password is not None:
        passwords.check(password)
        kept = passwords.digest(password)
    user = create(session, email=address, name=plain, language=language, password_hash=kept, now=now)
    user.confirmed_at = now
    audit.record(session, actor, "account.opened", user.pseudonym, now=now)
    return user


def confirm(session: Session, actor: Actor, *, token: str, password: str, now: dt.datetime) -> User:
    """Confirm the address. The password is asked too: whoever signed up must be who reads the mail.

    :raises LinkSpent: the link was used, replaced or is older than an hour.
    :raises SignInRefused: the password is not the one chosen at sign-up.
    """
    grants.require(actor, Permission.ENTER, PLATFORM)
    user = _spend(session, Purpose.CONFIRM, token, now=now)
    if not passwords.matches(user.password_hash, password):
        raise sign_ins.SignInRefused(field="password")
    user.confirmed_at = user.confirmed_at or now
    audit.record(session, actor, "account.confirmed", user.pseudonym, now=now)
    return user


def request_reset(session: Session, actor: Actor, *, email: str, now: dt.datetime) -> None:
    """Send a link for choosing a new password, if the address is known; answer alike if not."""
    grants.require(actor, Permission.ENTER, PLATFORM)
    user = queries.by_email(session, addresses.check(email))
    if user is not None:
        mail(session, "reset", user, now=now)


def reset(session: Session, actor: Actor, *, token: str, password: str, now: dt.datetime) -> User:
    """Set a new password by a link from the mail, and end every sign-in and every token.

    :raises LinkSpent: the link was used, replaced or is older than an hour.
    """
    grants.require(actor, Permission.ENTER, PLATFORM)
    passwords.check(password)
    user = _spend(session, Purpose.RESET, token, now=now)
    user.password_hash = passwords.digest(password)
    user.confirmed_at = user.confirmed_at or now  # the link came by mail, so the address is theirs
    sign_ins.end_all(session, user, now=now)
    mail(session, "password-changed", user, now=now)
    audit.record(session, actor, "account.password-reset", user.pseudonym, now=now)
    return user


def issue_token(session: Session, user: User, purpose: Purpose, raw: str, *, now: dt.datetime) -> None:
    """Keep the digest of a link's token, in place of all earlier ones for the purpose."""
    session.execute(sa.delete(Token).where(Token.user_id == user.id, Token.purpose == purpose))
    session.add(
        Token(
            user_id=user.id,
            purpose=purpose,
            digest=sign_ins.digest_of(raw),
            created_at=now,
            expires_at=now + TOKEN_LIFE,
        )
    )
    session.flush()


def is_live(session: Session, purpose: Purpose, raw: str, *, now: dt.datetime) -> bool:
    """Whether a link would still work; the page says so before anything is typed."""
    return session.scalar(sa.select(Token.id).where(*_live(purpose, raw, now))) is not None


def _live(purpose: Purpose, raw: str, now: dt.datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Token.digest == sign_ins.digest_of(raw),
        Token.purpose == purpose,
        Token.used_at.is_(None),
        Token.expires_at > now,
    )


def _spend(session: Session, purpose: Purpose, raw: str, *, now: dt.datetime) -> User:
    # One statement, so that of two requests with the same link only one finds it unused.
    user_id = session.scalar(
        sa.update(Token).where(*_live(purpose, raw, now)).values(used_at=now).returning(Token.user_id)
    )
    if user_id is None:
        raise LinkSpent
    return session.get_one(User, user_id)


def mail(
    session: Session,
    kind: str,
    user: User,
    *,
    now: dt.datetime,
    place: Mapping[str, int | str] | None = None,
    **values: str,
) -> None:
    """Write a mail's job; ``place`` completes its link. Address and token are put in when it is sent."""
    payload = {
        "mail": kind,
        "user_id": user.id,
        "nonce": secrets.token_hex(16),
        "place": dict(place or {}),
        "values": values,
    }
    jobs.enqueue(session, "mail", payload, now=now)


def check_name(name: str) -> str:
    """:raises NameUnclear: it says nothing or is too long. :raises UnsafeText: it hides something."""
    return clean_name(NAME, name)
