"""The tokens of words that somebody has read, as the pages carry them."""

from sqlalchemy.orm import Session

from app.foundation.text import text_digest
from app.norms.models import Norm
from app.norms.queries import draft_seen
from app.norms.seen import Seen


def token(**texts: str) -> str:
    """Of a clause with these authentic texts, by language."""
    return str(Seen(text_digest(texts)))


def whole(session: Session, norm: Norm) -> str:
    """Of the norm's present draft."""
    return str(draft_seen(session, norm.current_draft_id))
