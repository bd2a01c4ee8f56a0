"""Migrations: up, down and up again with rows inside, and the same schema as the models'."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from app.foundation.database import Base
from config import Config
from tests.databases import engine_for
from tests.house.laws import ROOT

VERSION_TABLE = "alembic_version"


@pytest.fixture
def bare_app(empty_database_url: str, tmp_path: Path, make_app: Callable[[Config], Flask]) -> Flask:
    """The application on a database without tables."""
    return make_app(Config(database_url=empty_database_url, data_dir=tmp_path / "var", secret_key="x"))


@pytest.fixture
def inspected(empty_database_url: str) -> Iterator[sa.Engine]:
    engine = engine_for(empty_database_url)
    yield engine
    engine.dispose()


def accepted(engine: sa.Engine) -> str:
    """The operator's consent to lose the data of this database."""
    return f"lose-data={Path(str(engine.url.database)).name}"


@contextmanager
def migrating(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def revision_before(title: str) -> str:
    scripts = ScriptDirectory(str(ROOT / "migrations")).walk_revisions()
    return next(str(one.down_revision) for one in scripts if one.path.endswith(f"_{title}.py"))


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names()) - {VERSION_TABLE}


def normal(text: str) -> str:
    return " ".join(text.split()).lower()


def rules(engine: sa.Engine) -> set[tuple[str, ...]]:
    """What Alembic's comparison does not look at: CHECK constraints, partial indexes and triggers."""
    inspector = sa.inspect(engine)
    found: set[tuple[str, ...]] = set()
    for table in tables(engine):
        for check in inspector.get_check_constraints(table):
            found.add(("check", table, str(check["name"]), normal(check["sqltext"])))
        for index in inspector.get_indexes(table):
            where = index.get("dialect_options", {}).get(f"{engine.dialect.name}_where", "")
            columns = ",".join(str(column) for column in index["column_names"])
            found.add(("index", table, str(index["name"]), columns, str(index["unique"]), normal(str(where))))
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            triggers = sa.text("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            triggers = sa.text(
                "SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid) || pg_get_functiondef(t.tgfoid) "
                "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
            )
        for table, name, definition in connection.execute(triggers):
            found.add(("trigger", table, name, normal(definition)))
    return found


def sample_value(column: sa.Column, number: int) -> object:
    """A literal of the column's type for row `number`, long enough for nothing and empty for nothing."""
    kind = column.type
    if isinstance(kind, sa.Enum):
        return kind.enums[0]
    if isinstance(kind, sa.types.TypeDecorator):
        kind = kind.impl_instance
    for sql_type, value in (
        (sa.Boolean, False),
        (sa.Integer, number),
        (sa.Float, 0.5),
        (sa.DateTime, "2026-03-02 09:30:00+00:00"),
        (sa.Date, "2026-03-02"),
        (sa.LargeBinary, bytes([number]) * 32),
        (sa.JSON, "{}"),
    ):
        if isinstance(kind, sql_type):
            return value
    return "xy"[number - 1] * 2


def sample_row(table: sa.Table, columns: Iterable[sa.Column], number: int) -> dict[str, object]:
    """Row `number`; of two columns that lead to one table, the second leads to the other row."""
    values = {column.name: sample_value(column, number) for column in columns}
    led_to: set[object] = set()
    for column in columns:
        numbers = {key.column for key in column.foreign_keys if key.column.primary_key}
        if numbers & led_to:
            values[column.name] = 3 - number
        led_to |= numbers
    return values


def insert_row(connection: sa.Connection, table: sa.Table, number: int) -> None:
    """One row by plain SQL: every column filled; or, where rules forbid it, all but one, or what must be."""
    refused = None
    may_be_empty = [column for column in table.columns if column.nullable]
    itself = [column for column in may_be_empty if column.references(table.c.get("id", column))]
    for left_out in ([], itself, *([column, *itself] for column in may_be_empty), may_be_empty):
        columns = [column for column in table.columns if column not in left_out]
        names = ", ".join(f'"{column.name}"' for column in columns)
        marks = ", ".join(f":{column.name}" for column in columns)
        try:
            with connection.begin_nested():
                connection.execute(
                    sa.text(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'),
                    sample_row(table, columns, number),
                )
            return
        except sa.exc.IntegrityError as error:
            refused = error
    raise AssertionError(f"no row for {table.name} can be made from sample values: {refused}")


def put_rows_into_each_table(engine: sa.Engine) -> None:
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        for table in Base.metadata.sorted_tables:
            insert_row(connection, table, 1)
            if "only_one" not in str([rule.name for rule in table.constraints]):
                insert_row(connection, table, 2)


def row_counts(engine: sa.Engine, *names: str) -> set[int]:
    with engine.connect() as connection:
        return {
            connection.execute(
                sa.select(sa.func.count()).select_from(Base.metadata.tables[name])
            ).scalar_one()
            for name in names or Base.metadata.tables
        }


def test_migrations_lead_to_the_tables_of_the_models(bare_app: Flask, inspected: sa.Engine) -> None:
    with migrating(bare_app):
        flask_migrate.upgrade()
    with inspected.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_lead_to_the_constraints_and_triggers_of_the_models(
    bare_app: Flask, inspected: sa.Engine, engine: sa.Engine
) -> None:
    with migrating(bare_app):
        flask_migrate.upgrade()
    assert sorted(rules(inspected)) == sorted(rules(engine))


def test_migrations_go_down_to_nothing_and_up_again(bare_app: Flask, inspected: sa.Engine) -> None:
    with migrating(bare_app):
        flask_migrate.upgrade()
        assert tables(inspected) == set(Base.metadata.tables)
        flask_migrate.downgrade(revision="base", x_arg=accepted(inspected))
        assert tables(inspected) == set()
        flask_migrate.upgrade()
    assert tables(inspected) == set(Base.metadata.tables)


def test_migrations_go_down_and_up_with_rows_in_every_table(bare_app: Flask, inspected: sa.Engine) -> None:
    with migrating(bare_app):
        flask_migrate.upgrade()
        put_rows_into_each_table(inspected)
        assert row_counts(inspected) == {1, 2}
        flask_migrate.downgrade(revision="base", x_arg=accepted(inspected))
        flask_migrate.upgrade()
    assert row_counts(inspected) == {0}


def test_a_downgrade_that_loses_data_is_refused_before_its_first_step(
    bare_app: Flask, inspected: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with migrating(bare_app):
        flask_migrate.upgrade()
        put_rows_into_each_table(inspected)
        for revision in ("base", "0014", "-1"):
            if revision == "-1":
                flask_migrate.downgrade(revision="0015", x_arg=accepted(inspected))
            caplog.clear()
            with pytest.raises(SystemExit):
                flask_migrate.downgrade(revision=revision)
            assert "Nothing was changed" in caplog.text
            assert "0015: steps that were requested, and how they ended" in caplog.text
            assert ("0001: everything" in caplog.text) == (revision == "base")
    assert row_counts(inspected, "job", "step_asked", "comment") == {2}


def test_consent_to_lose_the_data_of_another_database_counts_for_nothing(
    bare_app: Flask, inspected: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with migrating(bare_app):
        flask_migrate.upgrade()
        for consent in ("lose-data=yes", "lose-data=", "lose-data=other", accepted(inspected).upper()):
            caplog.clear()
            with pytest.raises(SystemExit):
                flask_migrate.downgrade(revision="base", x_arg=consent)
            assert f"-x {accepted(inspected)} " in caplog.text
    assert tables(inspected) == set(Base.metadata.tables)


def test_a_downgrade_that_loses_nothing_needs_no_consent(bare_app: Flask, inspected: sa.Engine) -> None:
    with migrating(bare_app):
        flask_migrate.upgrade(revision="0002")
        flask_migrate.downgrade(revision="0001")
    assert "uq_seat_at_norm" not in {index["name"] for index in sa.inspect(inspected).get_indexes("seat")}


def test_a_seat_or_mandate_that_was_given_twice_ends_but_once(bare_app: Flask, inspected: sa.Engine) -> None:
    given = [
        "INSERT INTO user_account (id, pseudonym, name, language, is_administrator, created_at, rhythm,"
        " told_through) VALUES (1, 'p', 'P', 'en', false, '2026-03-02 09:30:00+00:00', 'daily', 0)",
        "INSERT INTO stakeholder (id, category, name, language, evidence, verification, created_at)"
        " VALUES (1, 'igo', 'S', 'en', '', 'verified', '2026-03-02 09:30:00+00:00')",
    ]
    for number in (1, 2, 3):
        given += [
            f"INSERT INTO seat (id, user_id, role, given_at)"
            f" VALUES ({number}, 1, 'chair', '2026-03-0{number} 09:30:00+00:00')",
            f"INSERT INTO mandate (id, user_id, stakeholder_id, role, starts_at)"
            f" VALUES ({number}, 1, 1, 'deputy', '2026-03-0{number} 09:30:00+00:00')",
        ]
    with migrating(bare_app):
        flask_migrate.upgrade(revision="0001")
        with inspected.connect().execution_options(writes=True) as connection, connection.begin():
            for statement in given:
                connection.execute(sa.text(statement))
        flask_migrate.upgrade()
    with inspected.connect() as connection:
        for table, end in (("seat", "ended_at"), ("mandate", "ends_at")):
            rows = connection.execute(sa.text(f"SELECT id FROM {table} WHERE {end} IS NULL"))
            assert [row.id for row in rows] == [1]


def test_rows_that_contradict_each_other_stop_the_upgrade_before_anything_is_changed(
    bare_app: Flask, inspected: sa.Engine, caplog: pytest.LogCaptureFixture
) -> None:
    at = "2026-03-02 09:30:00+00:00"
    norm = (
        "INSERT INTO norm (id, slug, titles, summaries, languages, authentic_languages, stage,"
        " suspended_from, is_public, time_zone, created_at) VALUES "
        f"({{0}}, 'n{{0}}', '{{{{}}}}', '{{{{}}}}', '[]', '[]', 'compilation', {{1}}, true, 'UTC', '{at}')"
    )
    statements = (
        norm.format(1, "'consultation'"),
        norm.format(2, "NULL"),
        f"INSERT INTO draft (id, norm_id, number, created_at) VALUES (1, 1, 1, '{at}'), (2, 2, 1, '{at}')",
        "UPDATE norm SET current_draft_id = 2",
        "INSERT INTO compilation (id, norm_id, base_draft_id, draft_id, started_at) VALUES "
        f"(1, 1, 1, 2, '{at}'), (2, 2, 2, 2, '{at}')",
        "INSERT INTO job (id, kind, payload, state, attempts, created_at, due_at) VALUES "
        f"(7, 'mail', '{{}}', 'waiting', -1, '{at}', '{at}')",
    )
    with migrating(bare_app):
        flask_migrate.upgrade(revision=(last := revision_before("agreement")))
        with inspected.connect().execution_options(writes=True) as connection, connection.begin():
            for statement in statements:
                connection.exec_driver_sql(statement)
        before = rules(inspected)
        with pytest.raises(SystemExit):
            flask_migrate.upgrade()
    told = caplog.text.split("contradict each other:\n")[1].splitlines()
    assert [line.strip() for line in told[:6]] == [
        "norm 1: id, current_draft_id do not agree with the draft",
        "compilation 1: norm_id, draft_id do not agree with the draft",
        "norm 1: suspended_from_a_stage: not so that (stage = 'suspended') = (suspended_from IS NOT NULL)",
        "job 7: attempts_counted: not so that attempts >= 0",
        "compilation 2: becomes_another: not so that draft_id IS NULL OR draft_id <> base_draft_id",
        "compilation 2: another row has the same draft_id",
    ]
    assert "flask audit verify" in caplog.text
    assert rules(inspected) == before
    with inspected.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == last


def test_steps_taken_nevertheless_are_taken_over_from_the_record(
    bare_app: Flask, inspected: sa.Engine
) -> None:
    told = {"from": "consultation", "to": "compilation", "override": "Enough.", "missing": ["It is open."]}
    given = {"at": "2026-03-02 09:30:00+00:00", "told": json.dumps(told), "none": "{}", "all": "[]"}
    statements = (
        "INSERT INTO norm (id, slug, titles, summaries, languages, authentic_languages, stage, is_public,"
        " time_zone, created_at) VALUES (1, 'ai', :none, :none, :all, :all, 'compilation', true, 'UTC', :at)",
        "INSERT INTO audit_entry (number, at, actor, act, norm, subject, details, previous, digest)"
        " VALUES (1, :at, 'person-1', 'step-taken', 'ai', 'compilation', :told, :bytes, :bytes)",
    )
    with migrating(bare_app):
        flask_migrate.upgrade(revision="0002")
        with inspected.connect().execution_options(writes=True) as connection, connection.begin():
            for statement in statements:
                connection.execute(sa.text(statement), given | {"bytes": bytes(32)})
        flask_migrate.upgrade()
    with inspected.connect() as connection:
        (row,) = connection.execute(sa.text("SELECT reason, taken_by, missing FROM step_override"))
    assert (row.reason, row.taken_by, "It is open." in str(row.missing)) == ("Enough.", "person-1", True)
