"""The clauses of a draft as rows of a sheet name them, with the words that are read of each (pure)."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.discussion.sheets.columns import Column
from app.discussion.sheets.row_model import SheetRow
from app.foundation.errors import N_, BadInput
from app.norms.seen import Seen


class ClauseUnknown(BadInput):
    code = "sheet-clause-unknown"
    message = N_("The draft has no clause “%(clause)s”.")


class ClauseGone(ClauseUnknown):
    code = "sheet-clause-gone"
    message = N_("The clause “%(clause)s” is no longer in the current draft.")


class ClauseUnclear(ClauseUnknown):
    code = "sheet-clause-unclear"
    message = N_("The draft has several clauses “%(clause)s”. Give the permanent id of the one you mean.")


class ClauseIsNumber(ClauseUnknown):
    code = "sheet-clause-is-number"
    message = N_(
        "The cell contains the number %(clause)s, which may refer to: %(labels)s. Format the "
        "column of clauses as text and enter the label again."
    )


@dataclass(frozen=True, slots=True)
class Clauses:
    """A draft: code → language → text; a label as it is compared → the codes that have it.

    ``seen``: what is read of each clause, code → language → its words; ``whole``: of the draft.
    """

    texts: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, Sequence[str]]
    seen: Mapping[str, Mapping[str, Seen]]
    whole: Seen
    gone: frozenset[str] = frozenset()  #: codes of provisions that are not in it

    def read(self, code: str | None, language: str) -> Seen:
        """The words of a clause, or of the whole draft, that a person had who read in a language."""
        return self.seen[code].get(language) or next(iter(self.seen[code].values())) if code else self.whole

    def code_of(self, row: SheetRow) -> str | None:
        """By permanent id, else by label; None for the whole draft.

        :raises ClauseUnknown: no clause, or not one alone.
        """
        if row.names_whole_draft:
            return None
        code = row.text(Column.PROVISION).casefold()
        if code in self.texts:
            return code
        if code:
            raise ClauseGone(clause=code) if code in self.gone else ClauseUnknown(clause=code[:40])
        label = row.text(Column.CLAUSE)
        if Column.CLAUSE in row.numbers:
            self._check_number(label)
        found = self.labels.get(label_key(label)) or self.labels.get(bare_label(label), ())
        if not found:
            raise ClauseUnknown(clause=label[:40])
        if len(found) > 1:
            raise ClauseUnclear(clause=label[:40])
        return found[0]

    def _check_number(self, label: str) -> None:
        """:raises ClauseIsNumber: the cell holds a number that several labels are written as."""
        alike = [other for other in self.labels if _as_number(other) == _as_number(label)]
        if alike and alike != [label_key(label)]:
            raise ClauseIsNumber(clause=label[:40], labels=", ".join(alike))


def label_key(label: str) -> str:
    """Labels are compared without regard to case, width, blanks, the script of digits and a full stop at the
    end.

    >>> label_key(" 3.  (A). ") == label_key("3.(a)"), label_key("١") == label_key("1")
    (True, True)
    """
    plain = unicodedata.normalize("NFKC", label).casefold()
    digits = (str(unicodedata.decimal(letter, letter)) for letter in plain if not letter.isspace())
    return "".join(digits).rstrip(".")


def bare_label(label: str) -> str:
    """The key of a label without the word before its number, as in "Clause 3" or "المادة ٣".

    >>> bare_label("Clause 4.2"), bare_label("第3条"), bare_label("Annex A")
    ('4.2', '3', 'annexa')
    """
    key = label_key(label)
    found = _WORD_AND_NUMBER.fullmatch(key)
    return found[1] if found else key


_WORD_AND_NUMBER = re.compile(r"[^\W\d_]+\.?([0-9][^\s条]*)条?")


def _as_number(label: str) -> float | None:
    try:
        return float(label) if _NUMBER.fullmatch(label) else None
    except ValueError:
        return None


_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
