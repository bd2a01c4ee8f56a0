"""Rejection of NUL characters and out-of-range numbers; cleaning of pasted text."""

from typing import Annotated

from flask import Flask, flash, request
from flask_babel import gettext as _
from pydantic import BeforeValidator, Field, PlainValidator
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map

from app.discussion.resending import KEY
from app.foundation.errors import N_, BadInput
from app.foundation.text import taken_out, without_debris
from app.kernel.refusals import UNKEPT
from app.norms.seen import Seen as Words

LARGEST = 2**63 - 1

#: A row's number in a form.
Number = Annotated[int, Field(ge=0, le=LARGEST)]


#: What tells one filling of a form from another.
Key = Annotated[str, Field(pattern=f"^(?:{KEY.pattern})$")]


class SpeakerMissing(BadInput):
    code = "speaker-missing"
    message = N_("Select the stakeholder you represent.")


def _named(value: object) -> object:
    """:raises SpeakerMissing: of several, none was chosen."""
    if value == "":
        raise SpeakerMissing(field="stakeholder")
    return value


#: For whom a person speaks.
Speaker = Annotated[Number, BeforeValidator(_named)]

#: The words that were on the page a form comes from. A form without them is refused by name.
Read = Annotated[Words, PlainValidator(Words.read), Field(default="", validate_default=True)]

#: Which version of what was on the page that a form comes from: "12.3".
Seen = Annotated[tuple[Number, Number], BeforeValidator(lambda text: tuple(text.split(".")))]


class NumberInAddress(IntegerConverter):
    """A row's number; a larger one is no address of this site."""

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST)


def whole(text: str) -> int:
    """A number in a query: ``request.args.get("after", 0, type=whole)``.

    :raises ValueError: it is none, or too large.
    """
    number = int(text) if len(text) < 20 else LARGEST + 1
    if not 0 <= number <= LARGEST:
        raise ValueError(text)
    return number


def register(app: Flask) -> None:
    app.url_map.converters["int"] = NumberInAddress

    @app.before_request
    def refuse_nul() -> None:
        if any("\x00" in value for value in (request.path, *request.args.values(), *request.args)):
            raise BadRequest

    @app.before_request
    def clear_form() -> None:
        """Take out of what was typed what nobody can see or find in it, and say so; passwords stay."""
        sent = list(request.form.items(multi=True))
        found = taken_out("".join(value for name, value in sent if name not in UNKEPT))
        if found:
            request.form = ImmutableMultiDict(
                (name, value if name in UNKEPT else without_debris(value)) for name, value in sent
            )
            flash(
                _(
                    "Invisible characters in the pasted text were removed or turned into line "
                    "breaks: %(characters)s.",
                    characters=", ".join(found),
                )
            )
