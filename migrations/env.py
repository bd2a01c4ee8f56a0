"""Alembic's environment: the application's own engine and metadata."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import context
from alembic.util import CommandError, load_python_file
from flask import current_app

from app.foundation import jobs  # noqa: F401 - its table belongs to the metadata
from app.foundation.database import Base, Moment

for models in sorted(Path(current_app.root_path).glob("*/models.py")):
    importlib.import_module(f"app.{models.parent.name}.models")

engine = current_app.extensions["migrate"].db.engine
losses = load_python_file(context.script.dir, "losses.py")


def plain_types(kind: str, thing: Any, _context: Any) -> str | bool:
    """Write portable types into migrations, so that these outlive our classes."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Moment) else False


@contextmanager
def tables_can_be_laid_out_anew(connection: sa.Connection) -> Iterator[None]:
    """SQLite alters a table by copying it, during which others would name a table that is not there.

    What they name is looked at when a migration has ended, in its transaction (``names_what_is_there``).
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def names_what_is_there(ctx: Any, step: Any, **_: Any) -> None:
    if ctx.dialect.name == "sqlite":
        lost = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if lost is not None:
            raise CommandError(
                f"{step.up_revision_id}: row {lost[1]} of {lost[0]} names a {lost[2]} that is not there"
            )


def refuse_to_lose_data() -> None:
    """Before the first step of a downgrade, unless the operator has accepted it for this very database."""
    database = Path(engine.url.database or "").name
    migrations = context.get_context()
    steps_between = migrations._migrations_fn
    if steps_between is None or context.get_x_argument(as_dictionary=True).get("lose-data") == database:
        return

    def checked(heads: Any, there: Any) -> list[Any]:
        steps = list(steps_between(heads, there))
        found = losses.refusal([step.revision for step in steps if step.is_downgrade], database)
        if found:
            raise CommandError(found)
        return steps

    migrations._migrations_fn = checked


with engine.connect() as connection, tables_can_be_laid_out_anew(connection):
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_item=plain_types,
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        on_version_apply=names_what_is_there,
    )
    refuse_to_lose_data()
    with context.begin_transaction():
        context.run_migrations()
