"""Parts of notices: places, addresses, moments, and quotations cut to a length."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from app.mail.letters import address_of
from app.norms.models import Norm

LONGEST_WORDS = 2000  #: characters of one person's words; the rest is on the page


@dataclass(frozen=True)
class NoticeText:
    """One notice as words: a line, what was said or decided, and addresses with what each leads to."""

    line: str
    words: Sequence[str] = ()
    links: Sequence[tuple[str, str]] = ()


def place_of(label: str | None) -> str:
    """What of the norm something is said on: a clause, by its label, or the draft as a whole."""
    if label is None:
        return gettext("The whole draft")
    return gettext("Clause %(label)s", label=label) if label else gettext("Preamble")


def text_address(norm: Norm, language: str) -> str:
    return address_of("norms.current", {"lang": language, "slug": norm.slug})


def position_address(norm: Norm, code: str, stakeholder_id: int, language: str) -> str:
    """The form of one position, filled with what was said before; whoever is not signed in signs in first."""
    place = {"lang": language, "slug": norm.slug, "code": code, "stakeholder": stakeholder_id}
    return address_of("positions.position", place)


def shortened(text: str) -> str:
    """The text, or its beginning where it is long."""
    return text if len(text) <= LONGEST_WORDS else text[:LONGEST_WORDS].rstrip() + " …"
