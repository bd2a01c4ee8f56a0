"""Authentication of the API: the person whose token comes with the request; cookies are ignored."""

from flask import g, request

from app.accounts import tokens
from app.accounts.models import ApiToken, Scope
from app.foundation.database import unless_away
from app.foundation.errors import N_, AppError, NotAllowed, SignInNeeded
from app.kernel import context


class TokenUnknown(AppError):
    code = "token-unknown"
    message = N_("This token is not known. It may have been revoked.")
    status = 401


class ReadingOnly(NotAllowed):
    code = "reading-only"
    message = N_("This token permits reading only. Create one that permits writing.")


def take_token() -> None:
    """Let the request act for the token's person, or for a visitor where none comes with it.

    :raises TokenUnknown: it is not one that works.
    """
    context.known_as(None)
    g.api_token = None
    sent = request.headers.get("Authorization")
    if sent is None:
        return
    kind, _, secret = sent.partition(" ")
    token = (
        tokens.of_secret(context.session(), secret.strip(), now=context.now())
        if kind.lower() == "bearer"
        else None
    )
    if token is None:
        raise TokenUnknown
    g.api_token = token
    context.known_as(token.user)


def require_writing() -> None:
    """:raises SignInNeeded: no token came. :raises ReadingOnly: it may only read."""
    token: ApiToken | None = g.api_token
    if token is None:
        raise SignInNeeded
    if token.scope is not Scope.WRITE:
        raise ReadingOnly


def note_use() -> None:
    """Remember now and then when the token was used last, in a transaction of its own."""
    token: ApiToken | None = g.get("api_token")
    if token is not None and tokens.is_worth_noting(token, now=context.now()):
        with unless_away(), context.work() as session:
            tokens.note_used(session, token.id, now=context.now())
