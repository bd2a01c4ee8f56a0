"""The database of each release is upgraded with all its rows, and the record holds to them."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import flask_migrate
import pytest
import sqlalchemy as sa
from flask import Flask

from app.kernel.publishing import take_files
from config import Config
from tests.databases import engine_for
from tests.house.laws import ROOT
from tests.stored import Content, fill, lost_or_altered, reflected, releases, rows_of, stored

MIGRATIONS = ROOT / "migrations"
#: What migrations drop or rewrite on purpose, as "table", "table.column" or "table key: column", by the
#: release whose database has it.
ON_PURPOSE: Mapping[str, frozenset[str]] = {}
PAGES = (
    "/en/",
    "/en/norms/ai-principles/",
    "/fr/norms/open-data-ai/",
    "/en/norms/open-data-ai/publications/1/",
    "/en/norms/norm/provisions/p1/",
    "/en/norms/norm/consensus/",
    "/api/v1/norms",
)
#: A migration that loses a row, a column and a table, and alters words that the record binds.
CARELESS = """
from alembic import op

revision, down_revision = "careless", "{head}"


def upgrade():
    op.execute("DELETE FROM follow")
    op.execute("UPDATE comment SET body = 'Otherwise' WHERE id = 1")
    op.drop_column("unsent_comment", "fields")
    op.drop_table("copies_found")
"""


@pytest.fixture(scope="module", params=releases())
def content(request: pytest.FixtureRequest) -> Content:
    return {"release": request.param} | stored(request.param)


@pytest.fixture
def old_app(
    content: Content, empty_database_url: str, tmp_path: Path, make_app: Callable[[Config], Flask]
) -> Flask:
    """The application on the stored database, which is not upgraded yet."""
    app = make_app(Config(database_url=empty_database_url, data_dir=tmp_path / "var", secret_key="x"))
    engine = engine_for(empty_database_url)
    with app.app_context():
        flask_migrate.upgrade(revision=content["revision"])
        fill(engine, tmp_path / "var", content)
    engine.dispose()
    return app


@pytest.fixture
def engine_of(empty_database_url: str) -> Iterator[sa.Engine]:
    engine = engine_for(empty_database_url)
    yield engine
    engine.dispose()


def faults(engine: sa.Engine, content: Content) -> list[str]:
    found = lost_or_altered(content["tables"], rows_of(engine), reflected(engine))
    meant = ON_PURPOSE.get(content["release"], frozenset())
    return [fault for fault in found if not {fault, fault.split(" ")[0]} & meant]


def test_the_stored_database_has_rows_in_every_table_of_its_revision(
    old_app: Flask, engine_of: sa.Engine, content: Content
) -> None:
    there = rows_of(engine_of)
    assert [name for name, rows in there.items() if not rows] == []
    assert there == content["tables"]


def test_the_stored_database_is_upgraded_without_loss(
    old_app: Flask, engine_of: sa.Engine, content: Content
) -> None:
    with old_app.app_context():
        flask_migrate.upgrade()
    assert faults(engine_of, content) == []
    with old_app.app_context():
        take_files()
    verified = old_app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (verified.exit_code, verified.stderr) == (0, "")
    client = old_app.test_client()
    assert {page: client.get(page).status_code for page in PAGES} == dict.fromkeys(PAGES, 200)


def test_a_careless_migration_is_noticed(
    old_app: Flask, engine_of: sa.Engine, content: Content, tmp_path: Path
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    head = max(file.name[:4] for file in folder.glob("versions/*.py"))
    (folder / "versions" / "careless.py").write_text(CARELESS.format(head=head))
    with old_app.app_context():
        flask_migrate.upgrade(directory=str(folder))
        take_files()
    followed = [f"follow ({row['user_id']}, {row['provision_id']})" for row in content["tables"]["follow"]]
    noticed = ["comment (1,): body", "copies_found", *followed, "unsent_comment.fields"]
    assert faults(engine_of, content) == noticed
    verified = old_app.test_cli_runner().invoke(args=["audit", "verify"])
    assert verified.exit_code == 1 and "comment:1: not as" in verified.stderr
