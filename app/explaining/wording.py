"""The words of an aid, checked before they are kept (pure)."""

from dataclasses import dataclass

from app.explaining.models import AidKind
from app.foundation.errors import N_, BadInput
from app.foundation.text import check_clean, normalise

LONGEST = 3000  #: characters of a note, a definition or a question
LONGEST_TERM = 120
MOST_FORMS = 20


class AidEmpty(BadInput):
    code = "aid-empty"
    message = N_("Write something first.")


class AidTooLong(BadInput):
    code = "aid-too-long"
    message = N_("This may have %(limit)s characters; it has %(length)s.")


class TermMissing(BadInput):
    code = "term-missing"
    message = N_("Write the term that is explained.")


class TooManyForms(BadInput):
    code = "too-many-forms"
    message = N_("A term may be written in at most %(limit)s ways.")


@dataclass(frozen=True)
class Words:
    """What an aid says in one language; ``title`` and ``forms`` (one a line) are a term's alone."""

    language: str
    text: str
    title: str = ""
    forms: str = ""


def clean(kind: AidKind, words: Words) -> Words:
    """The words as they are kept.

    :raises AidEmpty: without a text. :raises TermMissing: a term without its word.
    :raises AidTooLong: beyond the limit. :raises TooManyForms: of a term.
    :raises UnsafeText: with characters that hide.
    """
    text = _checked("text", words.text, LONGEST)
    if not text:
        raise AidEmpty(field="text")
    if kind is not AidKind.TERM:
        return Words(words.language, text)
    title = " ".join(_checked("title", words.title, LONGEST_TERM).split())
    if not title:
        raise TermMissing(field="title")
    forms = {
        form: None
        for line in words.forms.splitlines()
        if (form := " ".join(_checked("forms", line, LONGEST_TERM).split())) and form != title
    }
    if len(forms) > MOST_FORMS:
        raise TooManyForms(limit=MOST_FORMS, field="forms")
    return Words(words.language, text, title, "\n".join(forms))


def _checked(field: str, text: str, limit: int) -> str:
    text = normalise(text)
    if len(text) > limit:
        raise AidTooLong(limit=limit, length=len(text), field=field)
    check_clean(text)
    return text
