"""Compression of dynamic pages."""

import gzip

import brotli
from flask import Flask, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response

SMALL = 600  # bytes; below this, compressing costs more than it saves
COMPRESSIBLE = ("text/", "application/json", "application/problem+json", "image/svg+xml")


def best_encoding(accepted: str) -> str | None:
    """What the reader likes best of "br" and "gzip", "br" where both are equal; None for neither.

    >>> best_encoding("gzip;q=0.8"), best_encoding("br;q=0, gzip"), best_encoding("*"), best_encoding("")
    ('gzip', 'gzip', 'br', None)
    """
    return parse_accept_header(accepted, Accept).best_match(("br", "gzip"))


def squeeze(body: bytes, encoding: str) -> bytes:
    return brotli.compress(body, quality=5) if encoding == "br" else gzip.compress(body, 6, mtime=0)


def register(app: Flask) -> None:
    @app.after_request
    def compress(response: Response) -> Response:
        if response.direct_passthrough or response.is_streamed or "Content-Encoding" in response.headers:
            return response
        if not (response.mimetype or "").startswith(COMPRESSIBLE) or response.status_code in (204, 304):
            return response
        response.vary.add("Accept-Encoding")
        encoding = best_encoding(request.headers.get("Accept-Encoding", ""))
        body = response.get_data()
        if encoding and len(body) >= SMALL:
            response.set_data(squeeze(body, encoding))
            response.headers["Content-Encoding"] = encoding
        return response
