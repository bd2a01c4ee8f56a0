"""Browsers that have signed in before: wrong passwords tried elsewhere do not shut them out.

The cookie is no sign-in and opens nothing. It holds, for each account, a keyed digest of its address and a
number of the browser's own, signed. Idea: OWASP, "Slow down online guessing attacks with device cookies".
"""

import hashlib
import secrets

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from app.kernel import context

COOKIE = "device"
LONGEST = 365 * 24 * 3600  #: seconds a browser is remembered after its last sign-in
ACCOUNTS = 8  #: on one browser; the oldest is forgotten first


def known(address: str) -> str | None:
    """The number under which this browser signed in to the address's account before; None if it did not."""
    return _remembered().get(_mark(address))


def remember(address: str) -> None:
    """Know this browser again when the account of this address signs in from it."""
    mark, kept = _mark(address), _remembered()
    number = kept.pop(mark, None) or secrets.token_urlsafe(12)
    newest = [(mark, number), *kept.items()][:ACCOUNTS]

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            _name(),
            _serializer().dumps(newest),
            max_age=LONGEST,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def _remembered() -> dict[str, str]:
    """Mark of each account known here and its number, newest first."""
    try:
        return dict(_serializer().loads(request.cookies.get(_name(), "")))
    except (BadSignature, ValueError, TypeError):
        return {}


def _mark(address: str) -> str:
    key = hashlib.sha256(context.settings().secret_key.encode()).digest()
    return hashlib.blake2b(address.encode(), key=key, digest_size=12).hexdigest()


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(context.settings().secret_keys, salt="device")


def _name() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-{COOKIE}"
