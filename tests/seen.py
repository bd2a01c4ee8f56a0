"""The tokens of words that a person has read, as the pages carry them."""

from sqlalchemy.orm import Session

from app.foundation.text import text_digest
from app.foundation.versions import version_of
from app.norms.models import Clause, Norm
from app.norms.queries import draft_seen
from app.norms.seen import Seen


def token(**texts: str) -> str:
    """Of a clause with these authentic texts, by language."""
    return str(Seen(text_digest(texts)))


def whole(session: Session, norm: Norm) -> str:
    """Of the norm's present draft."""
    return str(draft_seen(session, norm.current_draft_id))


def of_translation(clause: Clause, language: str) -> dict[str, Seen | str]:
    """What the form of a translation carries."""
    present = next((text.fields for text in clause.texts if text.language == language), {})
    return {"seen": Seen(clause.text_digest), "version": version_of(present)}
