"""Pages that no act has changed are not rendered twice.

A norm's page depends on its last act in the record and, for what its closing date says, on the minute.
"""

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache
from flask import Flask, Response, current_app, request, session
from sqlalchemy.engine import Connection
from werkzeug.http import quote_etag

from app.audit.queries import revision
from app.kernel import context
from app.kernel.extensions import db
from app.web.site import compression

T = TypeVar("T")
ROOM = 512
#: What the pages that are kept are asked; with any other question a page is made for the one who asks.
ASKED = frozenset({"beside", "after", "before", "positions", "of", "unendorsed"})


class Cache(Generic[T]):
    """The most recently used values, up to a fixed number."""

    def __init__(self, room: int = ROOM) -> None:
        self._kept, self._lock = LRUCache[Hashable, T](room), Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        value = make()
        with self._lock:
            self._kept[key] = value
        return value

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()


@dataclass
class CachedPage:
    """A rendered page and its tag."""

    body: bytes
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        self.etag = hashlib.sha256(self.body).hexdigest()[:24]

    def answer(self) -> Response:
        headers = {"ETag": quote_etag(self.etag, weak=True), "Vary": "Cookie"}
        if request.if_none_match.contains_weak(self.etag):
            return Response(status=304, headers=headers)
        compression.keep(self.etag)
        return Response(self.body, mimetype="text/html", headers=headers)


def state_of(slug: str, connection: Connection | None = None) -> Hashable:
    """What every page of a norm depends on."""
    known = revision(connection or context.session().connection(), slug)
    return known, int(context.now().timestamp()) // 60


def for_visitors(slug: str, render: Callable[[], str]) -> Response | str:
    """The page from the cache for a visitor; made for this request alone for everybody else.

    The key holds the whole query, since a page repeats it in its links to other languages.
    """
    asked = tuple(sorted(request.args.items(multi=True)))
    if session or not ASKED.issuperset(request.args):  # signed in, or with a form or a notice of one's own
        return render()
    cache: Cache[CachedPage] = current_app.extensions["page_cache"]
    # One question on a connection of its own: no transaction to begin and end around it.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = (request.path, asked, state_of(slug, connection))
    return cache.get(key, lambda: CachedPage(render().encode())).answer()


def register(app: Flask) -> None:
    app.extensions["page_cache"] = Cache[CachedPage]()
    app.extensions["draft_cache"] = Cache[object](64)
