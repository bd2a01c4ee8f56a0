"""What a database has of what this version reads, asked of the database itself."""

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.foundation.database import Base


def try_once(session: Session) -> None:
    """:raises SQLAlchemyError: the database does not answer."""
    session.execute(sa.text("SELECT 1"))


def is_empty(session: Session) -> bool:
    """Whether no migration was ever run."""
    return not sa.inspect(session.connection()).has_table("alembic_version")


def migrations_reached(session: Session) -> set[str]:
    """The revisions of the schema at which the database stands.

    :raises SQLAlchemyError: it does not answer, or was never migrated.
    """
    return set(session.scalars(sa.text("SELECT version_num FROM alembic_version")))


def missing_columns(session: Session) -> Iterator[str]:
    """Each column, as "table.column", that the models have and the database has not."""
    there = sa.inspect(session.connection()).get_multi_columns()
    for table in Base.metadata.sorted_tables:
        known = {column["name"] for column in there.get((None, table.name), ())}
        yield from (f"{table.name}.{column.name}" for column in table.columns if column.name not in known)


def size_of(session: Session) -> int:
    """How many bytes the database takes."""
    pages = sa.text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    whole = sa.text("SELECT pg_database_size(current_database())")
    size: int = session.execute(pages if session.get_bind().dialect.name == "sqlite" else whole).scalar_one()
    return size


def clock_of(session: Session) -> dt.datetime | None:
    """The time by the database's own clock; None for SQLite, which has its host's."""
    if session.get_bind().dialect.name == "sqlite":
        return None
    moment: dt.datetime = session.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
    return moment
