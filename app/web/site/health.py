"""Is the process alive; can it serve."""

from alembic.config import Config as AlembicConfig
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from app.foundation.database import migrations_reached
from app.kernel.context import session

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def alive() -> Response:
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """The database answers and stands at the newest migration."""
    try:
        present = migrations_reached(session())
    except SQLAlchemyError:
        return jsonify(status="unavailable", database="no answer, or not migrated"), 503
    config = AlembicConfig()
    config.set_main_option("script_location", current_app.extensions["migrate"].directory)
    newest = ScriptDirectory.from_config(config).get_heads()
    if present != set(newest):
        return jsonify(status="unavailable", migrations="run: flask db upgrade"), 503
    return jsonify(status="ok"), 200
