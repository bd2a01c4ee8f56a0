"""Pages: consensus."""

from flask import Blueprint

blueprint = Blueprint("consensus", __name__, url_prefix="/<lang:lang>")
