"""Pages: preparation."""

from flask import Blueprint

blueprint = Blueprint("preparation", __name__, url_prefix="/<lang:lang>")
