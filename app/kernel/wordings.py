"""The wording read and the current wording, side by side, where they differ."""

from dataclasses import dataclass

from app.compilation.merge.redline import redline
from app.discussion.models import Comment
from app.kernel import context
from app.kernel.redlines import Runs, as_runs
from app.norms import queries
from app.norms.models import Clause, Norm
from app.norms.queries import draft_seen
from app.norms.seen import Seen, SeenUnclear, seen_in, text_read


@dataclass(frozen=True)
class WordingContrast:
    """Both texts with their difference. ``before`` is None where it is not kept any more.

    Of a whole draft: its number, ``draft``, to be compared with the present one, and no texts.
    """

    language: str
    before: str | None = None
    after: str = ""
    runs: Runs = ()
    draft: int | None = None


def contrast(norm: Norm, clause: Clause | None, language: str, seen: Seen) -> WordingContrast | None:
    """What has changed since it was read; None where nothing has."""
    session = context.session()
    if clause is None:
        if seen == queries.draft_seen(session, norm.current_draft_id):
            return None
        draft = queries.draft_seen_as(session, norm, seen)
        return WordingContrast(language, draft=draft.number if draft else None)
    if seen == seen_in(clause, language):
        return None
    text, before = text_read(clause, language), queries.words_seen(session, clause, language, seen)
    after = text.text if text else ""
    runs = as_runs(redline(before, after)) if before is not None else ()
    return WordingContrast(text.language if text else language, before, after, runs)


def changed(norm: Norm, clause: Clause | None, language: str, token: str | None) -> WordingContrast | None:
    """The same for what a form carries; None too where it carries none that can be read."""
    try:
        return contrast(norm, clause, language, Seen.read(token or ""))
    except SeenUnclear:
        return None


def members(norm: Norm, clause: Clause, language: str, seen: Seen) -> dict[str, str]:
    """What the API adds to a refusal of words that are others by now."""
    found = contrast(norm, clause, language, seen)
    return {} if found is None else {"read": found.before or "", "present": found.after}


def what_is_read(norm: Norm, clause: Clause | None, parent: Comment | None, language: str) -> Seen | int:
    """What stands on the page of a form: the comment that is answered, the clause, or the draft."""
    if parent is not None:
        return parent.version
    return seen_in(clause, language) if clause else draft_seen(context.session(), norm.current_draft_id)
