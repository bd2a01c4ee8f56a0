"""A clause's texts and the digest of the authentic ones together (pure)."""

from collections.abc import Sequence

from app.foundation.errors import N_, BadInput
from app.foundation.text import TextField, text_digest
from app.norms.models import Clause, ClauseText, TextStatus

LONGEST_CLAUSE = 200_000  #: characters


class TextMissing(BadInput):
    code = "text-missing"
    message = N_("Enter the text of the clause.")


class ClauseTooLong(BadInput):
    code = "clause-too-long"
    message = N_("A clause may have %(limit)s characters; this one has %(length)s.")


WORDING = TextField("text", LONGEST_CLAUSE, ClauseTooLong, TextMissing)


def put_text(clause: Clause, language: str, text: str, status: TextStatus) -> ClauseText:
    """Write the clause's wording in one language as rendering its present authentic texts."""
    wording = WORDING.clean(text)
    for present in clause.texts:
        if present.language == language:
            present.text, present.status, present.source_digest = wording, status, clause.text_digest
            return present
    new = ClauseText(language=language, text=wording, status=status, source_digest=clause.text_digest)
    clause.texts.append(new)
    return new


def digest_of(clause: Clause, authentic_languages: Sequence[str]) -> bytes:
    """Of the authentic texts that exist, together."""
    return text_digest(
        {text.language: text.text for text in clause.texts if text.language in authentic_languages}
    )


def refresh_digest(clause: Clause, authentic_languages: Sequence[str]) -> None:
    """After an authentic text has changed. What renders the earlier wording stays bound to that."""
    clause.text_digest = digest_of(clause, authentic_languages)
    for text in clause.texts:
        if text.language in authentic_languages:
            text.source_digest = clause.text_digest
