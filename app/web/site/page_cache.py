"""Pages that no act has changed are not rendered twice, and none is rendered by two at once.

A norm's page depends on its last act in the record and, for what its closing date says, on the minute. While
people act, a page may be a few seconds old; not for who has just acted.
"""

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

from cachetools import LRUCache
from flask import Flask, Response, current_app, g, request, session
from sqlalchemy.engine import Connection
from werkzeug.http import quote_etag

from app.audit.queries import page as entries
from app.audit.queries import revision
from app.foundation import metrics
from app.kernel import context
from app.kernel.extensions import db
from app.web.site import compression

T = TypeVar("T")
ROOM = 512
PATIENCE = 10  #: seconds beyond its age that a page is served for while one request renews it
ACTED = "acted"  #: in the session: when this person last acted, in seconds
#: What the pages that are kept are asked; with any other question a page is made for the one who asks.
ASKED = frozenset({"at", "beside", "after", "before", "positions", "of", "unendorsed"})


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
class Renewed(Generic[T]):
    """A value, the state it was made of, and when that was last the present state."""

    name: str = ""  #: of the cache
    turn: Lock = field(default_factory=Lock)
    value: T | None = None  #: None: not made yet
    state: Hashable = None
    checked: float = float("-inf")

    def get(self, state: Callable[[], Hashable], make: Callable[[], T], age: float) -> T:
        """The value, at most ``age`` seconds old; at most ``PATIENCE`` older while another renews it."""
        begun, known = monotonic(), self.value
        if known is not None and begun - self.checked < age:
            metrics.CACHE.add(self.name, "fresh")
            return known
        may_wait = known is None or not age or begun - self.checked >= age + PATIENCE
        if not self.turn.acquire(blocking=may_wait) and known is not None:
            metrics.CACHE.add(self.name, "stale")
            return known
        outcome = "same"
        try:
            if self.value is None or self.checked <= begun:  # else another has asked while this one waited
                asked, present = monotonic(), state()
                if self.value is None or present != self.state:
                    outcome = "made"
                    self.value, self.state = make(), present
                self.checked = asked
            metrics.CACHE.add(self.name, outcome)
            return self.value
        finally:
            self.turn.release()


class RenewingCache(Generic[T]):
    """Values that are made again, by one request at a time, when the state they were made of has passed.

    ``age``: seconds for which a value is not compared with the present state; 0: it is, by everybody.
    """

    def __init__(self, room: int = ROOM, *, name: str = "") -> None:
        self.name = name  #: in the figures that are seen from outside
        self._kept, self._lock = LRUCache[Hashable, Renewed[T]](room), Lock()

    def get(self, key: Hashable, state: Callable[[], Hashable], make: Callable[[], T], *, age: float) -> T:
        with self._lock:
            kept = self._kept.setdefault(key, Renewed[T](self.name))
        try:
            return kept.get(state, make, age)
        finally:
            if kept.value is None:  # nothing could be made: it takes no room
                with self._lock:
                    self._kept.pop(key, None)

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
        """Browsers ask again each time; a proxy in front keeps it as long as it is kept here."""
        headers = {"ETag": quote_etag(self.etag, weak=True), "Vary": "Cookie"}
        if seconds := current_app.extensions["config"].page_seconds:
            headers["Cache-Control"] = f"max-age=0, must-revalidate, s-maxage={seconds}"
        if request.if_none_match.contains_weak(self.etag):
            return Response(status=304, headers=headers)
        compression.keep(self.etag)
        return Response(self.body, mimetype="text/html", headers=headers)


def state_of(slug: str, connection: Connection) -> Hashable:
    """What every page of a norm depends on."""
    known = revision(connection, slug)
    return known, int(context.now().timestamp()) // 60


def age() -> float:
    """How many seconds old what is shown may be: nothing, for who has acted since the oldest that is served,
    and for what a page is made of that is kept itself.
    """
    seconds: int = current_app.extensions["config"].page_seconds
    sees_own = context.now().timestamp() < session.get(ACTED, 0) + seconds + PATIENCE
    return 0 if sees_own or "complete_up_to" in g else seconds


def present_state(slug: str) -> Hashable:
    """The state as it is now, whatever this request's transaction has read before."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return state_of(slug, connection)


def has_acted() -> None:
    """This person sees what they did, at once."""
    session[ACTED] = int(context.now().timestamp())


def for_visitors(slug: str, render: Callable[[], str]) -> Response | str:
    """The page from the cache for a visitor; made for this request alone for everybody else.

    The key holds the whole query, since a page repeats it in its links to other languages. Pages with one
    are kept apart: whoever makes queries up cannot drive out what everybody reads.
    """
    asked = tuple(sorted(request.args.items(multi=True)))
    if session or not ASKED.issuperset(request.args):  # signed in, or with a form or a notice of one's own
        return render()

    def make() -> CachedPage:
        g.complete_up_to = next((one.at for one in entries(context.session(), norm=slug, limit=1)), None)
        return CachedPage(render().encode())

    cache: RenewingCache[CachedPage] = current_app.extensions["asked_page_cache" if asked else "page_cache"]
    return cache.get((request.path, asked), lambda: present_state(slug), make, age=age()).answer()


def register(app: Flask) -> None:
    app.extensions["page_cache"] = RenewingCache[CachedPage](name="page")
    app.extensions["asked_page_cache"] = RenewingCache[CachedPage](128, name="page")
    app.extensions["draft_cache"] = RenewingCache[object](256, name="draft")

    @app.after_request
    def note_act(response: Response) -> Response:
        if request.method == "POST" and response.status_code < 400 and "_user_id" in session:
            has_acted()
        return response
