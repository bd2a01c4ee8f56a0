"""Pages: record."""

from flask import Blueprint

blueprint = Blueprint("record", __name__, url_prefix="/<lang:lang>")
