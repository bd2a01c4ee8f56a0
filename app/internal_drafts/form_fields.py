"""The fields of a contribution: read from a form, and said aloud when it is endorsed (no database)."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TypeVar

from app.discussion.models import ChangeOperation, CommentKind
from app.discussion.proposed import changed_wording
from app.discussion.service import BODY, clean_quote
from app.foundation.errors import N_, BadInput, NotFound
from app.foundation.text import TextField
from app.internal_drafts.models import ContributionKind
from app.norms.models import Clause, ClauseKind
from app.norms.seen import Seen
from app.norms.service import check_languages
from app.positions.models import Stance
from app.positions.service import REASON, REMEDY, NotForPositions, ReasonMissing

Content = dict[str, str]
Reader = Callable[[Clause | None, Mapping[str, str]], Content]
E = TypeVar("E", bound=StrEnum)
LONGEST_NOTE = 5_000  #: characters


class NoteMissing(BadInput):
    code = "note-missing"
    message = N_("Add a note that gives the author the reason.")


class NoteTooLong(BadInput):
    code = "note-too-long"
    message = N_("A note may have %(limit)s characters; this one has %(length)s.")


NOTE = TextField("note", LONGEST_NOTE, NoteTooLong, NoteMissing)


def read(kind: ContributionKind, clause: Clause | None, fields: Mapping[str, str]) -> Content:
    """What is kept of a form's fields: what the entity could say just so if it were endorsed now.

    :raises AppError: what the comment, proposal or position itself would be refused for.
    """
    languages = {name: fields.get(name, "") for name in ("language", "read_language")}
    check_languages(list(languages.values()))
    return READERS[kind](clause, fields) | languages | {"seen": str(Seen.read(fields.get("seen", "")))}


def member(kind: type[E], fields: Mapping[str, str], name: str, default: E | None = None) -> E:
    """:raises BadInput: the field is no value of the enumeration."""
    try:
        return kind(fields.get(name) or default or "")
    except ValueError as error:
        raise BadInput(field=name) from error


def _comment(clause: Clause | None, fields: Mapping[str, str]) -> Content:
    return {
        "kind": member(CommentKind, fields, "kind", CommentKind.SUBSTANTIVE).value,
        "body": BODY.clean(fields.get("body", "")),
        "quote": clean_quote(fields.get("quote", ""), clause, fields.get("read_language", "")),
    }


def _change(clause: Clause | None, fields: Mapping[str, str]) -> Content:
    if clause is None:
        raise NotFound
    operation = member(ChangeOperation, fields, "operation", ChangeOperation.REPLACE)
    wording = changed_wording(clause, operation, fields.get("wording", ""), fields.get("read_language", ""))
    body = BODY.clean(fields.get("body", ""))
    return {"operation": operation.value, "wording": wording or "", "body": body}


def _position(clause: Clause | None, fields: Mapping[str, str]) -> Content:
    if clause is None:
        raise NotFound
    if clause.kind is ClauseKind.HEADING:
        raise NotForPositions
    stance = member(Stance, fields, "stance")
    reason, remedy = (field.clean(fields.get(field.name, "")) for field in (REASON, REMEDY))
    if stance is Stance.OBJECT and not reason:
        raise ReasonMissing(field="reason")
    return {"stance": stance.value, "reason": reason, "remedy": remedy if stance is Stance.OBJECT else ""}


READERS: Mapping[ContributionKind, Reader] = {
    ContributionKind.COMMENT: _comment,
    ContributionKind.CHANGE: _change,
    ContributionKind.POSITION: _position,
}
