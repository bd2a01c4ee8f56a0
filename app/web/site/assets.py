"""Static files under the fingerprint of their content: immutable, and compressed once."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, abort, current_app, request, url_for

from app.web.site.compression import best_encoding

FOREVER = "public, max-age=31536000, immutable"
FOLDER = Path(__file__).parents[2] / "static"

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One static file: its bytes as they are and compressed."""

    fingerprint: str
    media_type: str
    twins: dict[str | None, bytes]


def load(folder: Path) -> dict[str, Asset]:
    assets = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            twins: dict[str | None, bytes] = {None: body}
            if kind.startswith(("text/", "image/svg", "application/javascript")):
                twins |= {"br": brotli.compress(body), "gzip": gzip.compress(body, 9, mtime=0)}
            name = path.relative_to(folder).as_posix()
            assets[name] = Asset(hashlib.sha256(body).hexdigest()[:12], kind, twins)
    return assets


def address(name: str) -> str:
    """The immutable address of a static file."""
    return url_for("assets.file", fingerprint=current_app.extensions["assets"][name].fingerprint, name=name)


@blueprint.get("/static/<fingerprint>/<path:name>")
def file(fingerprint: str, name: str) -> Response:
    asset: Asset | None = current_app.extensions["assets"].get(name)
    if asset is None or asset.fingerprint != fingerprint:
        abort(404)
    encoding = best_encoding(request.headers.get("Accept-Encoding", ""))
    body = asset.twins.get(encoding)
    if body is None:
        encoding, body = None, asset.twins[None]
    response = Response(body, mimetype=asset.media_type)
    response.headers["Cache-Control"] = FOREVER
    response.vary.add("Accept-Encoding")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


def register(app: Flask) -> None:
    app.extensions["assets"] = load(FOLDER)
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = address
