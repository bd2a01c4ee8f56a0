"""What the forms about comments send."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from app.discussion.models import (
    ChangeOperation,
    CommentKind,
    Decision,
    Satisfaction,
    SpeechForm,
)
from app.discussion.reviews.models import Finding
from app.kernel.context import Form
from app.kernel.input_limits import Key, Number, Seen, Speaker
from app.reading_aids.models import Bearing


class Button(StrEnum):
    """What is done with words that a person writes."""

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
    stakeholder_id: Speaker = Field(alias="stakeholder")
    side: str = ""
    seen: Number


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


class ReasonForm(Form):
    bearing: Bearing
    words: str = ""
