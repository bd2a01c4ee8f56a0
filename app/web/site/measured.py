"""What Prometheus is told: requests by their rule, and how jobs and the database stand."""

import time
from collections.abc import Iterator
from hmac import compare_digest

from flask import Blueprint, Flask, Response, g, request

from app.foundation import jobs, metrics
from app.foundation.errors import NotFound
from app.foundation.metrics import Found
from app.kernel import context, diagnosis, release
from app.kernel.diagnosis import Condition

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
    return Response(metrics.exposition(found), content_type=FORMAT)


def found() -> Iterator[Found]:
    """What is asked for at this moment; while the database is away, without what it alone knows."""
    now, session = context.now(), context.session()
    yield Found(metrics.INFO, 1, (release.version(), ",".join(diagnosis.newest_revision())))
    parts = {one.part: one.condition for one in diagnosis.readiness(session, context.settings(), now=now)}
    for part, condition in parts.items():
        yield Found(metrics.CONDITION, list(Condition).index(condition), (part,))
    yield Found(metrics.DATABASE_UP, parts["database"] is Condition.OK)
    if parts.get("schema") is not Condition.OK:
        return
    for queue in jobs.queues(session, now=now):
        yield Found(metrics.WAITING, queue.waiting + queue.in_hand, (queue.kind,))
        yield Found(metrics.FAILED, queue.failed, (queue.kind,))
        since = queue.due_since or now
        yield Found(metrics.OLDEST, (now - since).total_seconds(), (queue.kind,))


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
