"""What an operator and a load balancer are told of an installation: each fault with its remedy."""

import dataclasses
import datetime as dt
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app.foundation import jobs
from app.kernel import diagnosis
from app.kernel.diagnosis import Condition, Diagnosis
from app.kernel.extensions import db
from config import Config


@pytest.fixture
def installed(
    empty_database_url: str, tmp_path: Path, make_app: Callable[[Config], Flask]
) -> Iterator[Flask]:
    """A migrated installation."""
    app = make_app(Config(database_url=empty_database_url, data_dir=tmp_path / "var", secret_key="s"))
    with app.app_context():
        upgrade()
        yield app


def found(app: Flask, **settings: object) -> dict[str, Diagnosis]:
    config = dataclasses.replace(app.extensions["config"], **settings)
    findings = diagnosis.readiness(db.session(), config, now=app.extensions["clock"]())
    db.session.rollback()
    return {one.part: one for one in findings}


def test_a_whole_installation_is_ready(installed: Flask) -> None:
    answer = installed.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "parts": dict.fromkeys(sorted(found(installed)), "ok")}
    told = installed.test_cli_runner().invoke(args=["doctor"])
    assert told.exit_code == 0, told.output
    assert told.output.count("\nok ") == len(found(installed)) + 2


class Fault(NamedTuple):
    part: str
    condition: Condition
    said: str


def no_revision(_app: Flask) -> Fault:
    db.session.execute(sa.text("DELETE FROM alembic_version"))
    return Fault("schema", Condition.UNAVAILABLE, "it stands at nothing; run: flask db upgrade")


def no_tables(_app: Flask) -> Fault:
    db.session.execute(sa.text("DROP TABLE alembic_version"))
    return Fault("schema", Condition.UNAVAILABLE, "the database is empty; run: flask db upgrade")


def no_column(_app: Flask) -> Fault:
    """As after a release whose migration was changed behind its number."""
    db.session.execute(sa.text("ALTER TABLE working_note RENAME COLUMN version TO other"))
    return Fault("schema", Condition.UNAVAILABLE, "such as: working_note.version")


def no_trigger(_app: Flask) -> Fault:
    dialect = db.session.get_bind().dialect.name
    name = "audit_entry_no_update" if dialect == "sqlite" else "audit_entry_append_only ON audit_entry"
    db.session.execute(sa.text(f"DROP TRIGGER {name}"))
    return Fault("schema", Condition.UNAVAILABLE, "such as: the trigger audit_entry_")


def no_worker(app: Flask) -> Fault:
    jobs.enqueue(db.session(), "mail", {}, now=app.extensions["clock"]() - dt.timedelta(minutes=7))
    return Fault(
        "worker", Condition.DEGRADED, "due for 7 minutes: no mail, no assessment; start: flask worker"
    )


def silent_worker(app: Flask) -> Fault:
    then = app.extensions["clock"]() - dt.timedelta(minutes=6)
    jobs.enqueue(db.session(), "notices", {}, now=then)
    db.session.execute(sa.update(jobs.Job).values(state="done", done_at=then))
    return Fault("worker", Condition.DEGRADED, "none has done anything for 6 minutes")


def failed_job(app: Flask) -> Fault:
    now = app.extensions["clock"]()
    jobs.enqueue(db.session(), "mail", {}, now=now)
    db.session.execute(sa.update(jobs.Job).values(state="failed", done_at=now, error="SMTPDataError"))
    return Fault(
        "jobs", Condition.DEGRADED, "1 of mail (SMTPDataError); mend the cause, then: flask worker --once"
    )


def unsent_mail(app: Flask) -> Fault:
    now = app.extensions["clock"]()
    jobs.enqueue(db.session(), "mail", {}, now=now)
    db.session.execute(sa.update(jobs.Job).values(attempts=4, due_at=now + dt.timedelta(hours=1)))
    return Fault("mail", Condition.DEGRADED, "held up: 1; the mail server does not take them")


@pytest.mark.parametrize(
    "spoil",
    [no_revision, no_tables, no_column, no_trigger, no_worker, silent_worker, failed_job, unsent_mail],
)
def test_a_fault_is_told_with_its_remedy(spoil: Callable[[Flask], Fault], installed: Flask) -> None:
    fault = spoil(installed)
    db.session.commit()
    one = found(installed)[fault.part]
    assert (one.condition, fault.said in one.words) == (fault.condition, True), one
    answer = installed.test_client().get("/readyz")
    assert answer.status_code == (503 if fault.condition is Condition.UNAVAILABLE else 200)
    assert answer.json is not None and answer.json["parts"][fault.part] == fault.condition
    assert one.words not in answer.text, "only the operator is told how it is mended"
    told = installed.test_cli_runner().invoke(args=["doctor"])
    assert told.exit_code == 1
    assert one.line in told.output.splitlines()


def test_storage_and_key_are_looked_at(
    installed: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = found(installed, env="production", signing_key_file=tmp_path / "none.pem")["key"]
    assert key.condition is Condition.DEGRADED
    assert "openssl genpkey -algorithm ed25519 -out" in key.words
    monkeypatch.setattr(diagnosis, "LEAST_ROOM", 10**18)
    full = found(installed)["storage"]
    assert full.condition is Condition.DEGRADED and "make room" in full.words
    monkeypatch.setattr(diagnosis, "NO_ROOM", 10**18)
    assert found(installed)["storage"].condition is Condition.UNAVAILABLE
    data_dir = installed.extensions["config"].data_dir
    monkeypatch.setattr(os, "access", lambda path, _mode: path != data_dir)
    assert "change its owner" in found(installed)["storage"].words


def test_a_database_that_is_away_is_told_with_the_rest(
    make_app: Callable[[Config], Flask], tmp_path: Path
) -> None:
    app = make_app(
        Config(database_url=f"sqlite:///{tmp_path}/nowhere/x.db", data_dir=tmp_path, secret_key="s")
    )
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "unavailable",
        "parts": {"database": "unavailable", "key": "ok", "storage": "ok"},
    }
    told = app.test_cli_runner().invoke(args=["doctor"])
    assert told.exit_code == 1 and "check CONCORD_DATABASE_URL and the server" in told.output


def test_an_empty_database_is_told_to_be_migrated(
    make_app: Callable[[Config], Flask], tmp_path: Path, empty_database_url: str
) -> None:
    app = make_app(Config(database_url=empty_database_url, data_dir=tmp_path / "var", secret_key="s"))
    told = app.test_cli_runner().invoke(args=["doctor"])
    assert told.exit_code == 1 and "the database is empty; run: flask db upgrade" in told.output


def test_a_worker_that_is_busy_is_not_missed(installed: Flask) -> None:
    now = installed.extensions["clock"]()
    for key in "ab":
        jobs.enqueue(db.session(), "mail", {}, now=now - dt.timedelta(minutes=9), key=key)
    assert jobs.claim(db.session(), ["mail"], now=now) is not None
    db.session.commit()
    assert found(installed)["worker"] == Diagnosis("worker", Condition.OK, "a job is being done")


def test_a_mail_server_that_is_not_there_is_told(installed: Flask) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    config = dataclasses.replace(installed.extensions["config"], mail_url=f"smtp://127.0.0.1:{port}")
    assert diagnosis.mail_server(config) == Diagnosis(
        "mail",
        Condition.DEGRADED,
        "the mail server does not respond (ConnectionRefusedError); check CONCORD_MAIL_URL",
    )


def test_a_clock_that_is_wrong_is_told(session: Session) -> None:
    right = dt.datetime.now(dt.UTC)
    assert diagnosis.clock(session, right).condition is Condition.OK
    wrong = diagnosis.clock(session, right + dt.timedelta(minutes=15))
    if session.get_bind().dialect.name == "sqlite":  # it has no clock but this host's
        assert wrong.condition is Condition.OK
    else:
        assert wrong.condition is Condition.DEGRADED and "differs by 900 seconds" in wrong.words
