"""E-mail addresses as they are kept, compared and written to: one form for each mailbox (pure)."""

import unicodedata
from contextlib import suppress

import idna
from email_validator import EmailNotValidError, validate_email

from app.foundation.errors import N_, BadInput
from app.foundation.text import normalise


class EmailUnclear(BadInput):
    code = "email-unclear"
    message = N_("Enter an e-mail address in the correct format, such as name@example.org.")


def normal(email: str) -> str:
    """The address in small letters and compatibility form, its domain as name servers know it (IDNA 2008).

    What cannot be an address, such as a part of one, comes back as well as it can be read, to be looked for.

    >>> normal("Two@EXÄMPLE.org")
    'two@xn--exmple-cua.org'
    """
    text = unicodedata.normalize("NFKC", normalise(email)).lower()
    local, at, domain = text.rpartition("@")
    domain = domain.removesuffix(".")
    with suppress(idna.IDNAError):
        domain = idna.encode(domain, uts46=True, std3_rules=True).decode("ascii").lower()
    return f"{local}{at}{domain}"


def check(email: str) -> str:
    """The address as it is kept. Nobody is asked whether the mailbox exists: a mail will tell.

    :raises EmailUnclear: it cannot be the address of a mailbox that the Internet reaches.
    """
    address = normal(email)
    try:
        validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise EmailUnclear(field="email") from None
    return address
