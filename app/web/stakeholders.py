"""Pages: stakeholders."""

from flask import Blueprint

blueprint = Blueprint("stakeholders", __name__, url_prefix="/<lang:lang>")
