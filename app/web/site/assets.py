"""Static files under the fingerprint of their content: immutable, put together and compressed once.

Style sheet and script are written in parts that are meant to be read, and sent as one small file each.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli
import rcssmin
import rjsmin
from flask import Blueprint, Flask, Response, abort, current_app, url_for

from app.web.site import compression

FOREVER = "public, max-age=31536000, immutable"
APP = Path(__file__).parents[2]
STYLES = ("tokens", "base", "layout", "components", "pages")  #: in this order: later ones may say more
SCRIPTS = ("kept_words", "list_keys")

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


def sources() -> dict[str, bytes]:
    """Name → bytes of every static file."""
    static = APP / "static"
    files = {path.relative_to(static).as_posix(): path.read_bytes() for path in sorted(static.rglob("*.*"))}
    styles = "".join((APP / "styles" / f"{name}.css").read_text() for name in STYLES)
    scripts = "\n".join((APP / "scripts" / f"{name}.js").read_text() for name in SCRIPTS)
    return files | {
        "concord.css": rcssmin.cssmin(styles).encode(),
        "concord.js": rjsmin.jsmin(scripts).encode(),
    }


def made(name: str, body: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(hashlib.sha256(body).hexdigest()[:12], kind, body)


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
    app.extensions["assets"] = {name: made(name, body) for name, body in sources().items()}
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = address
