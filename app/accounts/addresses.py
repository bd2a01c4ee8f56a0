"""E-mail addresses as they are kept, compared and written to: one form for each mailbox (pure)."""

import unicodedata

import idna
import regex

from app.foundation.errors import N_, BadInput
from app.foundation.text import normalise

LONGEST = 254  #: bytes (RFC 5321, 4.5.3.1)
LONGEST_LOCAL = 64  #: bytes

#: The part before the @ as RFC 5322's dot-atom, with letters of any script (RFC 6531).
_ATOM = r"[[^\s\"(),.:;<>@\[\\\]\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]]+"
_LOCAL = regex.compile(rf"{_ATOM}(?:\.{_ATOM})*", regex.V1)


class EmailUnclear(BadInput):
    code = "email-unclear"
    message = N_("Enter an e-mail address in the correct format, such as name@example.org.")


def normal(email: str) -> str:
    """The address in small letters and compatibility form, its domain as name servers know it (IDNA 2008).

    What cannot be an address comes back as well as it can be read, to be looked for in vain.

    >>> normal("Two@EXÄMPLE.org")
    'two@xn--exmple-cua.org'
    """
    text = unicodedata.normalize("NFKC", normalise(email)).lower()
    local, at, domain = text.rpartition("@")
    domain = domain.removesuffix(".")
    return f"{local}{at}{_ascii(domain) or domain}"


def check(email: str) -> str:
    """The address as it is kept.

    :raises EmailUnclear: it cannot be the address of a mailbox that the Internet reaches.
    """
    address = normal(email)
    local, _, domain = address.rpartition("@")
    is_reachable = "." in domain and not domain.rpartition(".")[2].isdigit() and _ascii(domain)
    fits = len(local.encode()) <= LONGEST_LOCAL and len(address.encode()) <= LONGEST
    if not (_LOCAL.fullmatch(local) and is_reachable and fits):
        raise EmailUnclear(field="email")
    return address


def _ascii(domain: str) -> str:
    """The domain in Punycode; "" where it is none."""
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode("ascii").lower()
    except idna.IDNAError:
        return ""
