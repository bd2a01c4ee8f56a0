"""What an operation of the API is: a function whose types and words say all that a program has to know.

Its parameter ``body`` is the JSON that is sent, ``asked`` the query, every other one a part of the address;
what it returns is the answer. The description for machines is read from the same types.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

import pydantic
from flask import Blueprint, Response, request

from app.api.access import require_writing
from app.foundation.canonical import canonical
from app.foundation.errors import N_, AppError
from app.kernel.context import FormUnclear

JSON = "application/json"

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
View = Callable[..., pydantic.BaseModel]


class Shape(pydantic.BaseModel):
    """What goes in and out. Fields that are not known are refused."""

    model_config = pydantic.ConfigDict(extra="forbid")


class NotJson(AppError):
    code = "not-json"
    message = N_("Send JSON, with Content-Type: application/json.")
    status = 415


@dataclass(frozen=True)
class ApiOperation:
    """``body``, ``asked``: what the view takes besides its address, if anything."""

    method: str
    path: str
    status: int
    view: View
    body: type[Shape] | None
    asked: type[Shape] | None
    answer: type[pydantic.BaseModel]

    @property
    def name(self) -> str:
        return self.view.__name__

    @property
    def words(self) -> str:
        return inspect.getdoc(self.view) or ""

    def run(self, **address: Any) -> Response:
        if self.method != "GET":
            require_writing()
        if self.body is not None:
            address["body"] = sent(self.body)
        if self.asked is not None:
            address["asked"] = checked(lambda shape: shape.model_validate(request.args.to_dict()), self.asked)
        found = self.view(**address)
        response = Response(canonical(found.model_dump(mode="json")), self.status, mimetype=JSON)
        response.vary.add("Authorization")
        if self.method == "GET":
            response.add_etag(weak=True)  # one for every encoding
            response.make_conditional(request)
        return response


OPERATIONS: dict[str, ApiOperation] = {}


def operation(method: str, path: str, *, status: int = 200) -> Callable[[View], View]:
    """Declare a view as an operation of the API."""

    def declare(view: View) -> View:
        types = get_type_hints(view)
        one = ApiOperation(method, path, status, view, types.get("body"), types.get("asked"), types["return"])
        OPERATIONS[one.name] = one
        blueprint.add_url_rule(path, one.name, one.run, methods=[method])
        return view

    return declare


def sent(shape: type[Shape]) -> Shape:
    """The request's JSON.

    :raises NotJson: it says it is something else. :raises FormUnclear: naming the fields.
    """
    if request.mimetype != JSON:
        raise NotJson
    return checked(lambda wanted: wanted.model_validate_json(request.get_data(), strict=True), shape)


def checked(read: Callable[[type[Shape]], Shape], shape: type[Shape]) -> Shape:
    try:
        return read(shape)
    except pydantic.ValidationError as error:
        raise FormUnclear([str(one["loc"][0]) for one in error.errors() if one["loc"]]) from error
