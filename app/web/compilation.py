"""Pages: compilation."""

from flask import Blueprint

blueprint = Blueprint("compilation", __name__, url_prefix="/<lang:lang>")
