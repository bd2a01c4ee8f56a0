"""Changes that a person makes to their own account, and its erasure."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import passwords, service, sign_ins
from app.accounts.models import ApiToken, Rhythm, SignIn, Token, User
from app.audit import queries as record
from app.audit import service as audit
from app.authority import grants
from app.authority.actor import PLATFORM, Actor, Matter
from app.authority.grants import Permission
from app.foundation.errors import N_, BadInput
from app.reference.languages import INTERFACE_LANGUAGES


class PasswordWrong(BadInput):
    code = "password-wrong"
    message = N_("Your current password is incorrect.")


class LanguageUnknown(BadInput):
    code = "language-unknown"
    message = N_("Select one of the languages in the list.")


def change_password(
    session: Session, actor: Actor, user: User, *, current: str, new: str, now: dt.datetime
) -> str:
    """Change the password, end every sign-in and every token; returns a new sign-in for this browser."""
    _own(actor, user)
    check_current(user, current)
    passwords.check(new, field="new_password")
    user.password_hash = passwords.digest(new)
    sign_ins.end_all(session, user, now=now)
    service.mail(session, "password-changed", user, now=now)
    audit.record(session, actor, "account.password-changed", user.pseudonym, now=now)
    return sign_ins.begin(session, user, now=now)


def change_profile(
    session: Session, actor: Actor, user: User, *, name: str, language: str, now: dt.datetime
) -> None:
    """Change the name and the language of pages and mails."""
    _own(actor, user)
    if language not in INTERFACE_LANGUAGES:
        raise LanguageUnknown(field="language")
    user.name, user.language = service.check_name(name), language
    audit.record(session, actor, "account.changed", user.pseudonym, now=now)


def choose_rhythm(session: Session, actor: Actor, user: User, *, rhythm: Rhythm, now: dt.datetime) -> None:
    """Change how often notices come. After a time without, what was missed is not told."""
    _own(actor, user)
    _set_rhythm(session, actor, user, rhythm, now)


def stop_notices(session: Session, actor: Actor, user: User, *, now: dt.datetime) -> None:
    """End all notices by the signed link of a mail, which shows that its reader asks; twice is once."""
    grants.require(actor, Permission.ENTER, PLATFORM)
    _set_rhythm(session, actor, user, Rhythm.NEVER, now)


def _set_rhythm(session: Session, actor: Actor, user: User, rhythm: Rhythm, now: dt.datetime) -> None:
    if user.rhythm is rhythm:
        return
    if user.rhythm is Rhythm.NEVER:
        user.told_through = record.last_number(session)
    user.rhythm = rhythm
    audit.record(session, actor, "account.changed", user.pseudonym, now=now)


def erase(session: Session, actor: Actor, user: User, *, current: str, now: dt.datetime) -> None:
    """Erase what is personal: of the person only the pseudonym stays, so that history keeps its sense."""
    _own(actor, user)
    check_current(user, current)
    user.name, user.email, user.password_hash = user.pseudonym, None, None
    user.is_administrator, user.erased_at = False, now
    for table in (SignIn, Token, ApiToken):
        session.execute(sa.delete(table).where(table.user_id == user.id))
    audit.record(session, actor, "account.erased", user.pseudonym, now=now)


def _own(actor: Actor, user: User) -> None:
    grants.require(actor, Permission.OWN_ACCOUNT, Matter(author_id=user.id))


def check_current(user: User, current: str) -> None:
    if not passwords.matches(user.password_hash, current):
        raise PasswordWrong(field="current_password")
