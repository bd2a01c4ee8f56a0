"""The newest assessment, for pages.

An assessment is never changed and its digest names what it holds, so each result is read out of the database
and parsed once.
"""

from typing import Any

from flask import Flask, current_app
from sqlalchemy.orm.attributes import set_committed_value

from app.consensus import queries
from app.consensus.models import Assessment
from app.kernel import context
from app.web.site.page_cache import Cache

ROOM = 16  #: results; each may hold some megabytes


def latest(norm_id: int, draft_id: int | None) -> Assessment | None:
    """The newest assessment of one of a norm's drafts. Its result is shared: read it, do not change it."""
    found = queries.latest(context.session(), norm_id, draft_id)
    if found is not None:
        cache: Cache[dict[str, Any]] = current_app.extensions["result_cache"]
        set_committed_value(found, "result", cache.get(found.digest, lambda: found.result))
    return found


def register(app: Flask) -> None:
    app.extensions["result_cache"] = Cache[dict[str, Any]](ROOM)
