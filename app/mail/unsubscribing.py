"""The signed address that ends a person's notices without signing in (RFC 8058)."""

from itsdangerous import BadSignature, URLSafeSerializer

from app.accounts.models import User
from app.foundation.errors import N_, AppError
from app.kernel.context import settings
from app.mail.letters import address_of

SALT = "stop-notices"


class StopLinkUnclear(AppError):
    code = "stop-link-unclear"
    message = N_(
        "This link is incomplete. Copy the whole link from the e-mail, or sign in and change the "
        "setting on your account page."
    )
    status = 400


def signer() -> URLSafeSerializer:
    """Signs with the secret key and believes earlier ones too; the link in an old mail does not expire."""
    return URLSafeSerializer(settings().secret_keys, salt=SALT)


def stop_address(user: User, language: str) -> str:
    return address_of("notices.stop", {"lang": language, "token": signer().dumps(user.pseudonym)})


def pseudonym_in(token: str) -> str:
    """:raises StopLinkUnclear: the signature is not ours."""
    try:
        return str(signer().loads(token))
    except BadSignature as error:
        raise StopLinkUnclear from error
