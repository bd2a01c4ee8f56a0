"""Requests are counted by their rule, and Prometheus reads what was counted."""

import time
from hmac import compare_digest

from flask import Blueprint, Flask, Response, g, request

from app.foundation import metrics
from app.foundation.errors import NotFound
from app.kernel import context
from app.kernel.seen_from_outside import exposition

blueprint = Blueprint("measured", __name__)

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
OTHER = "other"  #: a method that HTTP does not know
UNKNOWN = "unknown"  #: the rule of an address that none fits
FORMAT = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/metrics")
def read() -> Response:
    """For whoever has the token of the settings; without one, there is no such page."""
    token, sent = context.settings().metrics_token, request.authorization
    if not token:
        raise NotFound
    told = sent.token or "" if sent and sent.type == "bearer" else ""
    if not compare_digest(told.encode(), token.encode()):
        return Response(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    return Response(exposition(), content_type=FORMAT)


def register(app: Flask) -> None:
    if not app.extensions["config"].metrics_token:
        return

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else UNKNOWN
        method = request.method if request.method in METHODS else OTHER
        metrics.REQUESTS.add(method, route, str(response.status_code))
        if "began" in g:
            metrics.REQUEST_SECONDS.add(time.perf_counter() - g.began, route)
        return response
