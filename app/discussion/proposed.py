"""The wording that a proposed change puts in place of the present one, checked before it is kept (pure)."""

from dataclasses import replace

from app.discussion.models import ChangeOperation
from app.foundation.errors import N_, BadInput, NotFound
from app.norms.models import Clause
from app.norms.wording import WORDING
from app.reference.lookalikes import unseen_difference


class SameWording(BadInput):
    code = "same-wording"
    message = N_("This is the current wording. Change the text, or submit a comment instead.")


class UnseenChange(BadInput):
    code = "unseen-change"
    message = N_(
        "There is no visible difference from the current wording. The only differences are these "
        "characters, with their positions: %(signs)s. Change the text, or describe the correction "
        "in a comment."
    )


class WordingMissing(BadInput):
    code = "wording-missing"
    message = N_("Enter the wording you propose.")


PROPOSED = replace(WORDING, name="wording", missing=WordingMissing)


def changed_wording(clause: Clause, operation: ChangeOperation, wording: str, language: str) -> str | None:
    """The wording a proposal puts in place of, or after, the clause's text in a language; None deletes it.

    :raises NotFound: there is no such text. :raises WordingMissing: a replacement or insertion without words.
    :raises SameWording, UnseenChange: nothing would change that a reader sees.
    """
    present = next((one.text for one in clause.texts if one.language == language), None)
    if present is None:
        raise NotFound
    new = proposed_words(operation, wording)
    if operation is ChangeOperation.REPLACE:
        check_differs(present, new or "")
    return new


def proposed_words(operation: ChangeOperation, wording: str) -> str | None:
    """:raises WordingMissing: a replacement or insertion without words."""
    return None if operation is ChangeOperation.DELETE else PROPOSED.clean(wording)


def check_differs(present: str, new: str) -> None:
    """:raises SameWording: it is the present wording. :raises UnseenChange: no reader sees a difference."""
    if new == present:
        raise SameWording(field="wording")
    signs = unseen_difference(present, new)
    if signs:
        raise UnseenChange(signs=", ".join(signs), field="wording")
