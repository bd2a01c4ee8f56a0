"""Rows 11 and 26: what a production server insists on."""

import dataclasses
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts import passwords
from app.accounts.models import User
from app.kernel.extensions import db
from config import Config, SettingMissing
from tests.browser import Browser
from tests.factories import Make
from tests.house.laws import ROOT

PASSWORD = "four words of mine"
HOST = "https://concord.example"


@pytest.fixture
def production(config: Config, tmp_path: Path) -> Config:
    return dataclasses.replace(
        config,
        env="production",
        base_url=HOST,
        mail_url="smtp://localhost",
        signing_key_file=tmp_path / "key.pem",
    )


@pytest.fixture
def person(make: Make) -> User:
    user = make.user(email="amina@example.org", password_hash=passwords.digest(PASSWORD))
    make.session.commit()
    return user


class Secure(Browser):
    """A browser that comes over TLS."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app.test_client())

    def get(self, path: str, **options: Any) -> TestResponse:
        return super().get(path, base_url=HOST, **options)

    def post(self, path: str, /, **fields: Any) -> TestResponse:
        if not self.page:
            self.get("/en/sign-in/")
        data = {"csrf_token": self.token, **fields}
        return self.client.post(path, base_url=HOST, headers={"Referer": HOST + "/"}, data=data)


def test_cookies_are_for_this_host_alone_and_out_of_reach_of_scripts(
    make_app: Callable[[Config], Flask], production: Config, person: User
) -> None:
    browser = Secure(make_app(production))
    answers = [
        browser.get("/en/sign-in/"),
        browser.post("/en/sign-in/", email="amina@example.org", password=PASSWORD),
        browser.get("/en/account/"),
    ]
    answers.append(browser.post("/en/sign-out/"))
    cookies = [SimpleCookie(line) for answer in answers for line in answer.headers.getlist("Set-Cookie")]
    assert len(cookies) >= 2
    for cookie in cookies:
        ((name, morsel),) = cookie.items()
        assert name.startswith("__Host-")
        assert morsel["secure"] and morsel["httponly"] and morsel["samesite"] == "Lax"
        assert morsel["path"] == "/" and not morsel["domain"]


def test_only_the_servers_own_name_is_answered(
    make_app: Callable[[Config], Flask], production: Config
) -> None:
    client = make_app(production).test_client()
    assert client.get("/en/", base_url="https://concord.example").status_code == 200
    assert client.get("/en/", base_url="https://evil.example").status_code == 400


def test_browsers_are_told_to_come_over_tls(make_app: Callable[[Config], Flask], production: Config) -> None:
    for settings, told in (
        (production, "max-age=63072000"),  # names below this one are others' business
        (dataclasses.replace(production, hsts="max-age=0"), "max-age=0"),
    ):
        answer = make_app(settings).test_client().get("/en/", base_url=HOST)
        assert answer.headers["Strict-Transport-Security"] == told


def test_who_asks_for_health_need_not_know_the_servers_name(
    make_app: Callable[[Config], Flask], production: Config
) -> None:
    """A load balancer asks by address."""
    for settings in (production, dataclasses.replace(production, proxies=1)):
        client = make_app(settings).test_client()
        assert client.get("/healthz", base_url="http://192.0.2.7:8000").status_code == 200
        assert client.get("/readyz", base_url="http://192.0.2.7:8000").is_json
        assert client.get("/en/", base_url="http://192.0.2.7:8000").status_code == 400


def test_the_mail_folder_is_not_shown(make_app: Callable[[Config], Flask], production: Config) -> None:
    folder = production.data_dir / "mail"
    for settings in (production, dataclasses.replace(production, mail_url="folder:")):
        client = make_app(settings).test_client()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "job-1.eml").write_text("Subject: x\n\nx")
        assert client.get("/en/mail/", base_url=HOST).status_code == 404
        assert client.get("/en/mail/job-1/", base_url=HOST).status_code == 404


SETTINGS = {
    "CONCORD_ENV": "production",
    "CONCORD_SECRET_KEY": "x" * 32,
    "CONCORD_BASE_URL": HOST,
    "CONCORD_MAIL_URL": "smtp://localhost",
    "CONCORD_DATABASE_URL": "postgresql:///concord",
}


@pytest.fixture
def given(tmp_path: Path) -> dict[str, str]:
    """Settings with which a production server starts."""
    key = tmp_path / "signing-key.pem"
    key.touch()
    return SETTINGS | {"CONCORD_DATA_DIR": str(tmp_path), "CONCORD_SIGNING_KEY_FILE": str(key)}


@pytest.mark.parametrize("name", [*sorted(set(SETTINGS) - {"CONCORD_ENV"}), "CONCORD_SIGNING_KEY_FILE"])
def test_a_missing_setting_stops_the_start_with_its_name(name: str, given: dict[str, str]) -> None:
    assert Config.from_environment(given).is_production
    del given[name]
    with pytest.raises(SettingMissing, match=name):
        Config.from_environment(given)


@pytest.mark.parametrize(
    "name", ["CONCORD_SECRET_KEY", "CONCORD_SECRET_KEY_FALLBACKS", "CONCORD_METRICS_TOKEN"]
)
def test_a_key_that_can_be_guessed_stops_the_start(name: str, given: dict[str, str]) -> None:
    for weak in ("short", "x" * 31, " " + "x" * 31 + " "):
        with pytest.raises(SettingMissing, match="at least 32 bytes"):
            Config.from_environment(given | {name: weak})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CONCORD_BASE_URL", "http://concord.example", "must begin with https://"),
        ("CONCORD_SIGNING_KEY_FILE", "/nowhere/key.pem", "cannot read /nowhere/key.pem"),
        ("CONCORD_PROXIES", "one", "must be a whole number, not 'one'"),
        ("CONCORD_PAGE_SECONDS", "-1", "must be a whole number, not '-1'"),
        ("CONCORD_DATABASE_URL", "mysql://host/x", "must begin with one of: sqlite:"),
        ("CONCORD_MAIL_URL", "https://mail", "must begin with one of: smtp:"),
        ("CONCORD_HSTS", "63072000", "must be max-age=SECONDS"),
        ("CONCORD_HSTS", "max-age=1\r\nSet-Cookie: a=b", "must be max-age=SECONDS"),
        ("CONCORD_ENV", "prod", "'development' or 'production'"),
    ],
)
def test_a_value_that_cannot_be_used_stops_the_start(
    name: str, value: str, said: str, given: dict[str, str]
) -> None:
    with pytest.raises(SettingMissing, match=said):
        Config.from_environment(given | {name: value})


def test_an_empty_setting_is_as_none(given: dict[str, str]) -> None:
    read = Config.from_environment(given | {"CONCORD_PROXIES": "", "CONCORD_PAGE_SECONDS": " "})
    assert (read.proxies, read.page_seconds) == (0, 3)
    unnamed = Config.from_environment(given | {"CONCORD_DATA_DIR": ""})
    assert unnamed.data_dir == ROOT / "var"


def installation(folder: Path, lines: str) -> dict[str, Any]:
    """How a process is started in a copy of the application that has its settings in a file."""
    for name in ("app", "deploy", "migrations", "translations", ".flaskenv"):
        (folder / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "config.py", folder)
    (folder / ".env").write_text(lines)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONCORD_")}
    environment["PYTHONPATH"] = str(folder)
    return {"cwd": folder, "env": environment, "capture_output": True, "text": True}


@pytest.mark.parametrize(
    "command",
    [
        ["gunicorn", "--check-config", "--config", "deploy/gunicorn.conf.py"],
        ["flask", "db", "current"],
        ["flask", "worker", "--once"],
    ],
)
def test_server_worker_and_commands_read_the_same_file_of_settings(
    command: list[str], tmp_path: Path
) -> None:
    started = installation(tmp_path, "CONCORD_ENV=production\nCONCORD_DATABASE_URL=postgresql:///concord\n")
    ended = subprocess.run([sys.executable, "-m", *command], check=False, timeout=120, **started)
    assert ended.returncode == 1
    (line,) = ended.stderr.strip().splitlines()
    assert line.endswith("CONCORD_SECRET_KEY must be set in production; see docs/operation.md.")


def test_only_the_server_reads_its_sqlite_file(tmp_path: Path, make_app: Callable[[Config], Flask]) -> None:
    file = tmp_path / "var" / "concord.db"
    file.parent.mkdir()
    file.touch(mode=0o644)
    settings = Config(data_dir=file.parent, secret_key="for tests")
    app = make_app(settings)
    with app.app_context(), db.engine.connect().execution_options(writes=True) as connection:
        connection.exec_driver_sql("CREATE TABLE something (id INTEGER)")
        modes = {path.name: path.stat().st_mode & 0o777 for path in file.parent.glob("concord.db*")}
    assert modes.keys() > {"concord.db"}  # the log beside it as well
    assert set(modes.values()) == {0o600}


def test_an_older_key_still_opens_its_sign_ins(
    make_app: Callable[[Config], Flask], config: Config, person: User
) -> None:
    before = Browser(make_app(config).test_client())
    before.post("/en/sign-in/", email="amina@example.org", password=PASSWORD)
    cookie = before.client.get_cookie("concord")
    assert cookie is not None
    rotated = dataclasses.replace(
        config, secret_key="the next one", secret_key_fallbacks=(config.secret_key,)
    )
    for settings, status in ((rotated, 200), (dataclasses.replace(rotated, secret_key_fallbacks=()), 401)):
        after = Browser(make_app(settings).test_client())
        after.client.set_cookie("concord", cookie.value)
        assert after.get("/en/account/").status_code == status


def test_nothing_is_debugged_in_production(make_app: Callable[[Config], Flask], production: Config) -> None:
    app = make_app(production)
    assert not app.debug and not app.config.get("EXPLAIN_TEMPLATE_LOADING")


def test_every_requirement_is_locked_by_its_digest() -> None:
    root = Path(__file__).parent.parent.parent
    for name in ("requirements.txt", "requirements-dev.txt"):
        entries = (root / name).read_text().replace("\\\n", " ").splitlines()
        wanted = [entry for entry in entries if entry.strip() and not entry.startswith("#")]
        assert wanted and all("==" in entry and "--hash=sha256:" in entry for entry in wanted)
