"""Effect of each row of a form, before anything is written (pure)."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from app.discussion.models import CommentKind
from app.discussion.proposed import check_differs
from app.discussion.quotes import occurs, squeezed
from app.discussion.service import BODY, CommentEmpty
from app.discussion.sheets.clause_names import ClauseGone, Clauses, label_key
from app.discussion.sheets.columns import Column
from app.discussion.sheets.export_rows import Record, reads_as
from app.discussion.sheets.row_model import SheetRow, together
from app.foundation.canonical import canonical
from app.foundation.errors import N_, AppError, BadInput, Conflict, NotAllowed, Phrase
from app.norms.seen import Seen, WordingChanged
from app.norms.wording import WORDING

NUMBER = re.compile(r"c([1-9][0-9]{0,8})", re.IGNORECASE)


class OtherDraft(Conflict):
    code = "sheet-other-draft"
    message = N_("The row refers to draft %(draft)s; the current draft is draft %(present)s.")


class DraftUnsaid(BadInput):
    code = "sheet-draft-unsaid"
    message = N_("The row does not name its draft. Select the draft for the whole form below.")


class RowOutdated(WordingChanged):
    code = "sheet-wording-changed"
    message = N_("The wording for which this row was written has changed.")

    def __init__(self, code: str | None, language: str, seen: Seen) -> None:
        self.changed = WordsChanged(code, language, seen)
        super().__init__()


class SomebodyElse(NotAllowed):
    code = "sheet-somebody-else"
    message = N_("The row is for “%(member)s”; you represent “%(name)s”.")


class NumberUnknown(BadInput):
    code = "sheet-number-unknown"
    message = N_(
        "%(number)s is not one of your active comments on this draft; it may have been withdrawn. "
        "To submit a new comment, leave the number blank."
    )


class Altered(Conflict):
    code = "sheet-altered"
    message = N_(
        "%(number)s has already been submitted with different text. To submit this as a new "
        "comment, leave its number blank."
    )


class SheetReasonMissing(BadInput):
    code = "sheet-reason-missing"
    message = N_("Give the reason for the change of wording in the comments column.")


SAID_ABOVE = N_("Row %(place)s has the same content.")


class WordsChanged(NamedTuple):
    """The words a row was written for, which are others by now. ``code`` None: the whole draft."""

    code: str | None
    language: str
    seen: Seen


class RowOutcome(StrEnum):
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
    seen: Seen | None = field(default=None, compare=False)  #: the words it is said on


@dataclass(frozen=True, slots=True)
class Planned:
    """``number``: of the comment that is there already; ``reason``: why it is refused, or not added again;
    ``changed``: the words it was written for, where it is refused because they are others by now.
    """

    row: SheetRow
    outcome: RowOutcome
    said: Said | None = None
    number: int | None = None
    reason: Phrase | None = None
    changed: WordsChanged | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What rows are held against. ``names``: what the stakeholder may be called, as it is compared.

    ``drafts``: the present draft, ``draft``, and others that rows are about, by number; ``about``: the one of
    rows that do not say it, 0 where nobody has said it.
    """

    draft_id: int
    draft: int
    about: int
    stakeholder_id: int
    name: str
    names: frozenset[str]
    drafts: Mapping[int, Clauses]
    read_language: str
    has_wording: bool = True  #: proposed changes are written as the whole new wording, not as instructions
    known: Mapping[str, int] = field(default_factory=dict)  #: key of words → number of the comment
    records: Mapping[int, Record] = field(default_factory=dict)  #: the comments the sheet may name by number


def key_of(draft_id: int | None, stakeholder_id: int, said: Said) -> str:
    """What makes two comments the same: whose, on which clause of which draft, what kind, which words."""
    parts = [draft_id, stakeholder_id, said.code or "", said.kind.value, said.quote, said.body, said.wording]
    return hashlib.sha256(canonical(parts)).hexdigest()


def plan(rows: Iterable[SheetRow], ground: Ground) -> list[Planned]:
    """One outcome for each row that was filled in, in order."""
    outcomes: list[Planned] = []
    seen: dict[str, str] = {}
    for row in rows:
        if not row.is_filled:
            continue
        if row.fault:
            outcomes.append(Planned(row, RowOutcome.REFUSED, reason=Phrase(row.fault)))
            continue
        try:
            number = _sent_before(row, ground)
            if number is not None:
                outcomes.append(Planned(row, RowOutcome.THERE, number=number))
                continue
            said = said_in(row, ground)
        except AppError as refusal:
            changed = refusal.changed if isinstance(refusal, RowOutdated) else None
            outcomes.append(Planned(row, RowOutcome.REFUSED, reason=refusal.phrase, changed=changed))
            continue
        key = key_of(ground.draft_id, ground.stakeholder_id, said)
        if key in ground.known:
            outcomes.append(Planned(row, RowOutcome.THERE, said, number=ground.known[key]))
        elif key in seen:
            outcomes.append(
                Planned(row, RowOutcome.THERE, said, reason=Phrase(SAID_ABOVE, {"place": seen[key]}))
            )
        else:
            seen[key] = row.place
            outcomes.append(Planned(row, RowOutcome.ADD, said))
    return outcomes


def _sent_before(row: SheetRow, ground: Ground) -> int | None:
    """The number of the comment the row is, if it names one and still says the same.

    :raises AppError: no comment has it, or it reads otherwise.
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


def said_in(row: SheetRow, ground: Ground) -> Said:
    """What a new row says.

    :raises AppError: why it cannot be taken.
    """
    member = row.text(Column.MEMBER)
    if member and label_key(member) not in ground.names:
        raise SomebodyElse(member=member[:80], name=ground.name)
    if not row.has_words:
        raise CommentEmpty
    kind, language = row.kind, row.language(ground.read_language)
    code, read_language, seen = _read(row, ground, language)
    text = ground.drafts[ground.draft].texts[code].get(read_language) if code else None
    wording = _wording(row, text) if ground.has_wording and text is not None else None
    if wording is not None and not row.text(Column.COMMENT):
        raise SheetReasonMissing
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
    said_of = squeezed(quote) if is_quote else ""
    return Said(code, kind, language, read_language, body, said_of, wording, seen)


def _read(row: SheetRow, ground: Ground, language: str) -> tuple[str | None, str, Seen]:
    """The clause a row is about, the language in which it was read, and its words: the present ones.

    What a row was made for is told by its digest, else by the draft it names, else by that of the sheet.

    :raises DraftUnsaid: none of them. :raises OtherDraft: the norm has no such draft.
    :raises RowOutdated: the words are others by now.
    """
    present, token = ground.drafts[ground.draft], row.text(Column.SEEN)
    named = row.text(Column.DRAFT) or str(ground.about or (ground.draft if token else ""))
    if not named:
        raise DraftUnsaid
    about = ground.drafts.get(int(named) if named.isdecimal() and len(named) < 10 else 0)
    if about is None:
        raise OtherDraft(draft=named[:20], present=ground.draft)
    code = about.code_of(row)
    if code and code not in present.texts:
        raise ClauseGone(clause=row.text(Column.CLAUSE) or code)
    texts = present.texts[code] if code else {}
    languages = [one for one in (language, ground.read_language) if one in texts] or [ground.read_language]
    seen = Seen.read(token, Column.SEEN) if token else about.read(code, languages[0])
    for one in (*languages, *texts):
        if present.read(code, one) == seen:
            return code, one, seen
    raise RowOutdated(code, languages[0], seen)


def _wording(row: SheetRow, text: str) -> str | None:
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
