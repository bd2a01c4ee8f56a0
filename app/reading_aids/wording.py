"""The words of an aid, checked before they are kept (pure)."""

from dataclasses import dataclass

from app.foundation.errors import N_, BadInput
from app.foundation.text import TextField, normalise
from app.reading_aids.models import AidKind

LONGEST = 3000  #: characters of a note, a definition or a question
LONGEST_TERM = 120
MOST_FORMS = 20


class AidEmpty(BadInput):
    code = "aid-empty"
    message = N_("Enter your text first.")


class AidTooLong(BadInput):
    code = "aid-too-long"
    message = N_("This may have %(limit)s characters; it has %(length)s.")


class TermMissing(BadInput):
    code = "term-missing"
    message = N_("Enter the term to be explained.")


class TooManyForms(BadInput):
    code = "too-many-forms"
    message = N_("Enter at most %(limit)s forms of the term.")


TEXT = TextField("text", LONGEST, AidTooLong, AidEmpty)
TERM = TextField("title", LONGEST_TERM, AidTooLong, TermMissing, in_one_line=True)
FORM = TextField("forms", LONGEST_TERM, AidTooLong, in_one_line=True)


@dataclass(frozen=True)
class AidWords:
    """What an aid says in one language; ``title`` and ``forms`` (one a line) are a term's alone."""

    language: str
    text: str
    title: str = ""
    forms: str = ""


def clean(kind: AidKind, words: AidWords) -> AidWords:
    """The words as they are kept.

    :raises AidEmpty: without a text. :raises TermMissing: a term without its word.
    :raises AidTooLong: beyond the limit. :raises TooManyForms: of a term.
    :raises UnsafeText: with characters that hide.
    """
    text = TEXT.clean(words.text)
    if kind is not AidKind.TERM:
        return AidWords(words.language, text)
    title = TERM.clean(words.title)
    lines = normalise(words.forms).split("\n")
    forms = {form: None for line in lines if (form := FORM.clean(line)) and form != title}
    if len(forms) > MOST_FORMS:
        raise TooManyForms(limit=MOST_FORMS, field="forms")
    return AidWords(words.language, text, title, "\n".join(forms))
