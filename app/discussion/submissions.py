"""What a person submits, as one value (pure)."""

from dataclasses import dataclass

from app.discussion.models import CommentKind
from app.norms.seen import Seen


@dataclass(frozen=True)
class Submission:
    """For which stakeholder something is said, in which words, and on what words that were read.

    ``language``: of ``body``. ``read_language``: of the text that was read, ``seen``: its words, those of a
    clause or of the whole draft; of a comment that is answered, its version. ``quote``: the words of the
    clause it is about. The same ``form_key`` twice is one comment.
    """

    stakeholder_id: int
    body: str
    language: str
    read_language: str
    seen: Seen | int
    kind: CommentKind = CommentKind.SUBSTANTIVE
    quote: str = ""
    form_key: str | None = None
