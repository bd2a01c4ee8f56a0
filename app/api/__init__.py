"""The API: the same verbs as the pages, as JSON."""

from typing import Any

from flask import Flask, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.api import access, acting, openapi, problems, reading
from app.api.operations import OPERATIONS, blueprint
from app.kernel import refusals
from app.kernel.extensions import csrf

__all__ = ["acting", "reading", "register"]

blueprint.before_request(access.take_token)
problems.register(blueprint)


@blueprint.get("/openapi.json")
def description() -> Response:
    document = openapi.described(OPERATIONS.values(), blueprint.url_prefix or "")
    response: Response = jsonify(document)
    response.add_etag(weak=True)
    return response.make_conditional(request)


@blueprint.after_request
def note_use(response: Response) -> Response:
    access.note_use()
    return response


def register(app: Flask) -> None:
    csrf.exempt(blueprint)  # a token is sent on purpose, never by a browser on its own
    app.register_blueprint(blueprint)

    @app.errorhandler(404)
    @app.errorhandler(405)
    def not_there(error: HTTPException) -> Any:
        is_ours = request.path.startswith(f"{blueprint.url_prefix}/")
        return problems.http(error) if is_ours else refusals.http(error)
