"""The fields of the forms at the bench."""

from pydantic import Field

from app.kernel.context import Form
from app.kernel.input_limits import Key, Number


class VersionForm(Form):
    version: Number


class MotiveForm(VersionForm):
    motive: str = ""
    takes_up: list[str] = Field(default_factory=list)


class ClauseEditForm(MotiveForm):
    language: str
    text: str = ""


class MoveForm(MotiveForm):
    after: Number = 0
    depth: Number = 0
    label: str = ""


class AddForm(Form):
    after: Number = 0
    label: str = ""
    language: str
    text: str = ""
    motive: str = ""
    takes_up: list[str] = Field(default_factory=list)
    change: Number = 0
    form_key: Key
