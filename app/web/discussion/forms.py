"""What the forms about comments send."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from app.discussion.models import (
    ChangeOperation,
    CommentKind,
    Decision,
    HidingReason,
    Satisfaction,
    SpeechForm,
)
from app.discussion.resending import LONGEST_KEY
from app.discussion.reviews.models import Finding
from app.kernel.context import Form
from app.kernel.input_limits import Number, Seen, Speaker

Key = Annotated[str, Field(min_length=1, max_length=LONGEST_KEY)]


class Button(StrEnum):
    """What is done with words that somebody writes."""

    SEND = "send"
    PREVIEW = "preview"
    KEEP = "keep"


class Speech(Form):
    """What the forms to comment and to propose have in common.

    ``looked``: what is alike was shown before. ``kept``: the mark of the kept words the form was filled with.
    ``back``: the comment to be backed in place of these words, with the version that was shown.
    """

    stakeholder: Speaker
    body: str = ""
    language: str
    read_language: str
    seen: str = ""  #: the words that were read; of a comment that is answered, its version
    form_key: Key
    act: Button = Button.SEND
    looked: bool = False
    kept: str = ""
    back: Seen | None = None


class CommentForm(Speech):
    kind: CommentKind = CommentKind.GENERAL
    quote: str = ""
    parent: Number = 0
    question: Number = 0  #: of the clause, that it answers


class ChangeForm(Speech):
    operation: ChangeOperation = ChangeOperation.REPLACE
    wording: str = ""


SPEECH_FORMS: Mapping[SpeechForm, type[CommentForm] | type[ChangeForm]] = {
    SpeechForm.COMMENT: CommentForm,
    SpeechForm.PROPOSE: ChangeForm,
}


class CommentEditForm(Form):
    body: str = ""
    language: str
    quote: str | None = None
    wording: str | None = None
    version: Number


class BackForm(Form):
    stakeholder: Speaker
    side: str = ""
    seen: Number


class HideForm(Form):
    reason: HidingReason


class ReleaseForm(Form):
    seen: Number


class DispositionForm(Form):
    decision: Decision
    reason: str = ""
    language: str
    duplicate_of: str = ""
    seen: Number
    version: Number


class ReplyForm(Form):
    satisfaction: Satisfaction
    note: str = ""
    seen: Number


class FindingForm(Form):
    finding: Finding
    reason: str = ""
    language: str
