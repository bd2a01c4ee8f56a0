"""Pages: norms."""

from flask import Blueprint

blueprint = Blueprint("norms", __name__, url_prefix="/<lang:lang>")
