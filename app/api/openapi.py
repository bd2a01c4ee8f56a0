"""The API described for machines (OpenAPI 3.1), read from the operations themselves (pure)."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import models_json_schema

from app.api.operations import JSON, ApiOperation

PART = re.compile(r"<(?:(\w+):)?(\w+)>")
SCHEMAS = "#/components/schemas/"
TAKEN, TOLD = "validation", "serialization"
ABOUT = (
    "The same acts and the same figures as the pages. Without a token, what everybody may read; with one "
    "(Authorization: Bearer …), what its person may do."
)
REFUSED = "The request is refused. `code` says why; the words are in the language of Accept-Language."
PROBLEM = {
    "type": "object",
    "description": "A refusal, as RFC 9457 says.",
    "required": ["type", "title", "status", "code", "instance"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "What happened and what to do."},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "instance": {"type": "string"},
        "field": {"type": "string", "description": "What to look at again."},
        "details": {"type": "array", "items": {"type": "string"}},
    },
}


def described(operations: Iterable[ApiOperation], prefix: str) -> dict[str, Any]:
    """The document for operations whose addresses begin with ``prefix``."""
    every = list(operations)
    shapes = dict.fromkeys(
        (shape, mode)
        for one in every
        for shape, mode in (
            (one.body, TAKEN),
            (one.asked, TAKEN),
            (one.answer, TOLD),
        )
        if shape is not None
    )
    names, definitions = models_json_schema(list(shapes), ref_template=SCHEMAS + "{model}")  # type: ignore[arg-type]
    paths: dict[str, dict[str, Any]] = {}
    for one in every:
        path = prefix + PART.sub(r"{\2}", one.path)
        paths.setdefault(path, {})[one.method.lower()] = _operation(one, names, definitions["$defs"])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Concord",
            "version": "1",
            "description": ABOUT,
        },
        "paths": paths,
        "components": {
            "schemas": {"Problem": PROBLEM, **definitions["$defs"]},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{}, {"token": []}],
    }


def _operation(one: ApiOperation, names: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    summary, _, more = one.words.partition("\n\n")
    parameters = [_part(kind, name) for kind, name in PART.findall(one.path)]
    if one.asked is not None:
        asked = definitions[_name(names[one.asked, TAKEN])]
        parameters += [
            {"name": name, "in": "query", "schema": schema} for name, schema in asked["properties"].items()
        ]
    refusal = {
        "description": REFUSED,
        "content": {"application/problem+json": {"schema": {"$ref": SCHEMAS + "Problem"}}},
    }
    found: dict[str, Any] = {
        "operationId": one.name,
        "summary": " ".join(summary.split()),
        "responses": {
            str(one.status): {
                "description": "As asked.",
                "content": {JSON: {"schema": names[one.answer, TOLD]}},
            },
            "default": refusal,
        },
    }
    if more:
        found["description"] = " ".join(more.split())
    if one.method == "GET":
        found["responses"]["304"] = {"description": "What you have is still true (If-None-Match)."}
    else:
        found["security"] = [{"token": []}]
    if one.method == "POST":
        parameters.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "The same key sent twice acts once.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 64},
            }
        )
    if parameters:
        found["parameters"] = parameters
    if one.body is not None:
        content = {JSON: {"schema": names[one.body, TAKEN]}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _part(kind: str, name: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string"}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).removeprefix(SCHEMAS)
