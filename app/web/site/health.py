"""Is the process alive; can it serve."""

from typing import Any

from flask import Blueprint, Response, current_app, jsonify

from app.kernel import diagnosis
from app.kernel.context import now, session
from config import Config

blueprint = Blueprint("health", __name__)
PATHS = ("/healthz", "/readyz", "/metrics")


def by_any_name(serve: Any, config: Config) -> Any:
    """A load balancer asks by address for what tells nothing; all else is asked by the server's own name."""
    own = next(iter(config.hosts or ()), "").removeprefix(".")

    def served(environ: dict[str, Any], start: Any) -> Any:
        if own and environ.get("PATH_INFO") in PATHS:
            environ["HTTP_HOST"] = own
        return serve(environ, start)

    return served


@blueprint.get("/healthz")
def alive() -> Response:
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Each part with its condition; what is wrong with it is told by ``flask doctor`` alone.

    503 where acts would fail; a missing worker or mail server is no reason to send people elsewhere.
    """
    found = diagnosis.readiness(session(), current_app.extensions["config"], now=now())
    worst = diagnosis.worst(found)
    parts = {one.part: one.condition for one in found}
    return jsonify(status=worst, parts=parts), 503 if worst is diagnosis.Condition.UNAVAILABLE else 200
