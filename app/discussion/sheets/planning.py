"""What each row of somebody's sheet would do, before anything is written (pure)."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.discussion.models import CommentKind
from app.discussion.proposed import check_differs
from app.discussion.quoting import occurs, squeezed
from app.discussion.service import BODY, CommentEmpty
from app.discussion.sheets.columns import Column
from app.discussion.sheets.records import Record, reads_as
from app.discussion.sheets.rows import Row, together
from app.foundation.canonical import canonical
from app.foundation.errors import N_, AppError, BadInput, Conflict, NotAllowed, Phrase
from app.norms.wording import WORDING

NUMBER = re.compile(r"c([1-9][0-9]{0,8})", re.IGNORECASE)


class ClauseUnknown(BadInput):
    code = "sheet-clause-unknown"
    message = N_("The draft has no clause “%(clause)s”.")


class ClauseGone(ClauseUnknown):
    code = "sheet-clause-gone"
    message = N_("The clause “%(clause)s” is not in the present draft any more.")


class ClauseUnclear(ClauseUnknown):
    code = "sheet-clause-unclear"
    message = N_("The draft has several clauses “%(clause)s”. Give the permanent id of the one you mean.")


class OtherDraft(Conflict):
    code = "sheet-other-draft"
    message = N_("The row is about draft %(draft)s; the present one is draft %(present)s.")


class SomebodyElse(NotAllowed):
    code = "sheet-somebody-else"
    message = N_("The row is for “%(member)s”; you are speaking for “%(name)s”.")


class NumberUnknown(BadInput):
    code = "sheet-number-unknown"
    message = N_(
        "%(number)s is no comment of yours that stands on this draft; it may have been withdrawn. "
        "Leave the number empty in a new row."
    )


class Altered(Conflict):
    code = "sheet-altered"
    message = N_(
        "%(number)s was sent and reads otherwise. To say this as well, put it in a row without a number."
    )


class ReasonMissing(BadInput):
    code = "sheet-reason-missing"
    message = N_("Say why the wording should change, in the column of comments.")


SAID_ABOVE = N_("Row %(place)s says the same.")


class Outcome(StrEnum):
    ADD = "add"
    THERE = "there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says. ``code`` None for the whole draft; ``wording`` None but for a proposed change."""

    code: str | None
    kind: CommentKind
    language: str
    read_language: str
    body: str
    quote: str = ""
    wording: str | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """``number``: of the comment that is there already; ``reason``: why it is refused, or not added again."""

    row: Row
    outcome: Outcome
    said: Said | None = None
    number: int | None = None
    reason: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Clauses:
    """A draft: code → language → text; a label as it is compared → the codes that have it."""

    texts: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, Sequence[str]]
    gone: frozenset[str] = frozenset()  #: codes of provisions that are not in it

    def code_of(self, row: Row) -> str | None:
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
        found = self.labels.get(label_key(label), ())
        if not found:
            raise ClauseUnknown(clause=label[:40])
        if len(found) > 1:
            raise ClauseUnclear(clause=label[:40])
        return found[0]


def label_key(label: str) -> str:
    """Labels are compared without regard to case, width, blanks and a full stop at the end.

    >>> label_key(" 3.  (A). ") == label_key("3. (a)")
    True
    """
    return squeezed(unicodedata.normalize("NFKC", label)).casefold().rstrip(". ")


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are held against. ``names``: what the stakeholder may be called, as it is compared."""

    draft_id: int
    draft: int
    stakeholder_id: int
    name: str
    names: frozenset[str]
    clauses: Clauses
    read_language: str
    has_wording: bool = True  #: proposed changes are written as the whole new wording, not as instructions
    known: Mapping[str, int] = field(default_factory=dict)  #: key of words → number of the comment
    records: Mapping[int, Record] = field(default_factory=dict)  #: the comments the sheet may name by number


def key_of(draft_id: int | None, stakeholder_id: int, said: Said) -> str:
    """What makes two comments the same: whose, on which clause of which draft, what kind, which words."""
    parts = [draft_id, stakeholder_id, said.code or "", said.kind.value, said.quote, said.body, said.wording]
    return hashlib.sha256(canonical(parts)).hexdigest()


def plan(rows: Iterable[Row], ground: Ground) -> list[Planned]:
    """One outcome for each row into which somebody has written, in order."""
    outcomes: list[Planned] = []
    seen: dict[str, str] = {}
    for row in rows:
        if not row.is_filled:
            continue
        if row.fault:
            outcomes.append(Planned(row, Outcome.REFUSED, reason=Phrase(row.fault)))
            continue
        try:
            number = _sent_before(row, ground)
            if number is not None:
                outcomes.append(Planned(row, Outcome.THERE, number=number))
                continue
            said = said_in(row, ground)
        except AppError as refusal:
            outcomes.append(Planned(row, Outcome.REFUSED, reason=refusal.phrase))
            continue
        key = key_of(ground.draft_id, ground.stakeholder_id, said)
        if key in ground.known:
            outcomes.append(Planned(row, Outcome.THERE, said, number=ground.known[key]))
        elif key in seen:
            outcomes.append(
                Planned(row, Outcome.THERE, said, reason=Phrase(SAID_ABOVE, {"place": seen[key]}))
            )
        else:
            seen[key] = row.place
            outcomes.append(Planned(row, Outcome.ADD, said))
    return outcomes


def _sent_before(row: Row, ground: Ground) -> int | None:
    """The number of the comment the row is, if it names one and still says the same.

    :raises AppError: it is nobody's, or reads otherwise.
    """
    named = NUMBER.fullmatch(row.text(Column.NUMBER))
    if named is None:
        return None
    record = ground.records.get(int(named[1]))
    if record is None:
        raise NumberUnknown(number=named[0])
    if not reads_as(row, record):
        raise Altered(number=named[0])
    return record.number


def said_in(row: Row, ground: Ground) -> Said:
    """What a new row says.

    :raises AppError: why it cannot be taken.
    """
    member, draft = row.text(Column.MEMBER), row.text(Column.DRAFT)
    if member and label_key(member) not in ground.names:
        raise SomebodyElse(member=member[:80], name=ground.name)
    if draft and draft != str(ground.draft):
        raise OtherDraft(draft=draft[:20], present=ground.draft)
    if not row.has_words:
        raise CommentEmpty
    code, kind, language = ground.clauses.code_of(row), row.kind, row.language(ground.read_language)
    texts = ground.clauses.texts[code] if code else {}
    read_language = language if language in texts else ground.read_language
    text = texts.get(read_language)
    wording = _wording(row, text) if ground.has_wording and text is not None else None
    if wording is not None and not row.text(Column.COMMENT):
        raise ReasonMissing
    quote = row.text(Column.PARAGRAPH)
    # A proposed change is about the whole clause: it has no quote of its own.
    is_quote = wording is None and text is not None and occurs(quote, text)
    taken = {
        Column.PARAGRAPH: is_quote,
        Column.CHANGE: wording is not None or row.text(Column.CHANGE) == text,
    }
    cells = {
        column: row.text(column)
        for column in (Column.LINE, Column.PARAGRAPH, Column.COMMENT, Column.CHANGE)
        if not taken.get(column)
    }
    body = BODY.clean(together(cells, language))
    return Said(code, kind, language, read_language, body, squeezed(quote) if is_quote else "", wording)


def _wording(row: Row, text: str) -> str | None:
    """The new wording of the clause; None where nothing would change.

    :raises BadInput: too long, or with characters that hide.
    """
    if not row.text(Column.CHANGE):
        return None
    wording = WORDING.clean(row.text(Column.CHANGE))
    if wording == text:
        return None
    check_differs(text, wording)
    return wording
