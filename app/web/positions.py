"""Pages: positions."""

from flask import Blueprint

blueprint = Blueprint("positions", __name__, url_prefix="/<lang:lang>")
