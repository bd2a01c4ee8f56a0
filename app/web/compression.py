"""Dynamic pages leave compressed where the browser can read it."""

import gzip

import brotli
from flask import Flask, request
from werkzeug.wrappers import Response

SMALL = 600  # bytes; below this, compressing costs more than it saves
COMPRESSIBLE = ("text/", "application/json", "application/problem+json", "image/svg+xml")


def best_encoding(accepted: str) -> str | None:
    """ "br" before "gzip"; None where the reader takes neither."""
    offered = {
        part.split(";")[0].strip().lower()
        for part in accepted.split(",")
        if "q=0" not in part.replace(" ", "")
    }
    return next((name for name in ("br", "gzip") if name in offered), None)


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
