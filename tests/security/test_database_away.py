"""The database is away, busy, full, slow or restarted: people are told, keep their words, lose nothing."""

import hashlib
import json
import os
import resource
import signal
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask, Response
from sqlalchemy.orm import Session

from app.accounts import sign_ins
from app.discussion.models import Comment
from app.foundation.database import is_away, unless_away
from app.kernel.extensions import db
from config import Config
from tests import postgres
from tests.browser import Browser
from tests.conftest import StoppedClock
from tests.databases import PostgresDatabases, engine_for, fill
from tests.factories import Make

COMMENT = "/ar/norms/away/comment/"
WORDS = "من يقرر؟ Seven planted words, never to be logged."
MakeApp = Callable[[Config], Flask]


@pytest.fixture
def server() -> Iterator[str]:
    """A server of this test's own, since it is killed."""
    with postgres.server() as url:
        yield url


@pytest.fixture
def database(postgresql_databases: PostgresDatabases) -> Iterator[str]:
    with postgresql_databases.empty() as url:
        fill(url)
        yield url


def kill(server: str) -> None:
    home = Path(parse_qs(urlsplit(server).query)["host"][0])
    os.kill(int((home / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)


def delegate(url: str, app: Flask, clock: StoppedClock) -> tuple[Browser, dict[str, str]]:
    """A signed-in contact point with the form of a comment open, and what is typed in it."""
    engine = engine_for(url)
    with Session(engine) as session:
        make = Make(session, clock())
        make.norm("Everybody has a say.", slug="away")
        user, entity = make.user("Amina Njoroge"), make.stakeholder("Kenya", country="KE")
        make.mandate(user, entity)
        token = sign_ins.begin(session, user, now=clock())
        session.commit()
        stakeholder = str(entity.id)
    engine.dispose()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
    browser = Browser(client)
    assert browser.get(COMMENT).status_code == 200
    typed = {"stakeholder": stakeholder, "kind": "general", "body": WORDS, "language": "ar"}
    return browser, browser.hidden | typed


def comments(url: str) -> int:
    engine = engine_for(url)
    with Session(engine) as session:
        found = session.scalar(sa.select(sa.func.count()).select_from(Comment))
    engine.dispose()
    return found or 0


def test_a_killed_server_costs_nobody_their_words(
    server: str, make_app: MakeApp, clock: StoppedClock, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fill(server)
    app = make_app(Config(database_url=server, data_dir=tmp_path, secret_key="s"))
    browser, typed = delegate(server, app, clock)
    kill(server)
    capfd.readouterr()
    refused = browser.post(COMMENT, **typed)
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "30"
    assert refused.headers["Cache-Control"] == "no-store"
    assert 'lang="ar"' in browser.page and WORDS in browser.page
    assert f'action="{COMMENT}"' in browser.page, "it can be submitted again as it is"
    visitor = app.test_client()
    assert visitor.get("/en/norms/away/").status_code == 503
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/readyz").status_code == 503
    problem = visitor.get("/api/v1/norms/away")
    assert (problem.status_code, problem.headers["Retry-After"]) == (503, "30")
    assert problem.get_json()["code"] == "unavailable"
    logged = "".join(capfd.readouterr())
    assert "database away" in logged
    assert "planted" not in logged and "Traceback" not in logged


def test_a_restart_of_the_server_is_not_noticed(
    database: str, make_app: MakeApp, clock: StoppedClock, tmp_path: Path
) -> None:
    app = make_app(Config(database_url=database, data_dir=tmp_path, secret_key="s"))
    browser, typed = delegate(database, app, clock)
    with psycopg.connect(database, autocommit=True) as operator:
        operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert browser.post(COMMENT, **typed).status_code == 303
    assert comments(database) == 1


def test_a_connection_lost_after_the_last_question_spoils_no_answer(
    database: str, make_app: MakeApp, clock: StoppedClock, tmp_path: Path
) -> None:
    app = make_app(Config(database_url=database, data_dir=tmp_path, secret_key="s"))

    def lose(response: Response) -> Response:
        with psycopg.connect(database, autocommit=True) as operator:
            ours = db.session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            operator.execute("SELECT pg_terminate_backend(%s, 5000)", [ours])
        return response

    app.after_request_funcs[None].insert(0, lose)  # the last that is done
    browser, typed = delegate(database, app, clock)
    assert browser.post(COMMENT, **typed).status_code == 303
    assert comments(database) == 1
    with app.app_context():
        assert not db.session.registry.registry, "no other request may meet a session that is broken"


def test_a_lock_that_is_never_released_is_answered_in_time(
    database: str,
    make_app: MakeApp,
    clock: StoppedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("config.LOCK_SECONDS", 1)
    app = make_app(Config(database_url=database, data_dir=tmp_path, secret_key="s"))
    browser, typed = delegate(database, app, clock)
    with psycopg.connect(database) as other:
        other.execute("LOCK TABLE norm IN ACCESS EXCLUSIVE MODE")
        assert browser.post(COMMENT, **typed).status_code == 503
        assert WORDS in browser.page
    assert browser.post(COMMENT, **typed).status_code == 303
    assert comments(database) == 1


def test_a_busy_sqlite_database_is_tried_again_by_the_delegate(
    make_app: MakeApp, clock: StoppedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.foundation.database.BUSY_TIMEOUT_MS", 50)
    url = f"sqlite:///{tmp_path / 'busy.db'}"
    fill(url)
    app = make_app(Config(database_url=url, data_dir=tmp_path, secret_key="s"))
    browser, typed = delegate(url, app, clock)
    with sqlite3.connect(tmp_path / "busy.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert browser.post(COMMENT, **typed).status_code == 503
        assert WORDS in browser.page
        other.execute("ROLLBACK")
    assert browser.post(COMMENT, **typed).status_code == 303
    assert comments(url) == 1


def taken_before_503(browser: Browser, typed: dict[str, str]) -> int:
    """How many comments were taken before one was refused, whose words are on the page."""
    for number in range(200):
        browser.get(COMMENT)
        said = {"body": hashlib.sha256(str(number).encode()).hexdigest()}  # unlike what was said before
        answer = browser.post(COMMENT, **(typed | browser.hidden | said))
        if answer.status_code == 503:
            assert said["body"] in browser.page
            return number
        assert answer.status_code == 303, browser.page
    raise AssertionError("nothing was refused")


def test_a_full_disk_refuses_and_keeps_what_was_acknowledged(
    make_app: MakeApp, clock: StoppedClock, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'full.db'}"
    fill(url)
    app = make_app(Config(database_url=url, data_dir=tmp_path, secret_key="s"))
    browser, typed = delegate(url, app, clock)
    size = sum(file.stat().st_size for file in tmp_path.glob("full.db*")) + 100_500
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY)
    )  # SQLite takes it for a full disk
    try:
        taken = taken_before_503(browser, typed)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    logged = "".join(capfd.readouterr())
    assert "database away" in logged and "SQLITE_" in logged, logged[-3000:]
    assert comments(url) == taken > 0
    assert browser.post(COMMENT, **typed).status_code == 303
    assert comments(url) == taken + 1


def test_a_statement_that_takes_too_long_is_given_up(
    database: str, make_app: MakeApp, clock: StoppedClock, tmp_path: Path
) -> None:
    app = make_app(Config(database_url=database, data_dir=tmp_path, secret_key="s", statement_seconds=1))
    browser, typed = delegate(database, app, clock)
    with psycopg.connect(database, autocommit=True) as operator:
        operator.execute(
            "CREATE FUNCTION pg_temp.slow() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(30); RETURN NEW; END $$"
        )
        operator.execute(
            "CREATE TRIGGER slow BEFORE INSERT ON comment FOR EACH ROW EXECUTE FUNCTION pg_temp.slow()"
        )
        assert browser.post(COMMENT, **typed).status_code == 503
        assert WORDS in browser.page
        operator.execute("DROP TRIGGER slow ON comment")
    assert comments(database) == 0
    assert browser.post(COMMENT, **typed).status_code == 303
    assert comments(database) == 1


def test_only_what_may_pass_is_called_away(tmp_path: Path) -> None:
    """A missing table is a fault of the server, however often it is tried."""
    engine = engine_for(f"sqlite:///{tmp_path / 'empty.db'}")
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError) as missing:
        connection.execute(sa.text("SELECT * FROM norm"))
    engine.dispose()
    assert not is_away(missing.value)
    gone = engine_for(f"sqlite:///{tmp_path / 'nowhere' / 'x.db'}")
    with pytest.raises(sa.exc.OperationalError) as unreachable:
        gone.connect()
    assert is_away(unreachable.value)


class Told(Exception):
    def __init__(self, state: str) -> None:
        self.sqlstate = state


@pytest.mark.parametrize("state", ["57P01", "40P01", "53100", "55P03", "25006"])
def test_what_passes_is_told_by_its_state(state: str) -> None:
    assert is_away(sa.exc.OperationalError("SELECT 1", {}, Told(state)))


@pytest.mark.parametrize("state", ["54000", "28P01", "3D000", "23505"])
def test_what_does_not_pass_is_a_fault_of_the_server(state: str) -> None:
    assert not is_away(sa.exc.OperationalError("SELECT 1", {}, Told(state)))


def test_an_answer_is_worth_more_than_a_note() -> None:
    with unless_away():
        raise sa.exc.TimeoutError
    with pytest.raises(ZeroDivisionError), unless_away():
        print(1 / 0)


def test_the_operators_own_options_stay_beside_the_limits() -> None:
    url = "postgresql://me@host/name?options=-csearch_path%3Dconcord"
    connecting = Config(database_url=url, statement_seconds=60).engine_options["connect_args"]
    limits = "-c lock_timeout=10s -c statement_timeout=60s"
    assert connecting["options"] == f"{limits} -csearch_path=concord"
    assert connecting["connect_timeout"] == 5, "a server that is silent is not waited for"


def test_a_failing_statement_tells_no_words(make_app: MakeApp, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'quiet.db'}"
    app = make_app(Config(database_url=url, data_dir=tmp_path, secret_key="s"))
    with app.app_context(), pytest.raises(sa.exc.DBAPIError) as failed:
        db.session.execute(sa.text("INSERT INTO nowhere VALUES (:body)"), {"body": json.dumps(WORDS)})
    assert "planted" not in str(failed.value)
