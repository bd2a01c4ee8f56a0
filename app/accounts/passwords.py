"""Rules for passwords and their storage (pure)."""

import gzip
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.foundation.errors import N_, BadInput

SHORTEST, LONGEST = 12, 128
COUNTING = "1234567890" * 14
COMMON = Path(__file__).parent / "data" / "common-passwords.txt.gz"

#: Argon2id with OWASP's least parameters: 19 MiB, two passes, one lane.
hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class PasswordLength(BadInput):
    code = "password-length"
    message = N_("Use %(shortest)s to %(longest)s characters, of any kind and any script.")


class PasswordCommon(BadInput):
    code = "password-common"
    message = N_(
        "Many people use this password, so attackers try it first. Choose another, such as four words."
    )


def _normal(password: str) -> str:
    """One form for the same letters, whatever keyboard they came from."""
    return unicodedata.normalize("NFC", password)


@cache
def common_passwords() -> frozenset[str]:
    with gzip.open(COMMON, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines if not line.startswith("# "))


def is_common(password: str) -> bool:
    """On the list, or a word of the list with digits and marks around it, or one of them repeated."""
    plain = _normal(password).lower()
    core = plain.strip("0123456789 .,;:!?-_*+#$%&/()=@<>")
    forms = {plain, core, *(plain[:size] for size in range(1, len(plain) // 2 + 1) if _repeats(plain, size))}
    counted = plain in COUNTING or plain in COUNTING[::-1]
    return counted or len(set(plain)) < 4 or not forms.isdisjoint(common_passwords())


def _repeats(text: str, size: int) -> bool:
    return len(text) % size == 0 and text[:size] * (len(text) // size) == text


def check(password: str, *, field: str = "password") -> None:
    """Pass a password that may be chosen.

    :raises PasswordLength: fewer than 12 or more than 128 characters (after NFC).
    :raises PasswordCommon: it is among those tried first.
    """
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        raise PasswordLength(field=field, shortest=SHORTEST, longest=LONGEST)
    if is_common(password):
        raise PasswordCommon(field=field)


def digest(password: str) -> str:
    """The Argon2id hash to keep."""
    return hasher.hash(_normal(password))


@cache
def nobodys_digest() -> str:
    """What is verified where there is no account, so that the answer takes as long."""
    return digest("the password of nobody at all")


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept; takes as long where none is."""
    try:
        hasher.verify(kept or nobodys_digest(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(kept)
