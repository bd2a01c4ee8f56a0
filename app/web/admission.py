"""What no request may hold, because no database takes it: the character NUL, and numbers without end."""

from typing import Annotated

from flask import Flask, request
from pydantic import BeforeValidator, Field
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**63 - 1

#: A row's number in a form.
Number = Annotated[int, Field(ge=0, le=LARGEST)]

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
        values = [request.path, *request.args.values(), *request.args, *request.form.values(), *request.form]
        if any("\x00" in value for value in values):
            raise BadRequest
