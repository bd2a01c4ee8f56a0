"""Fixtures for everybody. What touches the database runs twice: on SQLite and on PostgreSQL."""

import datetime as dt
import os
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import NoReturn
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy.orm import Session

from app import create_app
from app.accounts import sign_ins
from app.accounts.models import User
from app.kernel import logs
from app.kernel.extensions import db
from app.lifecycle.requested_steps import STEP
from app.worker.loop import HANDLERS, work_off
from config import Config
from tests import logged, postgres
from tests.browser import Browser
from tests.databases import Databases, PostgresDatabases, SqliteDatabases
from tests.factories import Make

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
SHARED_DATA = Path(__file__).parent.parent.parent / "shared" / "data"


def required(reason: str) -> NoReturn:
    """Skip a test for which this machine lacks something, and say what; where CI=true this is a failure."""
    pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where CI=true the machine has everything, so a skip hides a missing part and counts as a failure.

    So does a log with the words of people.
    """
    report = yield
    if report.skipped and os.environ.get("CI") == "true":
        report.outcome = "failed"
    if report.passed and (told := logged.of_people(report.capstdout + report.capstderr)):
        report.outcome, report.longrepr = "failed", f"the log tells of people:\n{told}"
    return report


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Pages call the verbs that are tried on both databases: they are tried on one; with FULL=1 on both."""
    if os.environ.get("FULL"):
        return
    again = [item for item in items if "client" in item.fixturenames and database_of(item) == "postgresql"]
    config.hook.pytest_deselected(items=again)
    left_out = set(again)
    items[:] = [item for item in items if item not in left_out]


def database_of(item: pytest.Item) -> object:
    return item.callspec.params.get("databases") if hasattr(item, "callspec") else None


class StoppedClock:
    """A clock that moves only when told."""

    def __init__(self, moment: dt.datetime) -> None:
        self.moment = moment

    def __call__(self) -> dt.datetime:
        return self.moment

    def forward(self, **duration: float) -> dt.datetime:
        self.moment += dt.timedelta(**duration)
        return self.moment


@pytest.fixture
def now() -> dt.datetime:
    return NOW


@pytest.fixture
def clock(now: dt.datetime) -> StoppedClock:
    return StoppedClock(now)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real deliberations and texts that lies beside the checkout."""
    if not SHARED_DATA.is_dir():
        required(f"the real data of {SHARED_DATA} is not on this machine")
    return SHARED_DATA


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with closing(SqliteDatabases(tmp_path_factory.mktemp("sqlite"))) as databases:
        yield databases


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a server: one of our own, unless TEST_DATABASE_URL names another."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
    else:
        with postgres.server() as url:
            yield url


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_server: str) -> Iterator[Databases]:
    with closing(PostgresDatabases(postgresql_server)) as databases:
        yield databases


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    found: Databases = request.getfixturevalue(f"{request.param}_databases")
    return found


@pytest.fixture
def empty_database_url(databases: Databases) -> Iterator[str]:
    """A database without a single table."""
    with databases.empty() as url:
        yield url


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A database of this test's own for the while, with all tables and no rows."""
    with databases.filled() as url:
        yield url


@pytest.fixture
def engine(databases: Databases, database_url: str) -> sa.Engine:
    return databases.engine(database_url)


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    """A session apart from the application's; roll it back before you look at what a request wrote."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def make(session: Session, now: dt.datetime) -> Make:
    """Makers of test objects in the test's session; commit before the application is to see them."""
    return Make(session, now)


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    return Config(database_url=database_url, data_dir=tmp_path / "var", secret_key="a secret for tests only")


@pytest.fixture
def make_app(clock: StoppedClock) -> Iterator[Callable[[Config], Flask]]:
    """Applications with settings of their own, such as a second host on the same database."""
    made: list[Flask] = []

    def make(config: Config) -> Flask:
        app = create_app(config, clock=clock, wait=lambda: have_steps_taken(app))
        app.testing = True
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            db.engine.dispose()


def have_steps_taken(app: Flask) -> None:
    """What the worker does while a page waits; the other jobs are for the test to do."""

    def work() -> None:
        with app.app_context(), suppress(SystemExit):  # by which a test ends a worker in the midst of it
            work_off({STEP: HANDLERS[STEP]})

    worker = threading.Thread(target=work)
    worker.start()
    worker.join()


@pytest.fixture(scope="session")
def started_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Its hundreds of addresses and templates are compiled once for all tests."""
    return create_app(Config(data_dir=tmp_path_factory.mktemp("app"), secret_key="of no test"))


@pytest.fixture
def app(started_app: Flask, config: Config, clock: StoppedClock, engine: sa.Engine) -> Iterator[Flask]:
    """The application with this test's settings, clock and database; to try its start take ``make_app``."""
    app = started_app
    parts = {"config": config, "clock": clock, "wait": lambda: have_steps_taken(app)}
    with patch.dict(app.config, config.flask(), TESTING=True), patch.dict(app.extensions, parts):
        logs.write_to(sys.stderr)  # which is another for each test that captures it
        with app.app_context():
            db.engines[None] = engine
        yield app
    forget(app)


def forget(app: Flask) -> None:
    """Empty its caches, whose values are of a database that goes away."""
    for part in app.extensions.values():
        if hasattr(part, "forget"):
            part.forget()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    """The same with a memory for the page it shows and the token of its forms."""
    return Browser(client)


@pytest.fixture
def sign_in(client: FlaskClient, session: Session, clock: StoppedClock) -> Callable[[User], str]:
    """Commit what the test has made and sign a person in, without a password; returns the cookie's token."""

    def sign_in(user: User) -> str:
        token = sign_ins.begin(session, user, now=clock())
        session.commit()
        with client.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = token
        return token

    return sign_in


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """The command line: ``runner.invoke(args=["audit", "verify"])``."""
    return app.test_cli_runner()
