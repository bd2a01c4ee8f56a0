"""Static files under the fingerprint of their content: immutable, compressed to the least, once."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli
from flask import Blueprint, Flask, Response, abort, current_app, url_for

from app.web.site import compression

FOREVER = "public, max-age=31536000, immutable"
FOLDER = Path(__file__).parents[2] / "static"

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One static file."""

    fingerprint: str
    media_type: str
    body: bytes

    @cached_property
    def bodies(self) -> dict[str | None, bytes]:
        """By encoding; made when it is first asked for, which takes longer than all else of a start."""
        if not self.media_type.startswith(("text/", "image/svg", "application/javascript")):
            return {None: self.body}
        return {
            None: self.body,
            "br": brotli.compress(self.body),
            "gzip": gzip.compress(self.body, 9, mtime=0),
        }


def load(folder: Path) -> dict[str, Asset]:
    assets = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            body = path.read_bytes()
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            name = path.relative_to(folder).as_posix()
            assets[name] = Asset(hashlib.sha256(body).hexdigest()[:12], kind, body)
    return assets


def address(name: str) -> str:
    """The immutable address of a static file."""
    return url_for("assets.file", fingerprint=current_app.extensions["assets"][name].fingerprint, name=name)


@blueprint.get("/static/<fingerprint>/<path:name>")
def file(fingerprint: str, name: str) -> Response:
    asset: Asset | None = current_app.extensions["assets"].get(name)
    if asset is None or asset.fingerprint != fingerprint:
        abort(404)
    encoding = compression.chosen()
    if encoding not in asset.bodies:
        encoding = None
    response = Response(asset.bodies[encoding], mimetype=asset.media_type)
    response.headers["Cache-Control"] = FOREVER
    if encoding:
        response.headers["Content-Encoding"] = encoding
    return response


def register(app: Flask) -> None:
    app.extensions["assets"] = load(FOLDER)
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = address
