"""Refusals as RFC 9457 says: the words that pages use, and the code that programs read."""

from collections.abc import Sequence
from typing import Any

import structlog
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException

from app.foundation import metrics
from app.foundation.canonical import canonical
from app.foundation.database import is_away
from app.foundation.errors import N_, AppError, NotFound, Phrase
from app.kernel.context import FormUnclear
from app.kernel.formats import words
from app.kernel.refusals import Failed, TooLarge, Unclear, away

log = structlog.get_logger("api")
MEDIA_TYPE = "application/problem+json"


def problem(refusal: AppError, status: int | None = None) -> Response:
    """``type`` is about:blank: the code says which refusal it is. ``field``: what to look at again."""
    metrics.REFUSALS.add(refusal.code)
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": words(refusal.phrase),
        "status": status or refusal.status,
        "code": refusal.code,
        "instance": request.path,
    }
    details = [words(line) for line in lines_of(refusal)]
    content |= {"details": details} if details else {}
    content |= {"field": refusal.field} if refusal.field else {}
    content |= refusal.facts
    response = Response(canonical(content), status=content["status"], mimetype=MEDIA_TYPE)
    response.headers["Cache-Control"] = "no-store"
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Concord"'
    if refusal.seconds is not None:
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


def lines_of(refusal: AppError) -> Sequence[Phrase]:
    """What a program is told of its JSON by the names of the fields, which pages show beside their fields."""
    if isinstance(refusal, FormUnclear):
        return [Phrase(N_("Check “%(field)s”."), {"field": name}) for name in refusal.fields]
    return refusal.details


def http(error: HTTPException) -> Response:
    """What Flask itself refuses."""
    refusal: AppError = {404: NotFound, 413: TooLarge}.get(error.code or 400, Unclear)()
    response = problem(refusal, error.code)
    response.headers.update({name: value for name, value in error.get_headers() if name == "Allow"})
    return response


def register(blueprint: Blueprint) -> None:
    @blueprint.errorhandler(AppError)
    def refused(refusal: AppError) -> Response:
        return problem(refusal)

    @blueprint.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        if is_away(error):
            return problem(away(error))
        log.exception("unexpected")
        if current_app.config["PROPAGATE_EXCEPTIONS"] or current_app.testing:
            raise error
        return problem(Failed())

    blueprint.register_error_handler(HTTPException, http)
