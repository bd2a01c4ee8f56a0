"""The access matrix: a loop over every route × kind of person; an unknown route fails it."""

import importlib
import shutil
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from config import Config
from tests.access import PEOPLE, Row
from tests.access.world import World
from tests.conftest import NOW, StoppedClock

HERE = Path(__file__).parent
ROWS: dict[str, Row] = {}
for _file in sorted(HERE.glob("*.py")):
    _module = (
        importlib.import_module(f"tests.access.{_file.stem}") if not _file.stem.startswith("test_") else None
    )
    ROWS |= getattr(_module, "ROWS", {})


def endpoints(app: Flask) -> set[str]:
    return {rule.endpoint for rule in app.url_map.iter_rules()} - {"assets.file"}


def test_every_route_has_its_row_and_every_row_its_route(world: World) -> None:
    assert endpoints(world.app) == set(ROWS)


@pytest.mark.parametrize("endpoint", sorted(ROWS))
def test_each_person_gets_what_the_row_says(endpoint: str, world: World) -> None:
    row = ROWS[endpoint]
    got = {person: world.ask(person, endpoint, row) for person in PEOPLE}
    assert got == {person: row.expected(person) for person in PEOPLE}


def test_the_matrix_notices_a_route_it_does_not_know(tmp_path: Path) -> None:
    app = create_app(Config(data_dir=tmp_path, secret_key="for tests"), clock=StoppedClock(NOW))
    app.add_url_rule("/new/", "a_new_route", lambda: "")
    assert endpoints(app) - set(ROWS) == {"a_new_route"}
    shutil.rmtree(tmp_path)
