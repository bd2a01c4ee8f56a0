"""Pages: my."""

from flask import Blueprint

blueprint = Blueprint("my", __name__, url_prefix="/<lang:lang>")
