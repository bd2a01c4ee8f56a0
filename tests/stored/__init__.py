"""The database of each release with its files, one file each, that both kinds of database can be filled from.

``0.1.0.json.xz`` holds its revision, the rows of each table in plain JSON, and the packages that were
published. ``python -m tests.stored.making`` adds that of a new release (CONTRIBUTING, "A release").
"""

import base64
import datetime as dt
import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import sort_tables

FOLDER, ENDING = Path(__file__).parent, ".json.xz"
VERSION_TABLE = "alembic_version"
AT_A_TIME = 500  #: rows in a statement; few enough for the number of values that SQLite takes

Row = dict[str, Any]
Content = dict[str, Any]  #: {"revision": …, "tables": {name: [row, …]}, "files": {path: base64}}


def reflected(engine: sa.Engine) -> sa.MetaData:
    """The tables as they are, whatever the application believes; an empty JSON field is NULL."""
    metadata = sa.MetaData()
    metadata.reflect(engine)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.JSON):
                column.type.none_as_null = True
    return metadata


def rows_of(engine: sa.Engine) -> dict[str, list[Row]]:
    """What is in the database, in values that JSON knows: the same from both kinds of database."""
    with engine.connect() as connection:
        return {
            name: [
                {column.name: plain(value) for column, value in zip(table.columns, row, strict=True)}
                for row in connection.execute(sa.select(table).order_by(*key_of(table)))
            ]
            for name, table in sorted(reflected(engine).tables.items())
            if name != VERSION_TABLE
        }


def key_of(table: sa.Table) -> list[sa.Column[Any]]:
    return list(table.primary_key.columns)


def plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dt.datetime):
        utc = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
        return utc.isoformat()
    return value.isoformat() if isinstance(value, dt.date) else value


def typed(value: Any, kind: sa.types.TypeEngine[Any]) -> Any:
    """The reverse of ``plain`` for a column of this type."""
    if value is None:
        return None
    if isinstance(kind, sa.DateTime):
        return dt.datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return dt.date.fromisoformat(value)
    return base64.b64decode(value) if isinstance(kind, sa.LargeBinary) else value


def keep(engine: sa.Engine, revision: str, folder: Path, path: Path) -> None:
    """Store the database and the packages of its data folder."""
    files = {
        str(file.relative_to(folder)): base64.b64encode(file.read_bytes()).decode()
        for file in sorted(folder.glob("*/*.zip"))
    }
    content = {"revision": revision, "tables": rows_of(engine), "files": files}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(lzma.compress(text.encode(), preset=9))


def releases() -> list[str]:
    """Those whose database is stored, oldest first."""
    found = [path.name.removesuffix(ENDING) for path in FOLDER.glob(f"*{ENDING}")]
    return sorted(found, key=lambda release: [int(part) for part in release.split(".")])


def path_of(release: str) -> Path:
    return FOLDER / f"{release}{ENDING}"


def stored(release: str) -> Content:
    content: Content = json.loads(lzma.decompress(path_of(release).read_bytes()))
    return content


def fill(engine: sa.Engine, folder: Path, content: Content) -> None:
    """Put the rows into the tables of their revision, and the packages into the data folder."""
    metadata = reflected(engine)
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for table in sort_tables(metadata.tables.values(), skip_fn=closes_a_circle):
            rows = content["tables"].get(table.name, [])
            _insert(connection, table, [_ready(table, row) for row in rows])
        _close_circle(connection, metadata, content)
        if engine.dialect.name == "postgresql":
            _go_on_counting(connection, metadata)
    for name, text in content["files"].items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(base64.b64decode(text))


def closes_a_circle(key: sa.ForeignKey) -> bool:
    return key.parent.name == "current_draft_id"


def _ready(table: sa.Table, row: Row) -> Row:
    unknown = set(row) - set(table.columns.keys())
    assert not unknown, f"{table.name} of this revision has no {unknown}"
    return {name: typed(value, table.columns[name].type) for name, value in row.items()}


def _insert(connection: sa.Connection, table: sa.Table, rows: list[Row]) -> None:
    """Rows that name others of their table go in together: a statement is checked when it ends."""
    if table.name == "norm":
        rows = [{**row, "current_draft_id": None} for row in rows]
    names_itself = any(key.column.table is table for key in table.foreign_keys)
    if rows and not names_itself:
        connection.execute(table.insert(), rows)
    elif rows:
        for start in range(0, len(rows), AT_A_TIME):
            connection.execute(table.insert().values(rows[start : start + AT_A_TIME]))


def _close_circle(connection: sa.Connection, metadata: sa.MetaData, content: Content) -> None:
    """A norm names its draft, and a draft its norm."""
    norm = metadata.tables["norm"]
    for row in content["tables"]["norm"]:
        values = {"current_draft_id": row["current_draft_id"]}
        connection.execute(norm.update().where(norm.c.id == row["id"]).values(values))


def _go_on_counting(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """What is added later gets numbers behind those that are there."""
    for table in metadata.tables.values():
        for column in key_of(table):
            given = {"table": table.name, "column": column.name}
            sequence = sa.text("SELECT pg_get_serial_sequence(:table, :column)")
            name = connection.execute(sequence, given).scalar_one()
            last = connection.execute(sa.select(sa.func.max(column))).scalar_one() if name else None
            if last is not None:
                connection.execute(sa.select(sa.func.setval(name, last)))


def lost_or_altered(
    before: dict[str, list[Row]], after: dict[str, list[Row]], keys: sa.MetaData
) -> Iterator[str]:
    """What the first holds and the second does not, as "table", "table.column" and "table key: column"."""
    for name, rows in before.items():
        if name not in after:
            yield name
            continue
        key = [column.name for column in key_of(keys.tables[name])]
        there = {tuple(row[part] for part in key): row for row in after[name]}
        columns = set(keys.tables[name].columns.keys())
        yield from (f"{name}.{column}" for column in sorted({c for row in rows[:1] for c in row} - columns))
        for row in rows:
            number = tuple(row[part] for part in key)
            found = there.get(number)
            if found is None:
                yield f"{name} {number}"
            else:
                kept = sorted(set(row) & columns)
                yield from (f"{name} {number}: {one}" for one in kept if row[one] != found[one])
