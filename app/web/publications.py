"""Pages: publications."""

from flask import Blueprint

blueprint = Blueprint("publications", __name__, url_prefix="/<lang:lang>")
