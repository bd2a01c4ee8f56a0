"""Alembic's environment: the application's own engine and metadata."""

import importlib
from pathlib import Path
from typing import Any

from alembic import context
from flask import current_app

from app.foundation import jobs  # noqa: F401 - its table belongs to the metadata
from app.foundation.database import Base, Moment

for models in sorted(Path(current_app.root_path).glob("*/models.py")):
    importlib.import_module(f"app.{models.parent.name}.models")

engine = current_app.extensions["migrate"].db.engine


def plain_types(kind: str, thing: Any, _context: Any) -> str | bool:
    """Write portable types into migrations, so that these outlive our classes."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_item=plain_types,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
