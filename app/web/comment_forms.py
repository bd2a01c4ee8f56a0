"""What the forms about comments send."""

from typing import Annotated

from pydantic import Field

from app.discussion.models import CommentKind, Decision, HidingReason, Operation, Satisfaction
from app.discussion.service import LONGEST_KEY
from app.web.admission import Number
from app.web.desk import Form

Key = Annotated[str, Field(min_length=1, max_length=LONGEST_KEY)]


class CommentForm(Form):
    stakeholder: Number
    kind: CommentKind = CommentKind.GENERAL
    body: str = ""
    quote: str = ""
    language: str
    read_language: str
    form_key: Key
    parent: Number = 0


class ChangeForm(Form):
    stakeholder: Number
    operation: Operation = Operation.REPLACE
    wording: str = ""
    body: str = ""
    language: str
    read_language: str
    form_key: Key


class BackForm(Form):
    stakeholder: Number
    side: str = ""


class HideForm(Form):
    reason: HidingReason


class DispositionForm(Form):
    decision: Decision
    reason: str = ""
    language: str
    duplicate_of: str = ""


class ReplyForm(Form):
    satisfaction: Satisfaction
    note: str = ""
