"""Compression of answers by Flask-Compress.

An entity tag names a page's content, not its bytes in one encoding: it is weak, so that Flask-Compress and
proxies leave it as it is.

BREACH: a secret that stands in a compressed page beside words that an attacker chose can be guessed from the
lengths of many answers. The secrets in our pages are the tokens against forged forms; the session cookie is
SameSite=Lax, so that what another site requests in the background is answered as to a visitor.
"""

from threading import Lock
from typing import Any

from cachetools import LRUCache
from flask import Flask, Request, Response, g, request
from flask_compress import Compress

ENCODINGS = ("br", "gzip")  #: the first where a reader likes several equally
KEPT = 1024


class KeptBodies:
    """Compressed bodies of pages that are kept; others are compressed for the one who asks."""

    def __init__(self) -> None:
        self._kept, self._lock = LRUCache[str, bytes](KEPT), Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            return self._kept.get(key)

    def set(self, key: str, body: bytes) -> None:
        if not key.endswith(";"):
            with self._lock:
                self._kept[key] = body


def keep(digest: str) -> None:
    """Let the answer to this request be compressed once for all who get the same."""
    g.compressed_as = digest


def _kept_as(_: Request) -> str:
    return str(g.get("compressed_as", ""))


SETTINGS: dict[str, Any] = {
    "COMPRESS_ALGORITHM": ENCODINGS,
    "COMPRESS_BR_LEVEL": 5,
    "COMPRESS_CACHE_BACKEND": KeptBodies,
    "COMPRESS_CACHE_KEY": _kept_as,
    "COMPRESS_EVALUATE_CONDITIONAL_REQUEST": False,  # whoever sets a tag has answered for it
    "COMPRESS_MIMETYPES": [
        *("text/html", "text/plain", "text/csv", "text/css", "text/javascript", "image/svg+xml"),
        *("application/json", "application/problem+json"),
    ],
    "COMPRESS_MIN_SIZE": 600,
    "COMPRESS_REGISTER": False,
    "COMPRESS_STREAMS": False,  # files, which are compressed by nature
}


def chosen() -> str | None:
    """The encoding that the reader likes best; None for the body as it is."""
    return request.accept_encodings.best_match(ENCODINGS)


def register(app: Flask) -> None:
    app.config.from_mapping(SETTINGS)
    library = Compress(app)

    @app.after_request
    def compress(response: Response) -> Response:
        # Flask-Compress 1.25 takes "gzip;q=0" for consent where nothing else is named.
        request.environ["HTTP_ACCEPT_ENCODING"] = chosen() or "identity"
        return library.after_request(response)
