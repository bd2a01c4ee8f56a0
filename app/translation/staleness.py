"""Whether a translation still renders the wording it was made from (pure)."""

from app.norms.models import Clause, ClauseText, TextStatus


def is_out_of_date(text: ClauseText, clause: Clause) -> bool:
    """The authentic wording has changed since the text was written."""
    return text.status is not TextStatus.AUTHENTIC and text.source_digest != clause.text_digest
